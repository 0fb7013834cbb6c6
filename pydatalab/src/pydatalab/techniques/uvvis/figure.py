"""How UV-Vis spectra are drawn: wavelength from low to high, several overlaid, Tauc plots."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pydatalab.errors import Invalid
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.spectra.absorption import shown_columns
from pydatalab.techniques.shared.spectra.drawn import (
    Drawn,
    curve_columns,
    drawn_curves,
    normalised,
    shared_metadata,
    y_title,
)
from pydatalab.techniques.uvvis import UvVisParameters
from pydatalab.techniques.uvvis.analysis import EXPONENTS, against, is_raw, photon_energy, tauc

AXES = ("wavelength", "wavenumber", "energy")
RAW = ("sample", "dark", "reference")
TAUC_POWERS = {"Tauc, direct": "²", "Tauc, indirect": "<sup>1/2</sup>"}
ABSORBED = {"Absorbance": "A", "log(1/R)": "log(1/R)", "Kubelka–Munk": "F(R)"}
"""Labels of what stands for the coefficient of absorption in a Tauc plot, with their signs."""

ROUNDING = 0.1
"""Wavelengths are the same where they differ by less than this part of a step."""

SHOWN = ("title", "sample", "date", "instrument", "integration_time_ms", "measuring_mode")


def uvvis_figure(
    readings: Sequence[Reading],
    parameters: UvVisParameters,
    item: Mapping[str, Any],
    screen: Screen,
) -> Drawing:
    """Draw the spectra of one or several files.

    Of raw scans the first of the chosen order is the background: its sample's counts are the
    reference of the others, and it is not drawn itself. Without an order each scan is drawn
    against the reference in its own file.

    Raises:
        Invalid: a Tauc plot was asked for, and the file tells no energy or no absorbance; or raw
            counts, and no file has any.
    """
    ordered = _in_order(readings, parameters.selected_file_order)
    metadata = shared_metadata(ordered, SHOWN)
    if parameters.show == "counts":
        return Drawing(_counts_figure(ordered, screen), metadata=metadata, warnings=told(ordered))
    said = told(ordered)
    ordered, warnings = _against_background(ordered, parameters)
    wanted = _wanted(ordered, parameters)
    curves, left_out = drawn_curves(ordered, AXES, lambda one: shown_columns(one, wanted))
    x, y = (curves[0].x_title, y_title(curves)) if curves else ("", "")
    if curves and parameters.show in EXPONENTS:
        x, y = "Photon energy hν (eV)", _tauc_title(curves[0], parameters.show)
        curves = [_tauc(curve, parameters.show) for curve in curves]
    if parameters.normalise:
        curves = [normalised(curve) for curve in curves]
        y = f"{y} (scaled to 1)"
    traces = [line(curve.x, curve.y, curve.name, screen) for curve in curves]
    return Drawing(figure(traces, x, y), metadata=metadata, warnings=(*said, *warnings, *left_out))


def _in_order(readings: Sequence[Reading], order: Sequence[str]) -> list[Reading]:
    """The files in the chosen order, those that it does not name behind."""
    places = {file_id: place for place, file_id in enumerate(order)}
    return sorted(readings, key=lambda one: places.get(one.file_id, len(places)))


def _against_background(
    readings: list[Reading], parameters: UvVisParameters
) -> tuple[list[Reading], list[str]]:
    """Raw scans with their absorbance against the first, where an order names it."""
    first = readings[0].measurement
    named = readings[0].file_id in parameters.selected_file_order[:1]
    if not (named and is_raw(first) and len(readings) > 1):
        return readings, []
    found, warnings = [], []
    for reading in readings[1:]:
        one = reading.measurement
        if is_raw(one) and _same_pixels(one["wavelength"], first["wavelength"]):
            found.append(replace(reading, measurement=against(one, first["sample"])))
        else:
            found.append(reading)
            warnings.append(f"{reading.name} has other wavelengths than the background.")
    return found, warnings


def _same_pixels(one: Floats, other: Floats) -> bool:
    """Whether two scans have the same wavelengths; the spectrometer rounds each time anew."""
    if len(one) != len(other):
        return False
    step = float(np.median(np.abs(np.diff(one)))) if len(one) > 1 else 1.0
    return bool(np.all(np.abs(one - other) < ROUNDING * step))


def _wanted(readings: Sequence[Reading], parameters: UvVisParameters) -> str:
    """Name of the quantity to draw."""
    if parameters.show in EXPONENTS or parameters.show == "absorbance":
        return "absorbance"
    if parameters.show == "transmittance":
        return "transmittance"
    columns = curve_columns(readings[0].measurement)
    return columns[0].name.rstrip("_0123456789") if columns else ""


def _tauc_title(curve: Drawn, kind: str) -> str:
    sign, power = ABSORBED.get(curve.y_label), TAUC_POWERS[kind]
    if sign is None:
        raise Invalid(
            f"A Tauc plot needs an absorbance, which {curve.y_label} alone does not tell."
        )
    return f"({sign}·hν){power} (eV{power})"


def _tauc(curve: Drawn, kind: str) -> Drawn:
    energy = photon_energy(curve.x, curve.x_unit)
    return replace(curve, x=energy, y=tauc(curve.y, energy, EXPONENTS[kind]))


def _counts_figure(readings: Sequence[Reading], screen: Screen) -> dict[str, Any]:
    """The raw counts of sample, dark and reference."""
    traces = [
        line(reading.measurement[AXES[0]], column.values, f"{reading.name}: {column.name}", screen)
        for reading in readings
        for column in _raw_columns(reading.measurement)
        if AXES[0] in reading.measurement
    ]
    if not traces:
        raise Invalid("Nothing holds raw counts of a sample, the dark or a reference.")
    return figure(traces, "Wavelength (nm)", "Intensity (counts)")


def _raw_columns(measurement: Measurement) -> list[Column]:
    return [column for column in measurement if column.name in RAW]
