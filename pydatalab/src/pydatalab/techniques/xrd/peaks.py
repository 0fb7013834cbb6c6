"""Peaks of a measured pattern, as a short list."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks, peak_widths

from pydatalab.techniques.shared.baseline import baseline
from pydatalab.techniques.shared.measurement import Floats

MOST = 40
"""Peaks that are listed at most, the strongest ones."""

LEAST_SHARE = 0.01
"""A peak is at least this part of the highest one ..."""

LEAST_NOISE = 9
"""... and stands out by so many times the noise, both taken of the square root of the intensity, where
counting noise is the same at every height."""


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
    found, _ = find_peaks(root, prominence=LEAST_NOISE * noise(root) or 1e-9)
    found = found[above[found] >= LEAST_SHARE * above.max()]
    if not len(found):
        return none
    found = np.sort(found[np.argsort(-above[found], kind="stable")[:MOST]])
    step = abs(two_theta[-1] - two_theta[0]) / (len(two_theta) - 1)
    widths = peak_widths(known, found, rel_height=0.5)[0] * step
    return Peaks(two_theta[found], above[found], widths)


def noise(values: Floats) -> float:
    """Standard deviation of the point-to-point noise, from the median of absolute differences."""
    differences = np.abs(np.diff(values))
    return float(1.4826 * np.median(differences) / np.sqrt(2)) if differences.size else 0.0
