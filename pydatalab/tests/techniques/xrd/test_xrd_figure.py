"""Powder patterns as they are drawn, and what is worked out on the way."""

import base64
import gzip
import json
import math
import time

import numpy as np
import pytest
from pydantic import ValidationError

from pydatalab.techniques.shared.drawing import Screen
from pydatalab.techniques.xrd import XrdParameters
from pydatalab.techniques.xrd.analysis import d_spacing, momentum_transfer
from pydatalab.techniques.xrd.radiation import chosen_wavelength

EMPYREAN = "CG20396_jdb12-1.xrdml"
TITANIA = "TiO2.raw"
BEAMLINE = "example_bmb.xye"


def numbers(packed):
    """A Plotly array as numbers."""
    if isinstance(packed, list):
        return np.array(packed)
    values = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    return (
        values.reshape([int(n) for n in packed["shape"].split(",")])
        if "shape" in packed
        else values
    )


def test_one_pattern_is_drawn_in_its_own_counts(draw, real):
    drawn = draw([real(EMPYREAN)], "xrd")
    (trace,) = drawn.figure["data"]
    layout = drawn.figure["layout"]
    assert layout["xaxis"]["title"]["text"] == "2θ (°)"
    assert layout["yaxis"]["title"]["text"] == "Intensity (counts)"
    assert "autorange" not in layout["xaxis"]
    assert numbers(trace["y"]).max() == 13036
    assert numbers(trace["x"])[[0, -1]] == pytest.approx([5.00835563, 124.99526689], abs=1e-4)
    assert len(numbers(trace["x"])) == 3200


def test_the_default_figure_is_small(draw, real):
    drawn = draw([real(EMPYREAN)], "xrd")
    assert len(gzip.compress(json.dumps(drawn.figure).encode())) < 60_000


def test_ten_patterns_are_read_and_drawn_quickly(draw, real):
    draw([real(EMPYREAN)], "xrd")  # imports
    start = time.process_time()
    draw([real(EMPYREAN)] * 10, "xrd")
    assert time.process_time() - start < 1.0  # 0.1 s on an idle machine


def test_several_patterns_are_scaled_and_stacked_in_their_order(draw, real):
    drawn = draw([real(EMPYREAN), real(TITANIA)], "xrd")
    lower, upper = (numbers(trace["y"]) for trace in drawn.figure["data"])
    assert lower.max() == pytest.approx(1)
    assert upper.min() > lower.max()
    assert upper.max() - upper.min() == pytest.approx(1 - 131 / 11493, abs=1e-3)
    assert [trace["name"] for trace in drawn.figure["data"]] == [EMPYREAN, TITANIA]
    assert drawn.figure["layout"]["showlegend"] is True


def test_several_patterns_can_be_laid_over_each_other_in_counts(draw, real):
    drawn = draw([real(EMPYREAN), real(TITANIA)], "xrd", stack=False, normalise=False)
    assert [numbers(trace["y"]).max() for trace in drawn.figure["data"]] == [13036, 11493]
    assert drawn.figure["layout"]["yaxis"]["title"]["text"] == "Intensity (counts)"


def test_a_pattern_over_q_and_over_d_agrees_with_bragg(draw, real):
    lowest = math.sin(math.radians(5.00835563 / 2))
    over_q = draw([real(EMPYREAN)], "xrd", x_axis="Q").figure
    over_d = draw([real(EMPYREAN)], "xrd", x_axis="d").figure
    assert over_q["layout"]["xaxis"]["title"]["text"] == "Q (Å⁻¹)"
    assert numbers(over_q["data"][0]["x"])[0] == pytest.approx(
        4 * math.pi * lowest / 1.540598, rel=1e-5
    )
    assert over_d["layout"]["xaxis"]["title"]["text"] == "d (Å)"
    assert over_d["layout"]["xaxis"]["autorange"] == "reversed"
    assert numbers(over_d["data"][0]["x"])[0] == pytest.approx(1.540598 / (2 * lowest), rel=1e-5)


def test_a_chosen_wavelength_goes_before_that_of_the_file(read, draw, real):
    pattern = read(real(EMPYREAN), "xrd", wavelength=0.7093)
    assert pattern["d_spacing"][0] == pytest.approx(
        0.7093 / (2 * math.sin(math.radians(5.00835563 / 2)))
    )
    said = draw([real(EMPYREAN)], "xrd", wavelength=0.7093).metadata
    assert (said["wavelength"], said["wavelength_from"]) == (0.7093, "set by hand")


def test_the_old_default_wavelength_is_no_choice():
    assert chosen_wavelength({"wavelength": 0.4146}, 1.5406) == (0.4146, "file")
    assert chosen_wavelength({"wavelength": 0.4146}, 0.5) == (0.5, "set by hand")
    assert chosen_wavelength({"anode": "Mo"}, None)[0] == pytest.approx(0.7093, abs=1e-4)
    assert chosen_wavelength({}, None)[0] == 1.5406


def test_a_guessed_wavelength_is_said_where_it_matters(draw, saved):
    file = saved("bare.xy", "\n".join(f"{10 + n / 10:.1f} {n + 1}" for n in range(50)))
    assert draw([file], "xrd").warnings == ()
    assert "assumed" in draw([file], "xrd", x_axis="Q").warnings[0]


def test_the_square_root_and_the_logarithm_are_drawn_as_such(draw, real):
    root = draw([real(TITANIA)], "xrd", y_scale="square root").figure
    log = draw([real(TITANIA)], "xrd", y_scale="log").figure
    assert numbers(root["data"][0]["y"]).max() == pytest.approx(math.sqrt(11493))
    assert root["layout"]["yaxis"]["title"]["text"] == "√Intensity (√counts)"
    assert log["layout"]["yaxis"]["type"] == "log"
    assert numbers(log["data"][0]["y"]).max() == 11493


def test_the_baseline_goes_through_the_valleys(read, draw, real):
    pattern = read(real(TITANIA), "xrd", baseline=True)
    background = pattern["background"]
    assert pattern.column("background").computed
    assert np.median(pattern["intensity"] - background) < 0.2 * np.median(background)
    flat = numbers(draw([real(TITANIA)], "xrd", baseline=True).figure["data"][0]["y"])
    assert abs(np.median(flat)) < 0.1 * 131


def test_the_export_has_the_file_s_columns_and_computed_ones(read, real):
    columns = {column.name: column for column in read(real(BEAMLINE), "xrd")}
    assert list(columns) == ["two_theta", "intensity", "intensity_error", "q", "d_spacing"]
    assert [column.computed for column in columns.values()] == [False, False, False, True, True]
    assert columns["q"].unit == "1/angstrom"


def test_only_what_the_screen_shows_is_sent(draw, real):
    near = draw([real(EMPYREAN)], "xrd", screen=Screen(width=1600, low=41, high=43))
    x = numbers(near.figure["data"][0]["x"])
    assert 115 < len(x) < 125  # 2° in steps of 0.0167°, and a neighbour at each end
    assert (x.min(), x.max()) == pytest.approx((41, 43), abs=0.03)


def test_peaks_are_listed_with_spacings(draw, real):
    peaks = draw([real(EMPYREAN)], "xrd").computed["peak_data"]["0"]
    assert peaks["theoretical"] is False
    strongest = int(np.argmax(peaks["intensities"]))
    assert peaks["positions"][strongest] == pytest.approx(41.6729, abs=1e-3)
    assert peaks["d_spacings"][strongest] == pytest.approx(2.1655, abs=1e-3)
    assert 0.05 < peaks["widths"][strongest] < 0.2


def test_noise_has_no_peaks(draw, saved):
    counts = np.random.default_rng(3).poisson(400, 4000)
    text = "\n".join(f"{5 + 0.02 * n:.2f} {count}" for n, count in enumerate(counts))
    assert draw([saved("noise.xy", text)], "xrd").computed["peak_data"]["0"]["positions"] == []


def test_d_spacing_of_silicon_111():
    # Silicon powder, Cu Kα1: (111) at 2θ = 28.442°, d = 3.1355 Å in ICDD 00-027-1402.
    two_theta = np.array([28.442, 0.0, -5.0])
    spacing = d_spacing(two_theta, 1.540598)
    assert spacing[0] == pytest.approx(3.1355, abs=2e-4)
    assert np.isnan(spacing[1:]).all()
    assert momentum_transfer(two_theta, 1.540598)[0] == pytest.approx(
        2 * math.pi / 3.1355, abs=2e-4
    )


def test_pieces_of_one_pattern_are_drawn_as_one(draw, saved, xrdml, positions):
    scans = [([positions("2Theta", 20, 21)], [1, 2]), ([positions("2Theta", 30, 31)], [30, 40])]
    drawn = draw([saved("pieces.xrdml", xrdml(scans))], "xrd").figure
    assert [numbers(trace["y"]).tolist() for trace in drawn["data"]] == [[1, 2], [30, 40]]
    assert [trace["name"] for trace in drawn["data"]] == [
        "pieces.xrdml, scan 1",
        "pieces.xrdml, scan 2",
    ]


@pytest.mark.parametrize("shared_axis", [True, False])
def test_many_scans_are_drawn_as_a_map(draw, saved, xrdml, positions, shared_axis):
    scans = [
        (
            [positions("2Theta", 20 + n * (not shared_axis), 24 + n * (not shared_axis)),
             positions("Omega", 10 + n / 10)],
            [1, 10, 100 + n, 10, 1],
        )
        for n in range(12)
    ]  # fmt: skip
    drawn = draw([saved("map.xrdml", xrdml(scans))], "xrd")
    (trace,) = drawn.figure["data"]
    assert trace["type"] == "heatmap"
    assert drawn.figure["layout"]["yaxis"]["title"]["text"] == "ω (°)"
    image = numbers(trace["z"])
    assert image.shape == (12, 5)
    assert np.nanmax(image) == pytest.approx(math.log10(111), abs=0.006)
    assert numbers(trace["y"])[[0, -1]] == pytest.approx([10, 11.1])
    if shared_axis:
        assert image[3].tolist() == pytest.approx(np.log10([1, 10, 103, 10, 1]).tolist(), abs=0.006)


@pytest.mark.parametrize(
    "wrong", [{"wavelength": 0}, {"wavelength": "long"}, {"x_axis": "Energy"}, {"y_scale": "cubic"}]
)
def test_a_wrong_parameter_is_refused(wrong):
    with pytest.raises(ValidationError):
        XrdParameters(**wrong)


def test_parameters_of_older_clients_are_understood():
    assert XrdParameters(wavelength="0.7093", bokeh_plot_data={}).wavelength == 0.7093
    assert XrdParameters(wavelength=None).wavelength is None
