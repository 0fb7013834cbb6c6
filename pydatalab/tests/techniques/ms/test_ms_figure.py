"""How mass spectra and ion currents are drawn."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from pydatalab.errors import Invalid
from pydatalab.techniques.ms import MsParameters
from pydatalab.techniques.shared.drawing import Drawing

Draw = Callable[..., Drawing]

DATA = Path(__file__).parents[2] / "data/ms"
QUADERA = DATA / "quadera/tga_ms_first_60_rows.asc"
TINY = DATA / "mzml/tiny.pwiz.1.1.mzML"
MZXML = DATA / "mzxml/two_scans.mzXML"
MGF = DATA / "mgf/test.mgf"
ETHANOL = DATA / "jcamp/ethanol_ms.jdx"


def unpacked(values: Any) -> np.ndarray:
    """The numbers of one of Plotly's typed arrays."""
    return np.frombuffer(base64.b64decode(values["bdata"]), f"<{values['dtype']}").astype(float)


def test_gases_are_drawn_over_decades_each_at_its_own_times(draw: Draw):
    figure = draw([QUADERA], "ms").figure
    layout = figure["layout"]
    assert layout["yaxis"]["type"] == "log"
    assert layout["yaxis"]["title"]["text"] == "Partial Pressure (mbar)"
    assert layout["xaxis"]["title"]["text"] == "Time Relative (s)"
    names = [trace["name"] for trace in figure["data"]]
    assert names == ["14", "16", "Water", "Nitrogen/Carbonmonoxide", "Oxygen", "Argon", "Carbondioxide"]  # fmt: skip
    # Times of the first row: 14 at 0.000 s, Water at 0.445 s.
    assert unpacked(figure["data"][0]["x"])[0] == 0
    assert unpacked(figure["data"][2]["x"])[0] == pytest.approx(0.445)


@pytest.mark.parametrize("chosen", ["water, 16", ["Water", 16]])
def test_some_gases_can_be_chosen(draw: Draw, chosen: Any):
    figure = draw([QUADERA], "ms", masses=chosen).figure
    assert [trace["name"] for trace in figure["data"]] == ["16", "Water"]


def test_a_gas_that_was_not_followed_is_said(draw: Draw):
    with pytest.raises(Invalid, match="Helium; it has: 14, 16, Water"):
        draw([QUADERA], "ms", masses="Helium")


def test_a_peak_list_is_drawn_as_sticks(draw: Draw):
    figure = draw([ETHANOL], "ms").figure
    assert figure["layout"]["xaxis"]["title"]["text"] == "m/z"
    x, y = (unpacked(figure["data"][0][axis]) for axis in "xy")
    np.testing.assert_array_equal(x[15:18], [31, 31, 31])  # the sixth of twelve
    np.testing.assert_array_equal(y[15:18], [0, 999, np.nan])
    assert len(x) == 3 * 12


def test_a_run_is_drawn_as_its_total_ion_current(draw: Draw):
    figure = draw([TINY], "ms").figure
    # Sums of the two whole spectra with points: 15 + 14 + ... + 1.
    np.testing.assert_array_equal(unpacked(figure["data"][0]["y"]), [120, 120])
    assert figure["layout"]["yaxis"]["title"]["text"] == "Total ion current (counts)"
    assert figure["layout"]["xaxis"]["title"]["text"] == "Retention time (s)"


def test_a_scan_can_be_chosen(draw: Draw):
    drawing = draw([MZXML], "ms", scan=2)
    assert "scan 2" in drawing.figure["layout"]["yaxis"]["title"]["text"]
    assert drawing.computed["strongest_peaks"][0] == {"mz": 75.25, "intensity": 25}


def test_a_scan_without_points_is_an_empty_plot(draw: Draw):
    drawing = draw([TINY], "ms", scan=3)
    assert drawing.computed["strongest_peaks"] == []


def test_a_scan_beyond_the_last_is_said(draw: Draw):
    with pytest.raises(Invalid, match="choose a number from 1 to 2"):
        draw([MZXML], "ms", scan=3)


def test_a_sum_over_scans_says_that_it_is_one(draw: Draw):
    drawing = draw([TINY], "ms", view="spectrum")
    assert "sum of 2 scans" in drawing.figure["layout"]["yaxis"]["title"]["text"]
    assert drawing.computed["strongest_peaks"][0] == {"mz": 0, "intensity": 30}  # 15 + 15


def test_close_masses_of_different_scans_are_summed(shared_data: Path, draw: Draw):
    drawing = draw([shared_data / "ms/example.mzML"], "ms", view="spectrum")
    strongest = [peak["mz"] for peak in drawing.computed["strongest_peaks"]]
    assert strongest[0] == pytest.approx(74.097, abs=0.001)
    assert np.diff(np.sort(strongest)).min() > 0.05  # no peak in two pieces


def test_a_mass_can_be_followed_in_time(draw: Draw):
    figure = draw([TINY], "ms", masses="3.2, 100").figure
    assert [trace["name"] for trace in figure["data"]] == ["m/z 3.2", "m/z 100"]
    np.testing.assert_array_equal(unpacked(figure["data"][0]["y"]), [12, 12])  # m/z 3: 15 - 3
    np.testing.assert_array_equal(unpacked(figure["data"][1]["y"]), [0, 0])


def test_lists_of_fragments_are_not_summed(draw: Draw):
    figure = draw([MGF], "ms").figure
    assert figure["data"][0]["name"] == "scan 1, Spectrum 1"
    assert len(unpacked(figure["data"][0]["x"])) == 3 * 6


def test_files_are_overlaid_by_name_and_others_left_out(draw: Draw):
    drawing = draw([ETHANOL, ETHANOL, QUADERA], "ms")
    assert [trace["name"] for trace in drawing.figure["data"]] == [ETHANOL.name, ETHANOL.name]
    assert drawing.warnings


@pytest.mark.parametrize(
    "bad", [{"scan": 0}, {"mass_tolerance": -1}, {"view": "pie"}, {"masses": {}}]
)
def test_bad_parameters_are_refused(bad: dict[str, Any]):
    with pytest.raises(ValidationError):
        MsParameters(**bad)


def chromatogram(path: Path, unit: str, last: float, height: str = "COUNTS") -> Path:
    """A curve of eleven points from 0 to a time."""
    rows = "\n".join(f"{last * n / 10:g}, {n}" for n in range(11))
    path.write_text(
        "##TITLE=run\n##JCAMP-DX=5.0\n##DATA TYPE=CHROMATOGRAM\n##DATA CLASS=XYPOINTS\n"
        f"##XUNITS={unit}\n##YUNITS={height}\n##NPOINTS=11\n##XYPOINTS=(XY..XY)\n{rows}\n##END=\n"
    )
    return path


def test_times_of_several_files_are_drawn_in_the_unit_of_the_first(draw: Draw, tmp_path: Path):
    minutes = chromatogram(tmp_path / "a.jdx", "MINUTES", 10)
    seconds = chromatogram(tmp_path / "b.jdx", "SECONDS", 600)
    drawing = draw([minutes, seconds], "ms")
    assert [unpacked(trace["x"]).max() for trace in drawing.figure["data"]] == pytest.approx(
        [10, 10]
    )
    assert drawing.figure["layout"]["xaxis"]["title"]["text"].endswith("(min)")
    assert drawing.warnings == ()


def test_heights_in_different_units_are_said_not_to_compare(draw: Draw, tmp_path: Path):
    counts = chromatogram(tmp_path / "a.jdx", "MINUTES", 10)
    light = chromatogram(tmp_path / "b.jdx", "MINUTES", 10, "MAU")
    drawing = draw([counts, light], "ms")
    assert drawing.figure["layout"]["yaxis"]["title"]["text"] == "Intensity (several units)"
    assert "Heights cannot be compared: a.jdx in " in drawing.warnings[0]
