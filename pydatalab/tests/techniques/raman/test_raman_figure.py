"""What a Raman block shows: axes, lasers, stacks and maps."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.techniques.raman.analysis import raman_shift
from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Measurement

DATA = Path(__file__).parents[2] / "data"
SINGLE = DATA / "raman" / "wdf" / "sp.wdf"
LABSPEC = DATA / "raman" / "labspec" / "labspec_raman_example.txt"


def numbers(packed: Any) -> np.ndarray:
    array = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    return (
        array.reshape([int(n) for n in packed["shape"].split(",")]) if "shape" in packed else array
    )


def test_stokes_shift_of_a_nitrogen_line():
    # The N₂ vibration, 2330.7 cm⁻¹, is seen at 607.3 nm with a laser of 532 nm.
    assert raman_shift(np.array([607.3]), 532.0)[0] == pytest.approx(2330.7, abs=2)


def test_shift_runs_from_low_to_high_and_the_laser_is_shown(draw: Callable[..., Drawing]):
    drawing = draw([SINGLE], "raman")
    layout = drawing.figure["layout"]
    assert layout["xaxis"] == {"title": {"text": "Raman shift (cm⁻¹)"}}
    assert layout["yaxis"]["title"]["text"] == "Intensity (counts)"
    assert drawing.metadata["laser_wavelength"] == pytest.approx(532.25, abs=0.01)
    assert len(numbers(drawing.figure["data"][0]["y"])) == 1015


def test_the_laser_may_be_overridden(draw: Callable[..., Drawing]):
    assert draw([SINGLE], "raman", laser_wavelength=785).metadata["laser_wavelength"] == 785


def test_several_spectra_are_overlaid_or_stacked(draw: Callable[..., Drawing]):
    both = [SINGLE, LABSPEC]
    overlaid = draw(both, "raman", normalise=True)
    assert [trace["name"] for trace in overlaid.figure["data"]] == [path.name for path in both]
    assert all(numbers(trace["y"]).max() == pytest.approx(1) for trace in overlaid.figure["data"])
    stacked = draw(both, "raman", normalise=True, stack=True)
    below, above = (numbers(trace["y"]) for trace in stacked.figure["data"])
    assert above.min() >= below.max() - 0.2
    assert stacked.figure["layout"]["yaxis"]["title"]["text"].endswith("shifted")


def test_a_baseline_takes_the_background_away(
    draw: Callable[..., Drawing], read: Callable[..., Measurement]
):
    found = read(SINGLE, "raman", baseline=True)
    corrected = found["intensity_corrected"]
    np.testing.assert_allclose(corrected + found["intensity_baseline"], found["intensity"])
    assert abs(np.median(corrected)) < 0.1 * found["intensity"].max()
    drawn = numbers(draw([SINGLE], "raman", baseline=True).figure["data"][0]["y"])
    np.testing.assert_allclose(drawn, corrected, atol=0.01)


def test_a_map_shows_the_intensity_over_position(
    shared_data: Path, draw: Callable[..., Drawing], read: Callable[..., Measurement]
):
    path = shared_data / "raman" / "6x6.wdf"
    drawing = draw([path], "raman", position=1580)
    (trace,) = drawing.figure["data"]
    assert trace["type"] == "heatmap"
    assert drawing.figure["layout"]["yaxis"]["scaleanchor"] == "x"
    assert drawing.computed["position"] == pytest.approx(1580, abs=2)
    found = read(path, "raman")
    row = int(np.abs(found["raman_shift"] - 1580).argmin())
    np.testing.assert_allclose(
        np.sort(numbers(trace["z"]).ravel()), np.sort(found["intensity"][row]), rtol=1e-6
    )


def test_a_map_shows_its_spectra_when_asked(shared_data: Path, draw: Callable[..., Drawing]):
    drawing = draw([shared_data / "raman" / "6x6.wdf"], "raman", view="spectra")
    assert len(drawing.figure["data"]) == 36
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "Raman shift (cm⁻¹)"


def test_a_series_is_drawn_as_spectra_or_over_its_depth(
    shared_data: Path, draw: Callable[..., Drawing]
):
    path = shared_data / "raman" / "depth.wdf"
    assert len(draw([path], "raman").figure["data"]) == 40
    along = draw([path], "raman", view="map")
    assert along.figure["layout"]["xaxis"]["title"]["text"] == "Z (µm)"
    assert len(numbers(along.figure["data"][0]["y"])) == 40


def test_wavelengths_without_a_laser_are_drawn_as_such_with_a_warning(
    shared_data: Path, draw: Callable[..., Drawing]
):
    path = shared_data / "raman" / "Si-wafer-Raman-Spectrum-1.txt"
    drawing = draw([path], "raman")
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "Wavelength (nm)"
    assert "laser" in drawing.warnings[0]
    shifted = draw([path], "raman", laser_wavelength=532.1)
    assert shifted.figure["layout"]["xaxis"]["title"]["text"] == "Raman shift (cm⁻¹)"
    assert not shifted.warnings
