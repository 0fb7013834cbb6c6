"""How infrared spectra are drawn: wavenumber from high to low, several overlaid or stacked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydatalab.techniques.ftir import FtirParameters
from pydatalab.techniques.shared.drawing import Drawing, Reading, Screen, figure, line, told
from pydatalab.techniques.shared.spectra.absorption import shown_columns
from pydatalab.techniques.shared.spectra.drawn import (
    Drawn,
    curve_columns,
    drawn_curves,
    normalised,
    shared_metadata,
    stacked,
    y_title,
)
from pydatalab.techniques.shared.spectra.quantities import ABSORBANCE, TRANSMITTANCE

AXES = ("wavenumber", "raman_shift", "wavelength", "energy")
SHOWN = ("title", "date", "instrument", "resolution", "scans", "detector", "state")


def ftir_figure(
    readings: Sequence[Reading], parameters: FtirParameters, item: Mapping[str, Any], screen: Screen
) -> Drawing:
    """Draw the spectra of one or several files, all as the first one is unless chosen otherwise.

    Backgrounds are subtracted, spectra scaled and stacked for the eye only.
    """
    wanted = _wanted(readings, parameters)
    curves, warnings = drawn_curves(readings, AXES, lambda one: shown_columns(one, wanted))
    curves = [_treated(curve, parameters) for curve in _in_one_unit(curves)]
    if parameters.stack:
        curves = stacked(curves)
    x = curves[0].x_title if curves else ""
    y = f"{curves[0].y_label} (scaled to 1)" if curves and parameters.normalise else y_title(curves)
    traces = [line(curve.x, curve.y, curve.name, screen) for curve in curves]
    drawn = figure(
        traces,
        x,
        f"{y}, shifted" if parameters.stack and len(curves) > 1 else y,
        reversed_x=x.startswith("Wavenumber"),
    )
    return Drawing(
        drawn, metadata=shared_metadata(readings, SHOWN), warnings=(*told(readings), *warnings)
    )


def _wanted(readings: Sequence[Reading], parameters: FtirParameters) -> str:
    """Name of the quantity to draw: the chosen one, or that of the first file."""
    if parameters.show != "as measured":
        return parameters.show
    columns = curve_columns(readings[0].measurement)
    return columns[0].name.rstrip("_0123456789") if columns else ""


def _in_one_unit(curves: Sequence[Drawn]) -> list[Drawn]:
    """The curves, fractions in % where some of them are in %."""
    if "%" not in {curve.y_unit for curve in curves}:
        return list(curves)
    return [
        replace(curve, y=100 * curve.y, y_unit="%")
        if curve.y_label == TRANSMITTANCE.label and not curve.y_unit
        else curve
        for curve in curves
    ]


def _treated(curve: Drawn, parameters: FtirParameters) -> Drawn:
    if parameters.baseline and curve.y_label == ABSORBANCE.label:
        # Imported here because scipy is slow to load, and most spectra do without.
        from pydatalab.techniques.shared.baseline import baseline

        curve = replace(curve, y=curve.y - baseline(curve.y))
    return normalised(curve) if parameters.normalise else curve
