"""dQ/dV and dV/dQ of a half cycle, smoothed.

Source
    Smoothing: A. Savitzky, M. J. E. Golay, Anal. Chem. 36 (1964) 1627; P. Dierckx, Curve and
    Surface Fitting with Splines (1993). Use for cells: I. Bloom et al., J. Power Sources 139
    (2005) 295.
"""

from dataclasses import dataclass

import numpy as np

from pydatalab.techniques.shared.measurement import Floats

GRID = 10_000
"""Points to which a half cycle is brought, evenly along the axis of the derivative."""
FEWEST = 12
"""Distinct points below which a half cycle has no derivative worth drawing."""
HELD = 1e-3
"""Part of the voltage range within which the voltage counts as held at its limit."""
EACH = 9
"""One of how many points of the grid the spline sees: all would make it slow, and are smooth already.
The last one is among them."""
ORDER = 3
"""Order of the polynomials that smooth. scipy's weights for higher ones lose their sum of 1 where
the window is wide."""


@dataclass(frozen=True)
class Smoothing:
    """How a derivative is smoothed."""

    first_window: int = 1001
    """Points of the grid under the first Savitzky-Golay filter."""

    last_window: int = 101
    """Points under the one that follows the differentiation."""

    degree: int = 5
    """Degree of the spline that is differentiated."""

    closeness: float = 5
    """The spline's sum of squared distances is at most ten to the power of minus this, for a curve
    scaled to a height of 1."""


def capacity_by_voltage(
    voltage: Floats, capacity: Floats, way: int, smoothing: Smoothing
) -> tuple[Floats, Floats] | None:
    """dQ/dV of one half cycle.

    The capacity at equal voltages is averaged, brought to a grid of ``GRID`` voltages, smoothed,
    and differentiated as a spline. Where the voltage is held at its limit, the half cycle is cut.

    Args:
        voltage: [V], shape (n,), in the order of time.
        capacity: [mA·h] or [mA·h/g], counting up, shape (n,).
        way: 1 for a charge, -1 for a discharge.
        smoothing: how smooth.

    Returns:
        Voltage [V], increasing, and dQ/dV [unit of capacity per V], negative for a discharge; each of
        shape (GRID,). ``None`` where there are too few points for it.
    """
    reached = voltage[np.isfinite(voltage)] * way
    if reached.size < FEWEST:
        return None
    held = voltage * way >= reached.max() - HELD * np.ptp(reached)
    end = int(np.argmax(held)) + 1
    return _derivative(voltage[:end], capacity[:end], smoothing)


def voltage_by_capacity(
    voltage: Floats, capacity: Floats, smoothing: Smoothing
) -> tuple[Floats, Floats] | None:
    """dV/dQ of one half cycle, likewise: capacity, increasing, and dV/dQ [V per its unit]."""
    return _derivative(capacity, voltage, smoothing)


def _derivative(x: Floats, y: Floats, smoothing: Smoothing) -> tuple[Floats, Floats] | None:
    finite = np.isfinite(x) & np.isfinite(y)
    distinct, which = np.unique(x[finite], return_inverse=True)
    if distinct.size < FEWEST:
        return None
    mean = np.bincount(which, weights=y[finite]) / np.bincount(which)
    height = float(np.ptp(mean))
    if not height > 0:
        return None
    grid = np.linspace(distinct[0], distinct[-1], GRID)
    curve = _smoothed(np.interp(grid, distinct, mean) / height, smoothing.first_window)
    part = np.linspace(0, 1, GRID)
    error = 10.0**-smoothing.closeness / EACH
    from scipy.interpolate import splev, splrep  # slow to load, and most plots need none

    spline = splrep(part[::EACH], curve[::EACH], k=smoothing.degree, s=error)
    slope = splev(part, spline, der=1) * height / (grid[-1] - grid[0])
    return grid, _smoothed(np.asarray(slope, dtype=np.float64), smoothing.last_window)


def _smoothed(values: Floats, window: int) -> Floats:
    """Values under a Savitzky-Golay filter; an even window is made odd, one that is too small none."""
    window += 1 - window % 2
    if window <= ORDER:
        return values
    from scipy.signal import savgol_filter  # likewise

    return np.asarray(savgol_filter(values, window, ORDER), dtype=np.float64)
