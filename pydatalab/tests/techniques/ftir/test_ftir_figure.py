"""What an infrared block shows: wavenumber from high to low, absorbance and transmittance."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.spectra.absorption import absorbance, transmittance

DATA = Path(__file__).parents[2] / "data"
PERCENT = DATA / "spectra" / "spc" / "Ft-ir.spc"
ABSORBANCE = DATA / "spectra" / "perkinelmer" / "spectra.sp"


def numbers(packed: Any) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


def test_absorbance_of_a_tenth_of_the_light_is_one():
    np.testing.assert_allclose(absorbance(np.array([1.0, 0.1, 0.01])), [0, 1, 2])
    np.testing.assert_allclose(transmittance(np.array([0.0, 1.0, 2.0])), [1, 0.1, 0.01])
    assert np.isnan(absorbance(np.array([0.0, -1.0]))).all()


@pytest.mark.parametrize(
    ("path", "title", "points"),
    [(PERCENT, "Transmittance (%)", 1776), (ABSORBANCE, "Absorbance", 3301)],
)
def test_wavenumber_runs_from_high_to_low(
    draw: Callable[..., Drawing], path: Path, title: str, points: int
):
    drawing = draw([path], "ftir", screen=None)
    layout = drawing.figure["layout"]
    assert layout["xaxis"] == {"title": {"text": "Wavenumber (cm⁻¹)"}, "autorange": "reversed"}
    assert layout["yaxis"]["title"]["text"] == title
    assert len(numbers(drawing.figure["data"][0]["x"])) == min(points, 3200)


def test_each_of_the_two_is_worked_out_of_the_other(
    draw: Callable[..., Drawing], read: Callable[..., Measurement]
):
    found = read(PERCENT, "ftir")
    assert found.column("absorbance").computed
    np.testing.assert_allclose(100 * 10 ** -found["absorbance"], found["transmittance"])
    shown = draw([PERCENT], "ftir", show="absorbance")
    assert shown.figure["layout"]["yaxis"]["title"]["text"] == "Absorbance"
    np.testing.assert_allclose(
        numbers(shown.figure["data"][0]["y"]), found["absorbance"], atol=1e-6
    )


def test_files_of_both_kinds_are_drawn_as_the_first_one_is(draw: Callable[..., Drawing]):
    drawing = draw([PERCENT, ABSORBANCE], "ftir")
    assert drawing.figure["layout"]["yaxis"]["title"]["text"] == "Transmittance (%)"
    assert len(drawing.figure["data"]) == 2
    # 10^(−0.359) of the strongest band is 43.7 %.
    assert numbers(drawing.figure["data"][1]["y"]).min() == pytest.approx(43.74, abs=0.05)


def test_a_file_of_another_quantity_is_left_out_with_a_warning(
    shared_data: Path, draw: Callable[..., Drawing]
):
    drawing = draw([PERCENT, shared_data / "ftir" / "test_spectra.0"], "ftir")
    assert len(drawing.figure["data"]) == 1
    assert "test_spectra.0" in drawing.warnings[0]


def test_spectra_of_one_group_are_named(shared_data: Path, draw: Callable[..., Drawing]):
    names = [t["name"] for t in draw([shared_data / "ftir" / "wodger.spg"], "ftir").figure["data"]]
    assert [name.split(",")[0] for name in names] == ["vz0470.spa", "vz0468.spa"]


def test_stacked_and_scaled_spectra_do_not_overlap(draw: Callable[..., Drawing]):
    drawing = draw(
        [PERCENT, ABSORBANCE], "ftir", show="absorbance", normalise=True, stack=True, baseline=True
    )
    below, above = (numbers(trace["y"]) for trace in drawing.figure["data"])
    assert np.nanmedian(above) > np.nanmax(below) - 0.2
