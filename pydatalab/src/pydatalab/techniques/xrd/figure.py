"""Powder patterns as the field draws them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told
from pydatalab.techniques.shared.measurement import Column, Floats
from pydatalab.techniques.xrd import XrdParameters
from pydatalab.techniques.xrd.analysis import d_spacing
from pydatalab.techniques.xrd.curves import Curve, common_wavelength, curves_of, peak_list
from pydatalab.techniques.xrd.maps import axis_title, is_map, map_figure
from pydatalab.techniques.xrd.peaks import peaks_of
from pydatalab.techniques.xrd.scans import AXES, axis
from pydatalab.techniques.xrd.structure import WIDTH

GAP = 1.1
"""How far stacked patterns are apart, in heights of the largest."""

FAINTEST = 0.1
"""Calculated reflections below this relative intensity (strongest 100) are left out of the list."""

MOST_LISTED = 200
SHOWN = (
    "sample_name", "title", "formula", "space_group", "anode", "radiation", "instrument", "start_time",
    "scan_axis", "scan_type", "scan_mode", "step", "counting_time", "voltage", "current", "scans",
    "operator", "temperature", "corrections",
)  # fmt: skip


def xrd_figure(
    readings: Sequence[Reading],
    parameters: XrdParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Patterns over 2θ, Q or d; peaks; and what the instruments said.

    A single pattern keeps its own counts. Of several each is scaled to a highest point of 1, and they
    are drawn one above the other, as the parameters ask. A file of many scans is drawn as a map.
    """
    curves = list(curves_of(readings, parameters))
    x_title = axis_title(_axis_of(curves[0], readings))
    if is_map(curves, len(readings)):
        drawn = map_figure(readings[0].measurement, curves, x_title, screen)
    else:
        drawn = _lines(curves, parameters, x_title, screen)
    return Drawing(
        drawn,
        computed=_computed(readings, curves, parameters),
        metadata=_metadata(readings, common_wavelength(readings, parameters)),
        warnings=(*told(readings), *_warnings(curves, readings, parameters)),
    )


def _axis_of(curve: Curve, readings: Sequence[Reading]) -> Column:
    if curve.axis in AXES:
        return axis(curve.axis, curve.x)
    return readings[0].measurement.column(curve.axis)


def _lines(
    curves: list[Curve], parameters: XrdParameters, x_title: str, screen: Screen
) -> dict[str, Any]:
    several = _overlap(curves)
    heights = [_scaled(curve, parameters, several=several) for curve in curves]
    stacked = parameters.stack and several
    if stacked:
        heights = _stacked(heights, log=parameters.y_scale == "log")
    traces = []
    for curve, height in zip(curves, heights, strict=True):
        known = np.isfinite(curve.x)
        traces.append(line(curve.x[known], height[known], curve.name, screen))
    drawn = figure(traces, x_title, _y_title(curves, parameters, several=several))
    layout = drawn["layout"]
    if parameters.y_scale == "log":
        layout["yaxis"]["type"] = "log"
    if stacked:
        layout["yaxis"]["showticklabels"] = False
    if parameters.x_axis == "d" and curves[0].axis == "d_spacing":
        layout["xaxis"] |= {"type": "log", "autorange": "reversed"}
    return drawn


def _overlap(curves: list[Curve]) -> bool:
    """Whether patterns share a part of the axis: pieces that follow each other are one pattern."""
    ranges = sorted(
        (float(np.nanmin(curve.x)), float(np.nanmax(curve.x)))
        for curve in curves
        if np.isfinite(curve.x).any()
    )
    return any(after[0] < before[1] for before, after in pairwise(ranges))


def _scaled(curve: Curve, parameters: XrdParameters, *, several: bool) -> Floats:
    """Intensities on the chosen scale; of several curves each with a highest point of 1."""
    y = curve.y
    if parameters.y_scale == "log":
        y = np.where(y > 0, y, np.nan)
    if parameters.y_scale == "square root":
        y = np.sqrt(np.maximum(y, 0))
    highest = float(np.nanmax(y)) if np.isfinite(y).any() else 0.0
    return y / highest if several and parameters.normalise and highest > 0 else y


def _stacked(heights: list[Floats], *, log: bool) -> list[Floats]:
    """One above the other, the first at the bottom; on a logarithmic scale by factors."""
    finite = [height[np.isfinite(height)] for height in heights]
    tallest = max((float(np.ptp(height)) for height in finite if height.size), default=0.0) or 1.0
    if log:
        return [height * 100.0**place for place, height in enumerate(heights)]
    return [height + GAP * tallest * place for place, height in enumerate(heights)]


def _y_title(curves: list[Curve], parameters: XrdParameters, *, several: bool) -> str:
    units = {curve.unit for curve in curves}
    unit = units.pop() if len(units) == 1 else ""
    if several and parameters.normalise:
        unit = "scaled"
    name = "√Intensity" if parameters.y_scale == "square root" else "Intensity"
    if unit and parameters.y_scale == "square root" and unit not in ("scaled", "a.u."):
        unit = f"√{unit}"
    return f"{name} ({unit})" if unit else name


def _computed(
    readings: Sequence[Reading], curves: list[Curve], parameters: XrdParameters
) -> dict[str, Any]:
    """Peaks by file: of a measured pattern those found in its first scan, of a structure all."""
    wavelength = common_wavelength(readings, parameters)
    found = {
        reading.file_id: _theoretical_peaks(reading, wavelength)
        if reading.measurement.header.get("theoretical")
        else _measured_peaks(reading, curves)
        for reading in readings
    }
    return {"peak_data": found}


def _theoretical_peaks(reading: Reading, wavelength: float) -> dict[str, Any]:
    """Places [deg 2θ], relative intensities, widths [deg] and indices of the stronger reflections."""
    places, strengths = peak_list(reading.measurement, wavelength)
    listed = np.flatnonzero(np.nan_to_num(strengths) >= FAINTEST)
    listed = np.sort(listed[np.argsort(-strengths[listed], kind="stable")[:MOST_LISTED]])
    hkl = np.stack([reading.measurement[name] for name in "hkl"], axis=1)
    return {
        "positions": np.round(places[listed], 4).tolist(),
        "intensities": np.round(strengths[listed], 3).tolist(),
        "widths": [WIDTH] * len(listed),
        "hkls": hkl[listed].tolist(),
        "d_spacings": np.round(reading.measurement["d_spacing"][listed], 5).tolist(),
        "wavelength": wavelength,
        "theoretical": True,
    }


def _measured_peaks(reading: Reading, curves: list[Curve]) -> dict[str, Any]:
    """Places [deg 2θ], heights above the background, widths [deg] and spacings [Å] of peaks."""
    wavelength = float(reading.measurement.header["wavelength_used"])
    curve = next(curve for curve in curves if curve.file_id == reading.file_id)
    if curve.two_theta is None:
        return {}
    peaks = peaks_of(curve.two_theta, curve.y)
    return {
        "positions": np.round(peaks.places, 4).tolist(),
        "intensities": np.round(peaks.heights, 3).tolist(),
        "widths": np.round(peaks.widths, 4).tolist(),
        "hkls": [],
        "d_spacings": _listed(d_spacing(peaks.places, wavelength)),
        "wavelength": wavelength,
        "theoretical": False,
    }


def _listed(values: Floats) -> list[float | None]:
    return [round(value, 5) if np.isfinite(value) else None for value in values.tolist()]


def _metadata(readings: Sequence[Reading], common: float) -> dict[str, Any]:
    """What was said of one file; of several by their names."""
    said = {reading.name: _said(reading.measurement.header) for reading in readings}
    for reading in readings:
        if reading.measurement.header.get("theoretical"):
            told = said[reading.name]
            if told["wavelength"] != common:
                told |= {"wavelength": common, "wavelength_from": "the measured pattern beside it"}
    return next(iter(said.values())) if len(readings) == 1 else said


def _said(header: Mapping[str, Any]) -> dict[str, Any]:
    used = {"wavelength": header["wavelength_used"], "wavelength_from": header["wavelength_from"]}
    named = ("wavelength_k_alpha2", "wavelength_k_alpha_mean", "wavelength_k_beta")
    waves = {"wavelength_k_alpha1": header.get("wavelength")} if named[0] in header else {}
    waves |= {key: header[key] for key in named if key in header}
    return used | waves | {key: header[key] for key in SHOWN if key in header}


def _warnings(
    curves: list[Curve], readings: Sequence[Reading], parameters: XrdParameters
) -> tuple[str, ...]:
    said = []
    if len({curve.axis for curve in curves}) > 1:
        said.append("The patterns were scanned along different axes, which are drawn as one.")
    guessed = [
        reading.name
        for reading in readings
        if str(reading.measurement.header["wavelength_from"]).startswith("assumed")
        and not reading.measurement.header.get("theoretical")
    ]
    if guessed and parameters.x_axis != "2θ":
        said.append(
            f"No wavelength is known of {', '.join(guessed)}: Cu Kα1 is assumed. Set it if it differs."
        )
    return tuple(said)
