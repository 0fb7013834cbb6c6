"""How Raman spectra are drawn: shift from low to high, several overlaid or stacked, maps."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydatalab.techniques.raman import RamanParameters
from pydatalab.techniques.raman.analysis import laser_of
from pydatalab.techniques.raman.map_figure import map_figure, plane_of, spectra_figure, strongest
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.spectra.drawn import (
    curve_columns,
    drawn_curves,
    normalised,
    shared_metadata,
    stacked,
    y_title,
)
from pydatalab.techniques.shared.spectra.quantities import RAMAN_SHIFT, WAVELENGTH

AXES = (RAMAN_SHIFT.name, WAVELENGTH.name, "energy")
SHOWN = ("title", "date", "instrument", "software", "accumulations", "resolution")


def raman_figure(
    readings: Sequence[Reading],
    parameters: RamanParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Draw the spectra of one or several files, or the map of one.

    Backgrounds, scaling to 1 and distances between curves follow the parameters; the last two
    are for the eye only.
    """
    metadata = _lasers(readings, parameters) | shared_metadata(readings, SHOWN)
    maps = [reading for reading in readings if reading.measurement.across is not None]
    if maps:
        return _map_drawing(maps[0], parameters, screen, metadata, left_out=len(readings) - 1)
    curves, warnings = drawn_curves(readings, AXES, lambda one: _columns(one, parameters))
    if parameters.normalise:
        curves = [normalised(curve) for curve in curves]
    if parameters.stack:
        curves = stacked(curves)
    x = curves[0].x_title if curves else RAMAN_SHIFT.label
    y = y_title(curves)
    traces = [line(curve.x, curve.y, curve.name, screen) for curve in curves]
    y = "Intensity (scaled to 1)" if parameters.normalise else y
    return Drawing(
        figure(traces, x, f"{y}, shifted" if parameters.stack and len(curves) > 1 else y),
        metadata=metadata,
        warnings=told(readings) + warnings + _no_laser(readings, parameters),
    )


def _columns(measurement: Measurement, parameters: RamanParameters) -> list[Column]:
    """The curves, less their background where that is asked for."""
    columns = curve_columns(measurement)
    if not parameters.baseline:
        return columns
    return [measurement.first(f"{column.name}_corrected") or column for column in columns]


def _map_drawing(
    reading: Reading,
    parameters: RamanParameters,
    screen: Screen,
    metadata: Mapping[str, Any],
    *,
    left_out: int,
) -> Drawing:
    measurement = reading.measurement
    shift = measurement.first(*AXES) or measurement.columns[0]
    signal = _columns(measurement, parameters)[0]
    warnings = [*told([reading])]
    if left_out:
        warnings.append(f"Only the map of {reading.name} is drawn.")
    if parameters.baseline and not signal.computed:
        warnings.append("The file has too many spectra to subtract the background of each.")
    as_map = parameters.view == "map" or (
        parameters.view == "auto" and len(plane_of(measurement)) == 2
    )
    if not as_map:
        drawn = spectra_figure(measurement, shift, signal, screen)
        return Drawing(drawn, metadata=metadata, warnings=tuple(warnings))
    wanted = parameters.position
    position = strongest(shift.values, signal.values) if wanted is None else wanted
    nearest = float(shift.values[abs(shift.values - position).argmin()])
    return Drawing(
        map_figure(measurement, shift, signal, position, screen),
        computed={"position": nearest, "position_unit": shift.unit},
        metadata=metadata,
        warnings=tuple(warnings),
    )


def _lasers(readings: Sequence[Reading], parameters: RamanParameters) -> dict[str, Any]:
    """Wavelength of the laser [nm]: one for all files, or a list by file."""
    lasers = [laser_of(reading.measurement, parameters) for reading in readings]
    rounded = [None if laser is None else round(laser, 3) for laser in lasers]
    if not any(rounded):
        return {}
    return {"laser_wavelength": rounded[0] if len(set(rounded)) == 1 else rounded}


def _no_laser(readings: Sequence[Reading], parameters: RamanParameters) -> tuple[str, ...]:
    return tuple(
        f"{reading.name} has wavelengths and names no laser: enter its wavelength to see the shift."
        for reading in readings
        if RAMAN_SHIFT.name not in reading.measurement
        and WAVELENGTH.name in reading.measurement
        and laser_of(reading.measurement, parameters) is None
    )
