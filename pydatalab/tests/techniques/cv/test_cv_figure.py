"""Cycles, peaks and the plot of voltammograms."""

import base64
import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.errors import NoData
from pydatalab.techniques.cv.analysis import cycles_of, peaks_of, turning_points
from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Measurement

Draw = Callable[..., Drawing]
TESTS = Path(__file__).parents[2] / "data"
JCAMP = TESTS / "cv" / "RCV_LSH-R444_full+Fc.jdx"
EC_LAB = TESTS / "biologic" / "Pt_poly_cv_CUT.mpt"
GAMRY = TESTS / "gamry" / "cv_data.dta"


def numbers(packed: Any) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), np.dtype(packed["dtype"]))


def swept(*potentials: float, points: int = 500) -> np.ndarray:
    """A potential that runs through these values at a steady rate."""
    parts = [np.linspace(a, b, points, endpoint=False) for a, b in pairwise(potentials)]
    return np.concatenate([*parts, [potentials[-1]]])


def test_current_is_drawn_over_the_potential_of_the_reference(draw: Draw):
    figure = draw([JCAMP], "cv").figure
    assert figure["layout"]["xaxis"]["title"]["text"] == "Potential (V)"  # it says "V vs Ref"
    assert figure["layout"]["yaxis"]["title"]["text"] == "Current (A)"
    trace = figure["data"][0]
    assert len(numbers(trace["x"])) == 680
    assert numbers(trace["x"])[0] == pytest.approx(1.49048)
    assert numbers(trace["y"])[0] == pytest.approx(5.34724e-6)


def test_each_cycle_is_a_trace_and_can_be_chosen(draw: Draw):
    whole = draw([EC_LAB], "cv").figure["data"]
    assert [trace["name"] for trace in whole] == [f"cycle {n}" for n in range(1, 6)]
    chosen = draw([EC_LAB], "cv", cycles=[2, 5]).figure["data"]
    assert [trace["name"] for trace in chosen] == ["cycle 2", "cycle 5"]
    assert chosen[0]["y"] == whole[1]["y"]
    with pytest.raises(NoData, match="chosen"):
        draw([EC_LAB], "cv", cycles=[77])


def test_an_area_makes_densities(draw: Draw, read: Callable[..., Measurement]):
    figure = draw([GAMRY], "cv", electrode_area=0.5).figure
    assert figure["layout"]["yaxis"]["title"]["text"] == "Current density (A cm⁻²)"
    assert numbers(figure["data"][1]["y"])[0] == pytest.approx(2 * 6.57772e-7)
    column = read(GAMRY, "cv", electrode_area=0.5).column("current_density")
    assert column.computed
    assert column.unit == "A.cm-2"
    assert column.values[10] == pytest.approx(2 * 6.57772e-7)


def test_several_files_share_the_unit_of_the_first(draw: Draw):
    drawing = draw([EC_LAB, GAMRY], "cv")
    assert drawing.figure["layout"]["yaxis"]["title"]["text"] == "Current (mA)"
    gamry = next(t for t in drawing.figure["data"] if t["name"] == "cv_data.dta, cycle 2")
    assert numbers(gamry["y"])[0] == pytest.approx(6.57772e-4)  # the file says 6.57772e-7 A
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "Potential (V)"


def test_a_reference_that_is_given_names_the_axis(draw: Draw):
    axes = draw([EC_LAB], "cv", reference="Ag/AgCl").figure["layout"]
    assert axes["xaxis"]["title"]["text"] == "Potential (V vs Ag/AgCl)"


def test_a_given_reference_is_typeset(draw: Draw):
    axes = draw([EC_LAB], "cv", reference="Li/Li+").figure["layout"]
    assert axes["xaxis"]["title"]["text"] == "Potential (V vs Li/Li⁺)"


def test_different_references_are_said(draw: Draw, tmp_path: Path):
    paths = []
    for name in ("SCE", "Fc/Fc+"):
        path = tmp_path / f"{name[:2]}.txt"
        rows = "".join(f"{0.1 * n}\t{n}\n" for n in range(8))
        path.write_text(f"Potential (V vs {name})\tCurrent (mA)\n{rows}")
        paths.append(path)
    drawing = draw(paths, "cv")
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "Potential (V)"
    assert drawing.warnings[0] == "The reference electrodes of the files differ: Fc/Fc⁺, SCE."


def test_more_cycles_than_can_be_told_apart_are_not_all_drawn(draw: Draw, tmp_path: Path):
    rows = "".join(f"{scan},{n / 10},{scan}\n" for scan in range(1, 81) for n in range(5))
    path = tmp_path / "many.csv"
    path.write_text(f"Scan,Potential (V),Current (A)\n{rows}")
    drawing = draw([path], "cv")
    assert len(drawing.figure["data"]) == 50
    assert drawing.figure["data"][-1]["name"] == "cycle 80"
    assert "80 cycles" in drawing.warnings[0]
    assert len(draw([path], "cv", cycles=list(range(1, 81))).figure["data"]) == 80


def test_cycles_are_numbered_as_ec_lab_numbers_them(
    read: Callable[..., Measurement], shared_data: Path
):
    measurement = read(shared_data / "echem" / "cv.mpr", "cv")
    ours = cycles_of(measurement["ewe"].astype(np.float64))
    np.testing.assert_array_equal(ours, measurement["cycle_number"])


@pytest.mark.parametrize(
    ("path", "cycles"),
    [
        ((0.0, 1.0, 0.0, 1.0, 0.0), 2),  # starts at a limit
        ((0.2, 1.0, -1.0, 1.0, -1.0, 0.2), 2),  # starts between, ends where it started
        ((0.2, -1.0, 1.0, -1.0, 1.0, 0.2), 2),
        ((0.0, 1.0), 1),  # a linear sweep
        ((0.0, 1.0, 0.5), 1),
    ],
)
def test_cycles_are_counted_from_where_the_sweep_started(path: tuple[float, ...], cycles: int):
    assert cycles_of(swept(*path)).max() == cycles


def test_noise_does_not_turn_a_sweep():
    noise = np.random.default_rng(1).normal(0, 0.002, 1001)
    turns = turning_points(swept(0.0, 1.0, 0.0) + noise)
    assert len(turns) == 1
    assert turns[0] == pytest.approx(500, abs=10)


def test_peaks_are_found_where_they_were_put():
    # A couple at 0.22 V whose peaks are 59 mV apart, on a charging current that jumps at the limits.
    potential = swept(-0.2, 0.6, -0.2)
    rising = np.arange(len(potential)) < 500
    anodic = 2e-5 * np.exp(-(((potential - 0.2495) / 0.04) ** 2))
    cathodic = -1.8e-5 * np.exp(-(((potential - 0.1905) / 0.04) ** 2))
    noise = np.random.default_rng(2).normal(0, 5e-8, len(potential))
    current = np.where(rising, anodic + 1e-6, cathodic - 1e-6) + noise
    peaks = peaks_of(potential, current)
    assert peaks["anodic"].potential == pytest.approx(0.2495, abs=0.006)
    assert peaks["cathodic"].potential == pytest.approx(0.1905, abs=0.006)
    assert peaks["anodic"].current == pytest.approx(2.1e-5, rel=0.02)
    assert peaks["cathodic"].current == pytest.approx(-1.9e-5, rel=0.02)


def test_a_current_that_only_rises_to_the_limit_has_no_peak():
    potential = swept(0.0, 1.0, 0.0)
    assert peaks_of(potential, np.exp(10 * potential)) == {}


def test_the_largest_current_at_the_end_of_a_sweep_is_no_peak(draw: Draw):
    # MANIFEST.tsv: the largest current of this file is at its first point, 1.49048 V.
    numbers_of = draw([JCAMP], "cv").computed[JCAMP.name]
    (peaks,) = numbers_of["peaks"]
    assert peaks["anodic_potential_V"] < 1.4
    assert peaks["cathodic_potential_V"] == pytest.approx(-1.55, abs=0.05)
    middle = (peaks["anodic_potential_V"] + peaks["cathodic_potential_V"]) / 2
    assert peaks["half_wave_potential_V"] == pytest.approx(middle)
    assert numbers_of["current_unit"] == "A"


def test_a_figure_of_thousands_of_points_stays_small(draw: Draw, shared_data: Path):
    figure = draw([shared_data / "echem" / "cv.mpr"], "cv").figure
    assert len(gzip.compress(json.dumps(figure).encode())) < 60_000


def sweep(path: Path, titles: str, potential: float, current: float) -> Path:
    """A sweep up and down by one unit of potential; the current stays."""
    steps = [*range(20), *range(20, 0, -1)]
    rows = "\n".join(f"{potential * step / 20:g},{current:g}" for step in steps)
    path.write_text(f"{titles}\n{rows}\n", "utf-8")
    return path


def test_currents_of_several_files_are_drawn_in_the_unit_of_the_first(draw: Draw, tmp_path: Path):
    amperes = sweep(tmp_path / "a.csv", "Potential (V),Current (A)", 1, 1e-3)
    micro = sweep(tmp_path / "b.csv", "Potential (mV),Current (µA)", 1000, 1e3)
    figure = draw([amperes, micro], "cv").figure
    assert [numbers(trace["y"])[0] for trace in figure["data"]] == pytest.approx([1e-3, 1e-3])
    assert [numbers(trace["x"]).max() for trace in figure["data"]] == pytest.approx([1, 1])


def test_a_density_is_not_drawn_on_an_axis_of_currents(draw: Draw, tmp_path: Path):
    current = sweep(tmp_path / "a.csv", "Potential (V),Current (A)", 1, 1e-3)
    density = sweep(tmp_path / "b.csv", "Potential (V),j (mA/cm2)", 1, 1)
    drawing = draw([current, density], "cv")
    assert [trace["name"] for trace in drawing.figure["data"]] == ["a.csv"]
    assert drawing.warnings == (
        "b.csv has its current in mA/cm2, which has no place on an axis in A: left out.",
    )


def test_a_density_is_not_divided_by_an_area_again(draw: Draw, tmp_path: Path):
    density = sweep(tmp_path / "b.csv", "Potential (V),j (mA/cm2)", 1, 1)
    drawing = draw([density], "cv", electrode_area=0.5)
    assert numbers(drawing.figure["data"][0]["y"])[0] == pytest.approx(1)
    assert drawing.figure["layout"]["yaxis"]["title"]["text"] == "Current density (mA/cm2)"
    assert drawing.warnings == ("The file holds current densities: the area is not needed.",)


def test_an_area_makes_no_density_of_a_density(read: Callable[..., Measurement], tmp_path: Path):
    dense = sweep(tmp_path / "b.csv", "Potential (V),j (mA/cm2)", 1, 1)
    plain = sweep(tmp_path / "a.csv", "Potential (V),Current (mA)", 1, 1)
    assert "current_density" not in read(dense, "cv", electrode_area=0.5)
    assert read(plain, "cv", electrode_area=0.5)["current_density"][0] == 2
