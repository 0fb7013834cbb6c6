"""The smooth background below a pattern or a spectrum.

Source
    S.-J. Baek, A. Park, Y.-J. Ahn, J. Choo, Analyst 140 (2015) 250, doi:10.1039/C4AN01061B
    (asymmetrically reweighted penalised least squares, arPLS).
"""

import numpy as np
from scipy.linalg import LinAlgError, solveh_banded
from scipy.special import expit

from pydatalab.techniques.shared.measurement import Floats

MOST_BINS = 2000
"""The background is sought on the means of at most so many neighbouring groups of points."""

MOST_ROUNDS = 50
SETTLED = 1e-3
"""The search ends when the weights change by less than this part."""


def baseline(values: Floats, width: float = 0.05) -> Floats:
    """The smooth background of a curve, below its peaks and through its noise.

    Minimises Σ wᵢ (yᵢ − zᵢ)² + λ Σ (Δ²zᵢ)², where a point's weight w falls the higher the point
    stands above the noise around z. Points are taken as evenly spaced, in either direction of x;
    peaks must point upwards (hand in ``-values`` and negate the result for a transmission).

    Args:
        values: the curve, shape (n,); NaN counts for nothing.
        width: how slowly the background may vary: the period that it can just follow, as a part
            of the whole curve. λ = (width · n / 2π)⁴. Broader peaks ask for a larger width.

    Returns:
        The background z in the unit of ``values``, shape (n,), finite.
    """
    if not np.isfinite(values).any():
        return np.zeros(len(values))
    size = -(-len(values) // MOST_BINS)
    means = _binned(values, size)
    smooth = _background(means, (width * len(means) / (2 * np.pi)) ** 4)
    centres = (np.arange(len(means)) + 0.5) * size - 0.5
    return np.asarray(np.interp(np.arange(len(values)), centres, smooth), dtype=np.float64)


def _binned(values: Floats, size: int) -> Floats:
    """Means of ``size`` neighbours each; NaN where none of them is finite."""
    padded = np.full(-(-len(values) // size) * size, np.nan)
    padded[: len(values)] = values
    groups = padded.reshape(-1, size)
    finite = np.isfinite(groups)
    count = finite.sum(axis=1)
    sums = np.where(finite, groups, 0.0).sum(axis=1)
    means = np.full(len(count), np.nan)
    np.divide(sums, count, out=means, where=count > 0)
    return means


def _background(values: Floats, stiffness: float) -> Floats:
    known = np.isfinite(values)
    y = np.where(known, values, 0.0)
    scale = float(np.ptp(y[known])) or 1.0
    weights = known.astype(np.float64)
    z = y
    for _ in range(MOST_ROUNDS):
        z = _smooth(y / scale, weights, stiffness) * scale
        above = y - z
        below = above[known & (above < 0)]
        spread = float(below.std()) if below.size else 0.0
        if spread <= 1e-12 * scale:
            break
        new = np.where(known, expit(-2 * (above - (2 * spread - below.mean())) / spread), 0.0)
        change = np.linalg.norm(new - weights) / np.linalg.norm(weights)
        weights = new
        if change < SETTLED:
            break
    return z


def _smooth(values: Floats, weights: Floats, stiffness: float) -> Floats:
    """The z that solves (W + λ D'D) z = W y, D being second differences."""
    count = len(values)
    if count < 3:
        return values
    bands = np.zeros((3, count))
    second = np.ones(count - 2)
    bands[2, :-2] += second
    bands[2, 1:-1] += 4 * second
    bands[2, 2:] += second
    bands[1, 1:-1] += -2 * second
    bands[1, 2:] += -2 * second
    bands[0, 2:] += second
    bands *= stiffness
    bands[2] += weights + 1e-9
    try:
        return np.asarray(solveh_banded(bands, weights * values), dtype=np.float64)
    except LinAlgError:
        return values
