"""How many Raman spectra of one file are drawn: as a map at one shift, or as all spectra."""

from typing import Any

import numpy as np

from pydatalab.techniques.shared.drawing import Screen, figure, line, typed
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.spectra.drawn import spectrum_names
from pydatalab.techniques.shared.spectra.maps import PLANE, places_of

MOST_LINES = 64
"""More spectra than these are drawn as a picture, one line of it a spectrum."""

MOST_ROWS = 150
"""A picture of spectra has no more lines than these; beyond that some are left out."""

PIXELS_PER_POINT = 4
"""Each point of such a line is so wide on the screen."""

LASER_LINE = 50.0
"""The strongest band is sought beyond this shift [cm⁻¹], where no laser light is left."""

COLOURS = "Viridis"


def plane_of(measurement: Measurement) -> list[Column]:
    """The two places that a map spans; fewer of a series."""
    return [place for place in places_of(measurement) if place.name in PLANE][:2]


def strongest(shift: Floats, spectra: Floats) -> float:
    """The shift at which the spectra, taken together, are highest.

    Args:
        shift: [cm⁻¹], shape (n,).
        spectra: shape (n, m).
    """
    total = np.nansum(spectra, axis=1)
    beyond = np.abs(shift) > LASER_LINE
    chosen = np.where(beyond, total, -np.inf) if beyond.any() else total
    return float(shift[np.argmax(chosen)])


def map_figure(
    measurement: Measurement, shift: Column, signal: Column, position: float, screen: Screen
) -> dict[str, Any]:
    """The intensity at one shift over position: a picture of a map, a curve of a series.

    The point of the spectra that is next to ``position`` is taken; nothing is averaged.
    """
    values = signal.values[int(np.argmin(np.abs(shift.values - position)))]
    plane = plane_of(measurement)
    if len(plane) < 2:
        number = Column("spectrum", "", np.arange(1, len(values) + 1), "Spectrum")
        place = (plane or places_of(measurement) or [number])[0]
        return figure([line(place.values, values, signal.label, screen)], place.title, signal.title)
    trace = _picture(plane[0].values, plane[1].values, values)
    trace |= {"colorscale": COLOURS, "colorbar": {"title": {"text": signal.title}}}
    if trace["type"] == "scatter":
        trace["marker"] |= {
            "colorscale": trace.pop("colorscale"),
            "colorbar": trace.pop("colorbar"),
        }
    return figure([trace], plane[0].title, plane[1].title, equal_scales=True)


def _picture(x: Floats, y: Floats, values: Floats) -> dict[str, Any]:
    """A heat map where the places make a grid, else coloured points."""
    columns, x_places = _grid(x)
    rows, y_places = _grid(y)
    if len(x_places) * len(y_places) > 4 * len(values):
        return {"type": "scatter", "mode": "markers", "x": typed(x), "y": typed(y),
                "marker": {"color": typed(values), "showscale": True}}  # fmt: skip
    picture = np.full((len(y_places), len(x_places)), np.nan)
    picture[rows, columns] = values
    return {"type": "heatmap", "x": typed(x_places), "y": typed(y_places), "z": typed(picture)}


def _grid(places: Floats) -> tuple[Any, Floats]:
    """For each place its number on the grid, and the grid's places; equal but for rounding."""
    span = float(np.ptp(places)) or 1.0
    _, first, number = np.unique(np.round(places / span, 6), return_index=True, return_inverse=True)
    return number, places[first]


def spectra_figure(
    measurement: Measurement, shift: Column, signal: Column, screen: Screen
) -> dict[str, Any]:
    """All spectra of a file: as curves, or as a picture where they are many."""
    count = signal.values.shape[1]
    if count > MOST_LINES:
        return _spectra_picture(shift, signal, screen)
    names = spectrum_names(measurement, count)
    each = Screen(max(screen.width * 4 // count, 200), screen.low, screen.high)
    traces = [line(shift.values, signal.values[:, n], name, each) for n, name in enumerate(names)]
    return figure(traces, shift.title, signal.title)


def _spectra_picture(shift: Column, signal: Column, screen: Screen) -> dict[str, Any]:
    inside = np.ones(len(shift.values), dtype=bool)
    if screen.low is not None and screen.high is not None:
        inside = (shift.values >= screen.low) & (shift.values <= screen.high)
    points = np.flatnonzero(inside)
    points = points[:: max(1, -(-len(points) * PIXELS_PER_POINT // screen.width))]
    count = signal.values.shape[1]
    rows = np.arange(0, count, max(1, -(-count // MOST_ROWS)))
    picture = signal.values[np.ix_(points, rows)].T
    trace = {
        "type": "heatmap", "x": typed(shift.values[points]), "y": typed(rows + 1),
        "z": typed(picture.astype(np.float32)), "colorscale": COLOURS,
        "colorbar": {"title": {"text": signal.title}},
    }  # fmt: skip
    return figure([trace], shift.title, "Spectrum")
