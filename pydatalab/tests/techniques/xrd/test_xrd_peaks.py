"""Maxima, what they stand on and how wide they are, as scipy finds them."""

import numpy as np
import pytest
from scipy.signal import find_peaks, peak_prominences, peak_widths

from pydatalab.techniques.xrd.peaks import feet_of, maxima, peaks_of, width


def walk(seed: int, size: int) -> np.ndarray:
    """A random curve with flat stretches, and flat or steep ends."""
    return np.cumsum(np.random.default_rng(seed).integers(-2, 3, size)).astype(float)


def counts(seed: int, size: int) -> np.ndarray:
    """Counting noise, with every third point a maximum, many of them as high as others."""
    return np.random.default_rng(seed).poisson(10, size).astype(float)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("size", [1, 2, 3, 10, 300])
@pytest.mark.parametrize("shape", [walk, counts])
def test_maxima_stand_where_and_as_high_as_scipy_says(shape, seed: int, size: int):
    curve = shape(seed, size)
    tops, _ = find_peaks(curve)
    np.testing.assert_array_equal(maxima(curve), tops)
    prominences, _, _ = peak_prominences(curve, tops)
    np.testing.assert_allclose(curve[tops] - feet_of(curve, tops), prominences)


@pytest.mark.parametrize("seed", range(40))
def test_maxima_are_as_wide_as_scipy_says(seed: int):
    curve = walk(seed, 300)
    tops = maxima(curve)
    levels = (curve[tops] + feet_of(curve, tops)) / 2
    widths = [width(curve, top, level) for top, level in zip(tops, levels, strict=True)]
    np.testing.assert_allclose(widths, peak_widths(curve, tops, rel_height=0.5)[0])


def test_the_strongest_peaks_come_in_the_order_of_their_places():
    two_theta = np.linspace(10, 110, 5001)
    centres = np.linspace(15, 105, 60)
    heights = 1000.0 * (1 + np.arange(60) % 7) + np.arange(60)
    shapes = np.exp(-(((two_theta[:, None] - centres) / 0.1) ** 2) * 4 * np.log(2))
    peaks = peaks_of(two_theta, shapes @ heights + 50)
    strongest = np.sort(np.argsort(-heights)[:40])
    np.testing.assert_allclose(peaks.places, centres[strongest], atol=0.02)
    np.testing.assert_allclose(peaks.widths, 0.1, atol=0.01)
