"""Mass spectra as sticks or peaks, ion currents against time."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pydatalab.techniques.ms import MsParameters
from pydatalab.techniques.ms.curves import (
    Curve,
    fragments_only,
    has_spectra,
    ion_currents,
    is_profile,
    spectrum,
    total_current,
    traces,
)
from pydatalab.techniques.shared.drawing import (
    Drawing,
    Reading,
    Screen,
    figure,
    line,
    told,
    typed,
)
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement

MOST_TRACES = 100
"""Curves that are drawn of a file that has more, unless some are chosen."""

SHOWN_STRONGEST = 10

LOGARITHMIC = ("A", "mbar", "hPa", "Pa", "Torr", "torr")
"""Ion currents and partial pressures in these units are drawn over their decades."""

SECONDS = {"s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0}
"""Units of time [s]; the curves of several files run along that of the first."""


def ms_figure(
    readings: Sequence[Reading], parameters: MsParameters, item: Mapping[str, Any], screen: Screen
) -> Drawing:
    """Draw what the parameters choose of one or several files.

    A spectrum that is a sum over scans says so in its title; the sum is for the figure only.
    """
    first = readings[0].measurement
    view = _view(first, parameters)
    shown = [reading for reading in readings if _view(reading.measurement, parameters) == view]
    if view == "spectrum":
        drawn, computed = _spectrum_figure(shown, parameters, screen)
    else:
        drawn, computed = _time_figure(shown, parameters, view, screen)
    warnings = [*told(shown), *_mixed_units(shown, view)]
    if len(shown) < len(readings):
        warnings.append(f"Only files that hold the same as {readings[0].name} are drawn with it.")
    return Drawing(drawn, computed, _metadata(first), tuple(warnings))


def _metadata(measurement: Measurement) -> dict[str, Any]:
    header = {
        name: value
        for name, value in measurement.header.items()
        if name not in ("traces", "scan_titles")
    }
    names = [said["name"] for said in measurement.header.get("traces", [])]
    return header | ({"channels": names} if names else {})


def _view(measurement: Measurement, parameters: MsParameters) -> str:
    """What is drawn: ``spectrum``, ``total``, ``masses`` or ``traces``."""
    if not has_spectra(measurement):
        return "traces"
    if parameters.view == "masses" and not parameters.masses:
        return "total"
    if parameters.view != "auto":
        return parameters.view
    if parameters.scan is not None or measurement.header.get("scans", 1) == 1:
        return "spectrum"
    if parameters.masses:
        return "masses"
    timed = "retention_time" in measurement and not fragments_only(measurement)
    return "total" if timed else "spectrum"


def _spectrum_figure(
    readings: Sequence[Reading], parameters: MsParameters, screen: Screen
) -> tuple[dict[str, Any], dict[str, Any]]:
    curves = [spectrum(reading.measurement, parameters.scan) for reading in readings]
    drawn = [
        _spectrum_trace(reading.measurement, curve, _named(reading, curve, readings), screen)
        for reading, curve in zip(readings, curves, strict=True)
    ]
    intensity = readings[0].measurement.column("intensity")
    y = f"{intensity.label}, {curves[0].name}" if curves[0].name else intensity.label
    y += f" ({intensity.unit})" if intensity.unit else ""
    shown = figure(drawn, "m/z", y, **_y_axis(parameters, False, y))
    return shown, {"strongest_peaks": _strongest(curves[0])}


def _spectrum_trace(
    measurement: Measurement, curve: Curve, name: str, screen: Screen
) -> dict[str, Any]:
    if is_profile(measurement, curve):
        return line(curve.x, curve.y, name, screen)
    x, y = _sticks(curve, screen)
    return {"type": "scatter", "mode": "lines", "name": name, "x": typed(x), "y": typed(y),
            "connectgaps": False, "line": {"width": 1}}  # fmt: skip


def _sticks(curve: Curve, screen: Screen) -> tuple[Floats, Floats]:
    """Vertical lines, at most one a pixel: where several fall on one, the highest."""
    x, y = curve.x, curve.y
    if screen.low is not None and screen.high is not None:
        inside = (x >= screen.low) & (x <= screen.high)
        x, y = x[inside], y[inside]
    if len(x) > screen.width:
        pixel = ((x - x.min()) / ((x.max() - x.min()) or 1.0) * screen.width).astype(int)
        order = np.lexsort((y, pixel))
        last = np.append(np.diff(pixel[order]) > 0, True)
        x, y = x[order][last], y[order][last]
    gaps = np.full(len(x), np.nan)
    return np.repeat(x, 3), np.column_stack([np.zeros(len(x)), y, gaps]).ravel()


def _strongest(curve: Curve) -> list[dict[str, float]]:
    order = np.argsort(curve.y, kind="stable")[::-1][:SHOWN_STRONGEST]
    return [{"mz": round(float(curve.x[n]), 4), "intensity": float(curve.y[n])} for n in order]


def _time_figure(
    readings: Sequence[Reading], parameters: MsParameters, view: str, screen: Screen
) -> tuple[dict[str, Any], dict[str, Any]]:
    drawn, computed = [], {}
    for reading in readings:
        curves = _curves(reading.measurement, parameters, view)
        factor = _time_unit(reading.measurement, view) / _time_unit(readings[0].measurement, view)
        for curve in curves[:MOST_TRACES]:
            real = np.isfinite(curve.x)
            name = _named(reading, curve, readings)
            drawn.append(line(curve.x[real] * factor, curve.y[real], name, screen))
        if len(curves) > MOST_TRACES:
            computed["curves_left_out"] = len(curves) - MOST_TRACES
    x, y, unit = _titles(readings[0].measurement, view)
    units = {_titles(reading.measurement, view)[2] for reading in readings}
    y = "Intensity (several units)" if len(units) > 1 else y
    return figure(drawn, x, y, **_y_axis(parameters, unit in LOGARITHMIC, y)), computed


def _time_unit(measurement: Measurement, view: str) -> float:
    """The unit that curves run along [s]; 1 of what is no time."""
    along = _along(measurement, view)
    return SECONDS.get(along.unit, 1.0) if along else 1.0


def _along(measurement: Measurement, view: str) -> Column | None:
    if view == "traces":
        return measurement.column(measurement.header["traces"][0].get("x", "retention_time"))
    return measurement.first("retention_time", "scan")


def _mixed_units(readings: Sequence[Reading], view: str) -> list[str]:
    """A remark where curves beside each other are in different units."""
    if view == "spectrum":
        units = [reading.measurement.column("intensity").unit for reading in readings]
    else:
        units = [_titles(reading.measurement, view)[2] for reading in readings]
    if len(set(units)) < 2:
        return []
    named = (
        f"{one.name} in {unit or 'no unit'}" for one, unit in zip(readings, units, strict=True)
    )
    return [f"Heights cannot be compared: {', '.join(named)}."]


def _curves(measurement: Measurement, parameters: MsParameters, view: str) -> list[Curve]:
    if view == "traces":
        return traces(measurement, parameters.masses)
    if view == "masses":
        return ion_currents(measurement, parameters)
    return [total_current(measurement)]


def _titles(measurement: Measurement, view: str) -> tuple[str, str, str]:
    """Titles of x and y, and the unit of y."""
    along = _along(measurement, view)
    if view == "traces":
        said = measurement.header["traces"][0]
        followed = measurement.column(said.get("y", "intensity"))
        return _title(along) if along else "Scan", _title(followed), followed.unit
    unit = measurement.column("intensity").unit
    y = "Total ion current" if view == "total" else "Ion current"
    return along.title if along else "Scan", f"{y} ({unit})" if unit else y, unit


def _title(column: Column) -> str:
    """An axis title without the name of one mass."""
    label = (column.label or column.name).partition(",")[0]
    return f"{label} ({column.unit})" if column.unit else label


def _named(reading: Reading, curve: Curve, readings: Sequence[Reading]) -> str:
    if len(readings) == 1:
        return curve.name or reading.name
    return f"{reading.name}, {curve.name}" if curve.name else reading.name


def _y_axis(parameters: MsParameters, logarithmic: bool, title: str) -> dict[str, Any]:
    if parameters.y_scale == "log" or (parameters.y_scale == "auto" and logarithmic):
        axis = {"title": {"text": title}, "type": "log", "exponentformat": "power"}
        return {"yaxis": axis}
    return {}
