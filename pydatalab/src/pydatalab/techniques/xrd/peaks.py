"""Peaks of a measured pattern, as a short list."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pydatalab.techniques.shared.baseline import baseline
from pydatalab.techniques.shared.measurement import Floats

Indices = npt.NDArray[np.intp]

MOST = 40
"""Peaks that are listed at most, the strongest ones."""

LEAST_SHARE = 0.01
"""A peak is at least this part of the highest one ..."""

LEAST_NOISE = 9
"""... and stands out by so many times the noise, both taken of the square root of the intensity, where
counting noise is the same at every height."""

FEWEST_SHARE = 20
"""Tops are settled together while it is at least one of so many at once."""


@dataclass(frozen=True)
class Peaks:
    """Peaks in the order of their places."""

    places: Floats
    """2θ [deg] of the highest point, shape (n,)."""

    heights: Floats
    """Intensity above the background, in the pattern's unit."""

    widths: Floats
    """Full width at half of the prominence [deg]; no instrument width is taken off."""


def peaks_of(two_theta: Floats, intensity: Floats) -> Peaks:
    """The strongest peaks of a pattern.

    Args:
        two_theta: [deg], shape (n,), evenly spaced or nearly so.
        intensity: shape (n,); NaN counts as zero.

    Returns:
        At most ``MOST`` local maxima that stand out from noise and background. Places are those of
        measured points; nothing is fitted.
    """
    none = Peaks(np.empty(0), np.empty(0), np.empty(0))
    if len(intensity) < 5 or not np.isfinite(intensity).any():
        return none
    above = np.nan_to_num(intensity - baseline(intensity))
    known = np.nan_to_num(intensity, nan=float(np.nanmin(intensity)))
    root = np.sqrt(known - known.min())
    tops = maxima(known)
    feet = feet_of(known, tops)
    stands_out = root[tops] - np.sqrt(feet - known.min()) >= (LEAST_NOISE * noise(root) or 1e-9)
    counts = stands_out & (above[tops] >= LEAST_SHARE * above.max())
    tops, feet = tops[counts], feet[counts]
    if not len(tops):
        return none
    kept = np.sort(np.argsort(-above[tops], kind="stable")[:MOST])
    tops, feet = tops[kept], feet[kept]
    step = abs(two_theta[-1] - two_theta[0]) / (len(two_theta) - 1)
    widths = [
        width(known, top, (known[top] + foot) / 2) * step
        for top, foot in zip(tops, feet, strict=True)
    ]
    return Peaks(two_theta[tops], above[tops], np.array(widths))


def maxima(values: Floats) -> Indices:
    """Where values are higher than before and behind: the middle of a flat top, never an end."""
    starts = np.flatnonzero(np.diff(values, prepend=np.nan))
    ends = np.append(starts[1:], len(values)) - 1
    levels = values[starts]
    is_top = np.zeros(len(levels), dtype=bool)
    is_top[1:-1] = (levels[1:-1] > levels[:-2]) & (levels[1:-1] > levels[2:])
    return np.asarray((starts + ends)[is_top] // 2)


def feet_of(values: Floats, tops: Indices) -> Floats:
    """What each maximum stands on: the higher one of the lowest values between it and the next
    higher value, or the end, on either side. So ``values[tops] - feet`` are the prominences.

    Args:
        values: shape (n,).
        tops: all maxima, ascending, shape (m,).
    """
    feet = np.empty(len(tops))
    left = np.arange(len(tops))
    heights = values[tops]
    valleys = np.minimum.reduceat(values, np.append(0, tops)) if len(tops) else np.empty(0)
    while len(left):  # tops between higher ones settle together, and are in nobody's way
        lower = np.zeros(len(left), dtype=bool)
        lower[1:-1] = heights[1:-1] < np.minimum(heights[:-2], heights[2:])
        if lower.sum() * FEWEST_SHARE < len(left):
            break
        feet[left[lower]] = np.maximum(valleys[:-1], valleys[1:])[lower]
        valleys[1:][lower] = np.minimum(valleys[:-1], valleys[1:])[lower]
        valleys = valleys[~np.append(lower, False)]
        left, heights = left[~lower], heights[~lower]
    before = _lowest_since_higher(heights.tolist(), valleys[:-1].tolist())
    behind = _lowest_since_higher(heights[::-1].tolist(), valleys[:0:-1].tolist())
    feet[left] = np.maximum(before, behind[::-1])
    return feet


def _lowest_since_higher(heights: list[float], valleys: list[float]) -> list[float]:
    """For each top the lowest value since the last higher top; a valley lies before each top."""
    lowest: list[float] = []
    higher: list[tuple[float, float]] = []
    for height, valley in zip(heights, valleys, strict=True):
        low = valley
        while higher and higher[-1][0] <= height:
            low = min(low, higher.pop()[1])
        higher.append((height, low))
        lowest.append(low)
    return lowest


def width(values: Floats, top: int, level: float) -> float:
    """How wide a maximum is at a level between its top and its foot, in points, interpolated."""
    before = top - int(np.argmax(values[top::-1] <= level))
    behind = top + int(np.argmax(values[top:] <= level))
    left = before + (level - values[before]) / (values[before + 1] - values[before])
    right = behind - (level - values[behind]) / (values[behind - 1] - values[behind])
    return float(right - left)


def noise(values: Floats) -> float:
    """Standard deviation of the point-to-point noise, from the median of absolute differences."""
    differences = np.abs(np.diff(values))
    return float(1.4826 * np.median(differences) / np.sqrt(2)) if differences.size else 0.0
