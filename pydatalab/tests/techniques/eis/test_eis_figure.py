"""Nyquist and Bode plots."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.errors import NoData
from pydatalab.techniques.eis.analysis import spectra
from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Column, Measurement

Draw = Callable[..., Drawing]
TESTS = Path(__file__).parents[2] / "data"
GAMRY = TESTS / "gamry" / "exampleDataGamry.DTA"
PEIS = TESTS / "biologic" / "peis.mpt"


def numbers(packed: Any) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), np.dtype(packed["dtype"]))


def test_a_nyquist_plot_has_minus_im_upwards_and_equal_scales(draw: Draw):
    figure = draw([GAMRY], "eis").figure
    axes = figure["layout"]
    assert axes["xaxis"]["title"]["text"] == "Re(Z) (Ω)"
    assert axes["yaxis"]["title"]["text"] == "−Im(Z) (Ω)"
    assert axes["yaxis"]["scaleanchor"] == "x"
    assert axes["yaxis"]["scaleratio"] == 1
    trace = figure["data"][0]
    # The last row of the file: Zreal 17007.49, Zimag -6635.557 ohm at 0.0158898 Hz.
    assert numbers(trace["x"])[-1] == pytest.approx(17007.49, rel=1e-5)
    assert numbers(trace["y"])[-1] == pytest.approx(6635.557, rel=1e-5)
    assert numbers(trace["customdata"])[-1] == pytest.approx(0.0158898, rel=1e-4)
    assert len(numbers(trace["x"])) == 72


def test_a_bode_plot_has_modulus_and_phase_over_the_logarithm_of_the_frequency(draw: Draw):
    figure = draw([GAMRY], "eis", view="bode").figure
    axes = figure["layout"]
    assert axes["xaxis"]["type"] == axes["yaxis"]["type"] == "log"
    assert axes["xaxis"]["title"]["text"] == "Frequency (Hz)"
    assert axes["yaxis"]["title"]["text"] == "|Z| (Ω)"
    assert axes["yaxis2"]["title"]["text"] == "Phase (°)"
    modulus, phase = figure["data"]
    assert numbers(modulus["y"])[-1] == pytest.approx(18256.1, rel=1e-4)  # Zmod of the last row
    assert numbers(phase["y"])[-1] == pytest.approx(-21.31349, rel=1e-4)  # Zphz of the last row
    assert phase["yaxis"] == "y2"


def test_an_area_multiplies_the_impedance(draw: Draw, read: Callable[..., Measurement]):
    figure = draw([GAMRY], "eis", electrode_area=2.0).figure
    assert figure["layout"]["xaxis"]["title"]["text"] == "Re(Z) (Ω cm²)"
    assert numbers(figure["data"][0]["x"])[-1] == pytest.approx(2 * 17007.49, rel=1e-5)
    column = read(GAMRY, "eis", electrode_area=2.0).column("minus_z_imag_area")
    assert column.computed
    assert column.unit == "ohm.cm2"
    assert column.values[-1] == pytest.approx(2 * 6635.557, rel=1e-6)


def test_kiloohms_are_drawn_as_ohms(draw: Draw, tmp_path: Path):
    path = tmp_path / "k.csv"
    path.write_text("Frequency (Hz),Z' (kOhm),-Z'' (kOhm)\n10,1,0.5\n1,2,0.7\n")
    trace = draw([path], "eis").figure["data"][0]
    np.testing.assert_allclose(numbers(trace["y"]), [500, 700], rtol=1e-6)


def test_each_cycle_of_a_file_is_a_trace_and_can_be_chosen(draw: Draw, shared_data: Path):
    path = shared_data / "eis" / "geis.mpt"
    whole = draw([path], "eis").figure
    assert len(whole["data"]) == 61  # cycle numbers 1 to 61 in the file
    assert whole["data"][2]["name"] == "spectrum 3"
    chosen = draw([path], "eis", cycles=[3, 61]).figure
    assert [trace["name"] for trace in chosen["data"]] == ["spectrum 3", "spectrum 61"]
    assert chosen["data"][0]["x"] == whole["data"][2]["x"]
    with pytest.raises(NoData, match="chosen"):
        draw([path], "eis", cycles=[999])


def test_several_files_are_overlaid_under_their_names(draw: Draw):
    figure = draw([GAMRY, PEIS], "eis").figure
    assert [trace["name"] for trace in figure["data"]] == ["exampleDataGamry.DTA", "peis.mpt"]
    assert figure["layout"]["showlegend"] is True


def test_the_ohmic_resistance_is_where_the_curve_crosses_the_real_axis(draw: Draw):
    # Between 27.9 kHz (10.710414, 0.075183131) and 18.8 kHz the curve of peis.mpt turns inductive
    # and back; interpolated by hand where −Im(Z) next rises through 0, 10.6 kHz to 8.5 kHz.
    computed = draw([PEIS], "eis").computed["peis.mpt"]
    assert computed["ohmic_resistance"] == pytest.approx(11.03, abs=0.01)
    assert computed["highest_frequency_Hz"] == pytest.approx(199998.14)
    assert "ohmic_resistance" not in draw([GAMRY], "eis").computed["exampleDataGamry.DTA"]


def sweep(*frequencies: float, **columns: list[int]) -> Measurement:
    values = np.array(frequencies, dtype=np.float64)
    more = tuple(Column(name, "", np.array(numbers)) for name, numbers in columns.items())
    return Measurement((Column("frequency", "Hz", values), Column("z_real", "ohm", values), *more))


def test_a_frequency_that_leaps_back_starts_a_spectrum():
    two = sweep(1e4, 1e3, 1e2, 1e1, 1e4, 1e3, 1e2, 1e1)
    assert [part.tolist() for _, part in spectra(two)] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_sweep_that_turns_round_is_one_spectrum():
    turning = sweep(1e2, 1e3, 1e4, 1e5, 1e4, 1e3, 1e2, 1e1, 1)
    assert len(spectra(turning)) == 1


def test_points_without_frequency_belong_to_no_spectrum():
    held = sweep(0, 0, 1e3, 1e2, 0, 1e3, 1e2, cycle_number=[1, 1, 1, 1, 2, 2, 2])
    assert [(n, part.tolist()) for n, part in spectra(held)] == [(1, [2, 3]), (2, [5, 6])]
