"""The background below peaks, on curves whose background is known."""

import numpy as np
import pytest

from pydatalab.techniques.shared.baseline import baseline


def pattern(count: int) -> tuple[np.ndarray, np.ndarray]:
    """A pattern of counts with sixty peaks, and the background that was put below them."""
    random = np.random.default_rng(1)
    x = np.linspace(5, 125, count)
    background = 200 + 3000 * np.exp(-x / 20) + 50 * np.sin(x / 25)
    peaks = sum(
        height * np.exp(-(((x - centre) / 0.12) ** 2) / 2)
        for centre, height in zip(
            random.uniform(10, 120, 60), random.uniform(500, 10_000, 60), strict=True
        )
    )
    return random.poisson(background + peaks).astype(float), background


@pytest.mark.parametrize("count", [1_999, 7_181, 50_001])
def test_a_known_background_is_found_through_peaks_and_noise(count):
    counts, background = pattern(count)
    found = baseline(counts)
    assert np.median(np.abs(found - background)) < 0.02 * np.median(background)
    assert np.abs(found - background).max() < 0.1 * background.max()


def test_the_direction_of_x_does_not_matter():
    counts, _ = pattern(1_500)
    np.testing.assert_allclose(baseline(counts[::-1])[::-1], baseline(counts), rtol=1e-6)


def test_scaling_a_curve_scales_its_background():
    counts, _ = pattern(1_500)
    np.testing.assert_allclose(baseline(counts * 1e-6), baseline(counts) * 1e-6, rtol=1e-6)


@pytest.mark.parametrize(
    "curve", [np.full(100, 5.0), np.linspace(3, 7, 50), np.array([1.0, 2.0]), np.array([4.0])]
)
def test_a_curve_without_peaks_is_its_own_background(curve):
    np.testing.assert_allclose(baseline(curve), curve, rtol=1e-6)


def test_gaps_are_bridged():
    counts, background = pattern(1_500)
    counts[700:730] = np.nan
    found = baseline(counts)
    assert np.isfinite(found).all()
    assert np.abs(found[700:730] - background[700:730]).max() < 0.1 * background[715]
    assert (baseline(np.full(10, np.nan)) == 0).all()
