"""Voltammograms: current over potential."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.cv import CvParameters
from pydatalab.techniques.cv.analysis import CYCLES, current_of, divided_by, peaks_of, potential_of
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.prefixes import factor_of
from pydatalab.techniques.shared.reference import reference_named, reference_of

_MOST_CYCLES = 50
"""More curves of one file are drawn only where they are chosen by number."""
_VOLT, _AMPERE = "V(?![a-z])", "A(?![a-z])"
_SHOWN = (
    "technique", "instrument", "started", "reference_electrode", "electrode_area",
    "electrode_area_unit", "scan_rate", "scan_rate_unit", "scanrate",
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """One cycle of one file."""

    name: str
    cycle: int
    potential: Floats
    """In V."""
    current: Floats
    """In the unit of the figure, less the area."""


def cv_figure(
    readings: Sequence[Reading],
    parameters: CvParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Draw each cycle of each file, against the potential of the reference that the files name.

    Currents have the unit of the first file; with an area they are densities.

    Raises:
        NoData: the chosen cycles are in none of the files.
    """
    unit = current_of(readings[0].measurement).unit
    warnings: list[str] = []
    found = [_curves(one, parameters, unit, len(readings) > 1, warnings) for one in readings]
    if not any(found):
        raise NoData("None of the chosen cycles is in the file.")
    dense = bool(divided_by(unit))
    if dense and parameters.electrode_area:
        warnings.append("The file holds current densities: the area is not needed.")
    area = 1.0 if dense else parameters.electrode_area or 1.0
    traces = [
        line(curve.potential, curve.current / area, curve.name, screen)
        for curves in found
        for curve in curves
    ]
    header = readings[0].measurement.header
    warnings += told(readings)
    return Drawing(
        figure=figure(traces, _x_title(readings, parameters, warnings), _y_title(unit, parameters)),
        computed={
            one.name: _numbers(curves, unit)
            for one, curves in zip(readings, found, strict=True)
            if curves
        },
        metadata={key: header[key] for key in _SHOWN if key in header},
        warnings=tuple(warnings),
    )


def _curves(
    reading: Reading, parameters: CvParameters, unit: str, several: bool, warnings: list[str]
) -> list[Curve]:
    measurement = reading.measurement
    column = potential_of(measurement)
    potential = column.values.astype(np.float64) * factor_of(column.unit, _VOLT)
    column = current_of(measurement)
    if divided_by(column.unit) != divided_by(unit):
        warnings.append(
            f"{reading.name} has its current in {column.unit}, which has no place on an axis "
            f"in {unit}: left out."
        )
        return []
    current = column.values.astype(np.float64)
    current *= factor_of(column.unit, _AMPERE) / factor_of(unit, _AMPERE)
    counted = measurement.first(*CYCLES)
    numbers = np.zeros(len(measurement)) if counted is None else counted.values
    cycles = [int(number) for number in np.unique(numbers[np.isfinite(numbers)])]
    if parameters.cycles:
        chosen = [cycle for cycle in cycles if cycle in parameters.cycles]
    else:
        chosen = _some(cycles)
    if not parameters.cycles and len(chosen) < len(cycles):
        warnings.append(
            f"{reading.name} has {len(cycles)} cycles; {len(chosen)} of them are shown. "
            "Choose others by their numbers."
        )
    curves = []
    for cycle in chosen:
        points = numbers == cycle
        parts = [reading.name] * several + [f"cycle {cycle}"] * (len(cycles) > 1)
        name = ", ".join(parts) or reading.name
        curves.append(Curve(name, cycle, potential[points], current[points]))
    return curves


def _some(cycles: list[int]) -> list[int]:
    """All cycles, or as many as can be told apart, evenly from the first to the last."""
    if len(cycles) <= _MOST_CYCLES:
        return cycles
    picked = np.unique(np.linspace(0, len(cycles) - 1, _MOST_CYCLES).round().astype(int))
    return [cycles[n] for n in picked]


def _x_title(readings: Sequence[Reading], parameters: CvParameters, warnings: list[str]) -> str:
    chosen = reference_named(parameters.reference or "")
    if chosen:
        return f"Potential (V vs {chosen})"
    references = {_reference(one.measurement) for one in readings}
    if len(references) > 1:
        named = ", ".join(sorted(name or "not named" for name in references))
        warnings.append(f"The reference electrodes of the files differ: {named}.")
        return "Potential (V)"
    name = references.pop()
    return f"Potential (V vs {name})" if name else "Potential (V)"


def _reference(measurement: Measurement) -> str:
    """The reference electrode in short; empty where the file names none."""
    return reference_of(measurement.header, potential_of(measurement).unit)


def _y_title(unit: str, parameters: CvParameters) -> str:
    if divided_by(unit):
        return f"Current density ({unit})"
    if parameters.electrode_area:
        return f"Current density ({unit} cm⁻²)" if unit else "Current density"
    return f"Current ({unit})" if unit else "Current"


def _numbers(curves: Sequence[Curve], unit: str) -> dict[str, Any]:
    """The peaks of each cycle, in V and the unit of the figure, less the area."""
    peaks = []
    for curve in curves:
        finite = np.isfinite(curve.potential) & np.isfinite(curve.current)
        found = peaks_of(curve.potential[finite], curve.current[finite])
        row: dict[str, Any] = {"cycle": curve.cycle}
        for name, peak in found.items():
            row |= {f"{name}_potential_V": peak.potential, f"{name}_current": peak.current}
        if len(found) == 2:
            anodic, cathodic = found["anodic"].potential, found["cathodic"].potential
            row |= {
                "half_wave_potential_V": (anodic + cathodic) / 2,
                "separation_V": anodic - cathodic,
            }
        if found:
            peaks.append(row)
    return {"cycles": len(curves), "current_unit": unit, "peaks": peaks}
