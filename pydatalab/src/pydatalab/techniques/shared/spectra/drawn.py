"""Curves on their way from measurements to a figure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pydatalab.techniques.shared.drawing import Reading
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement

MOST_BESIDE = 100
"""Of a file with more spectra the first so many are drawn as curves."""

APART = 1.05
"""Stacked curves are this many times their largest height apart."""


@dataclass(frozen=True)
class Drawn:
    """One curve as it is drawn."""

    name: str
    x: Floats
    y: Floats
    x_title: str
    y_label: str
    y_unit: str = ""
    x_unit: str = ""


def drawn_curves(
    readings: Sequence[Reading],
    axes: tuple[str, ...],
    chosen: Callable[[Measurement], Sequence[Column]],
) -> tuple[list[Drawn], tuple[str, ...]]:
    """The curves of all files that can share one pair of axes with the first.

    Args:
        readings: the files, each with its columns or its scans in long form.
        axes: names of the abscissa, best first.
        chosen: the columns of a measurement that are drawn, one for each of ``curve_columns``.

    Returns:
        The curves, named by file and curve, and a warning for each file that was left out.
    """
    curves: list[Drawn] = []
    warnings = []
    for reading in readings:
        axis = reading.measurement.first(*axes) or reading.measurement.columns[0]
        found = [
            one
            for column, source in _paired(reading.measurement, chosen)
            for one in _of_column(reading, axis, column, source, len(readings) > 1)
        ]
        first = (curves or found)[:1]
        kept = [one for one in found if (one.x_title, one.y_label) == _titles(first)]
        curves += kept
        if not kept:
            warnings.append(f"{reading.name} has other quantities than the first file: left out.")
    return curves, tuple(warnings)


def _titles(curves: Sequence[Drawn]) -> tuple[str, str]:
    return (curves[0].x_title, curves[0].y_label) if curves else ("", "")


def y_title(curves: Sequence[Drawn]) -> str:
    """Title of the ordinate: with its unit where all curves have the same."""
    if not curves:
        return ""
    units = {curve.y_unit for curve in curves}
    unit = units.pop() if len(units) == 1 else ""
    return f"{curves[0].y_label} ({unit})" if unit else curves[0].y_label


def _paired(
    measurement: Measurement, chosen: Callable[[Measurement], Sequence[Column]]
) -> Iterable[tuple[Column, Column]]:
    """Each drawn column with the one of the file that it shows or was worked out of."""
    return zip(chosen(measurement), curve_columns(measurement), strict=True)


def _of_column(
    reading: Reading, axis: Column, column: Column, source: Column, several: bool
) -> Iterable[Drawn]:
    parts = _parts(reading.measurement, axis.values, column.values)
    names = _names(reading.measurement, source)
    for (x, y), name in zip(parts, names, strict=False):
        label = ": ".join(filter(None, (reading.name if several or not name else "", name)))
        yield Drawn(label, x, y, axis.title, column.label or column.name, column.unit, axis.unit)


def _parts(measurement: Measurement, x: Floats, y: Floats) -> list[tuple[Floats, Floats]]:
    """x and y of each curve in a column."""
    if y.ndim == 2:
        return [(x, one) for one in y.T[:MOST_BESIDE]]
    if "scan" not in measurement:
        return [(x, y)]
    ends = np.flatnonzero(np.diff(measurement["scan"])) + 1
    return list(zip(np.split(x, ends), np.split(y, ends), strict=True))


def _names(measurement: Measurement, column: Column) -> list[str]:
    """What the file calls the curves in a column; nothing where it has only one curve."""
    if column.values.ndim == 2:
        return spectrum_names(measurement, column.values.shape[1])
    if "scan" in measurement:
        scans = measurement.header.get("scans", [])
        return [name or f"scan {n}" for n, name in enumerate(scans, start=1)]
    curves = _curves(measurement)
    return [curves.get(column.name, "") if len(curves) > 1 else ""]


def spectrum_names(measurement: Measurement, count: int) -> list[str]:
    """What tells the spectra of a map apart."""
    across = measurement.across
    if across is None:
        return [str(n) for n in range(1, count + 1)]
    if across.values.dtype.kind in "iuf":
        return [f"{across.name} = {value:.6g} {across.unit}".strip() for value in across.values]
    return [f"{value} {across.unit}".strip() for value in across.values.tolist()]


def _curves(measurement: Measurement) -> Mapping[str, str]:
    return measurement.header.get("curves", {})  # type: ignore[no-any-return]


def curve_columns(measurement: Measurement) -> list[Column]:
    """The columns that are curves of the quantity that the file shows first."""
    if "scan" in measurement:
        return [measurement.columns[2]]
    columns = [measurement.column(name) for name in _curves(measurement) if name in measurement]
    return [column for column in columns if column.title == columns[0].title]


def normalised(curve: Drawn) -> Drawn:
    """The curve with a highest point of 1; for the eye only."""
    highest = np.nanmax(np.abs(curve.y), initial=0.0)
    return replace(curve, y=curve.y / (highest or 1.0))


def stacked(curves: Sequence[Drawn]) -> list[Drawn]:
    """The curves one above the other, the first at the bottom; for the eye only."""
    step = APART * max(
        (float(np.ptp(c.y[np.isfinite(c.y)])) for c in curves if c.y.size), default=0
    )
    return [replace(curve, y=curve.y + n * step) for n, curve in enumerate(curves)]


def shared_metadata(readings: Sequence[Reading], names: Sequence[str]) -> dict[str, Any]:
    """What the files say under these names: one value where they agree, else a list by file."""
    metadata: dict[str, Any] = {}
    for name in names:
        values = [reading.measurement.header.get(name) for reading in readings]
        if any(value not in (None, "") for value in values):
            metadata[name] = values[0] if all(v == values[0] for v in values) else values
    return metadata
