"""Two-dimensional spectra as contour maps."""

from typing import Any

import numpy as np

from pydatalab.techniques.shared.drawing import Screen, figure, typed
from pydatalab.techniques.shared.measurement import Column, Floats

SPECTRAL = ("ppm", "Hz")
"""Units of a second axis that is a spectrum's, and runs from high to low."""

WIDEST, HIGHEST = 512, 384
"""Most columns and rows of the map that is sent."""

NOISE_FACTOR = 5.0
"""The lowest contour lies at so many times the noise ..."""

LOWEST = 1 / 64
"""... but not above this share of the highest point, times four, nor below it."""

STEPS = 16
"""Heights are sent in this fraction of a factor of two; contours lie two to the factor."""


def map_figure(
    shift: Floats, across: Column, intensity: Floats, x_title: str, screen: Screen
) -> dict[str, Any]:
    """Draw contours at intensities that rise by √2, positive and negative ones apart.

    Where there are more points than the screen can show, blocks of points are drawn as their
    point of largest magnitude; this is for the eye only.

    Args:
        shift: x, shape (n,).
        across: y, shape (m,).
        intensity: shape (n, m).
        x_title: title of x.
        screen: what is looked at.
    """
    inside = _inside(shift, screen)
    x, z = shift[inside], intensity[inside]
    x, z = thinned(x, z, min(WIDEST, max(screen.width // 2, 64)))
    y, z = thinned(across.values.astype(np.float64), z.T, HIGHEST)
    height = heights(z)
    traces = [_contours(x, y, height, "positive", "Blues")]
    if height.min() <= -STEPS:
        traces.append(_contours(x, y, -height, "negative", "Reds"))
    drawn = figure(traces, x_title, across.title, reversed_x=True)
    if across.unit in SPECTRAL:
        drawn["layout"]["yaxis"]["autorange"] = "reversed"
    return drawn


def _inside(shift: Floats, screen: Screen) -> slice:
    """The part of x that the screen shows; all of it where that is nothing."""
    if screen.low is None or screen.high is None:
        return slice(None)
    places = np.flatnonzero((shift >= screen.low) & (shift <= screen.high))
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) > 1 else slice(None)


def thinned(axis: Floats, values: Floats, most: int) -> tuple[Floats, Floats]:
    """At most ``most`` rows: of each block of rows the value of largest magnitude.

    Args:
        axis: shape (n,).
        values: shape (n, m).
        most: number of rows to be left.

    Returns:
        The middle of each block, and the values.
    """
    block = -(-len(axis) // most)
    if block <= 1:
        return axis, values
    starts = np.arange(0, len(axis), block)
    high = np.maximum.reduceat(values, starts)
    low = np.minimum.reduceat(values, starts)
    ends = np.minimum(starts + block, len(axis)) - 1
    return (axis[starts] + axis[ends]) / 2, np.where(high >= -low, high, low)


def heights(z: Floats) -> Floats:
    """Intensity by logarithm, in steps: ±16 at the lowest contour, 16 more with each factor of two."""
    magnitude = np.abs(np.nan_to_num(z))
    largest = magnitude.max(initial=0.0)
    if not largest > 0:
        return np.zeros_like(z)
    noise = NOISE_FACTOR * 1.4826 * np.median(magnitude)
    lowest = float(np.clip(noise, LOWEST * largest, 4 * LOWEST * largest))
    height = np.where(
        magnitude <= lowest, magnitude / lowest, 1 + np.log2(np.maximum(magnitude / lowest, 1.0))
    )
    return np.sign(np.nan_to_num(z)) * np.round(height * STEPS)


def _contours(x: Floats, y: Floats, height: Floats, name: str, colours: str) -> dict[str, Any]:
    levels = {"start": STEPS, "end": float(max(height.max(), STEPS)), "size": STEPS / 2}
    return {
        "type": "contour", "name": name, "x": typed(x), "y": typed(y),
        "z": typed(np.maximum(height, 0.0)), "contours": {**levels, "coloring": "lines"},
        "colorscale": colours, "zmin": 0, "showscale": False, "hoverinfo": "x+y",
        "line": {"width": 1}, "showlegend": True,
    }  # fmt: skip
