"""Spectra at many positions or times, all on one axis."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.spectra.quantities import Quantity

PLANE = ("x", "y", "z", "column", "row")
"""Places that make a map, of which one alone makes a series."""


def spectral_map(
    axis: Quantity,
    x: Floats,
    places: Sequence[Column],
    signal: Quantity,
    spectra: Floats,
    header: Mapping[str, Any],
) -> Measurement:
    """Many spectra as one measurement: one row a point of the axis, across the spectra.

    Args:
        axis: what the spectra run along.
        x: its values, shape (n,).
        places: where or when each spectrum was taken, each of shape (m,).
        signal: what the spectra hold.
        spectra: shape (m, n), one row a spectrum, in the file's order.
        header: what else the file says.

    Returns:
        The axis, and the signal of shape (n, m) across the spectra: across the one place that
        tells them apart (``z``, ``time``), or a text that names several (``x=1 y=2``), or their
        numbers. The header's ``places`` has the values of every place, and their ``unit``.
    """
    said = {place.name: {"unit": place.unit, "values": place.values.tolist()} for place in places}
    return Measurement(
        (axis.column(x), signal.column(spectra.T)),
        axis=axis.name,
        across=_across(places, len(spectra)),
        header={**header, "places": said, "curves": {signal.name: ""}},
    )


def _across(places: Sequence[Column], count: int) -> Column:
    moving = [place for place in places if len(np.unique(place.values)) > 1]
    plane = [place for place in moving if place.name in PLANE]
    if len(plane) > 1:
        rows = zip(*(place.values.tolist() for place in plane), strict=True)
        texts = [
            " ".join(f"{p.name}={v:.9g}" for p, v in zip(plane, row, strict=True)) for row in rows
        ]
        return Column("place", plane[0].unit, np.array(texts), "Place")
    for place in plane or moving:
        if len(np.unique(place.values)) == count:
            return place
    return Column("spectrum", "", np.arange(1, count + 1), "Spectrum")


def places_of(measurement: Measurement) -> list[Column]:
    """The places of a map's spectra, those that do not change left out."""
    said = measurement.header.get("places", {})
    columns = [
        Column(
            name, place["unit"], np.asarray(place["values"], dtype=np.float64), name.capitalize()
        )
        for name, place in said.items()
    ]
    return [column for column in columns if len(np.unique(column.values)) > 1]


def named_places(names: Sequence[tuple[str, str]], values: Floats) -> list[Column]:
    """Columns of coordinates, given their names and units; unnamed ones are ``x``, ``y``, ``z``."""
    columns = []
    for number in range(values.shape[1]):
        name, unit = names[number] if number < len(names) else ("xyz"[number], "")
        columns.append(Column(name, unit, values[:, number], name.capitalize()))
    return columns
