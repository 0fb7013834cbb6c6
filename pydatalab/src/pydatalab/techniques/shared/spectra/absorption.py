"""Absorbance and transmittance, each worked out of the other."""

import numpy as np

from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.spectra.drawn import curve_columns
from pydatalab.techniques.shared.spectra.quantities import ABSORBANCE, TRANSMITTANCE


def absorbance(transmittance: Floats) -> Floats:
    """Decadic absorbance A = −log₁₀ T.

    Args:
        transmittance: T, a fraction (1 is all light), any shape.

    Returns:
        A, shaped like ``transmittance``; NaN where T is not above 0.

    Source:
        IUPAC Gold Book, "absorbance", doi:10.1351/goldbook.A00028.
    """
    known = transmittance > 0
    return np.where(known, -np.log10(np.where(known, transmittance, 1.0)), np.nan)


def transmittance(absorbance: Floats) -> Floats:
    """Transmittance T = 10^(−A), a fraction.

    Source:
        IUPAC Gold Book, "absorbance", doi:10.1351/goldbook.A00028.
    """
    return np.asarray(10.0 ** -np.clip(absorbance, -300.0, 300.0), dtype=np.float64)


def with_counterparts(measurement: Measurement) -> Measurement:
    """The measurement with an absorbance for each transmittance that it shows, and the reverse.

    A computed transmittance is in %. Columns that the file has itself are kept.
    """
    new = [made for column in curve_columns(measurement) if (made := _counterpart(column))]
    return measurement.with_columns(*(column for column in new if column.name not in measurement))


def _counterpart(column: Column) -> Column | None:
    name = counterpart_name(column.name)
    if column.name.startswith(TRANSMITTANCE.name):
        fraction = column.values / 100 if column.unit == "%" else column.values
        return Column(name, "", absorbance(fraction), ABSORBANCE.label, computed=True)
    if column.name.startswith(ABSORBANCE.name):
        percent = 100 * transmittance(column.values)
        return Column(name, "%", percent, TRANSMITTANCE.label, computed=True)
    return None


def counterpart_name(name: str) -> str:
    """``transmittance_2`` of ``absorbance_2``, and the reverse."""
    if name.startswith(TRANSMITTANCE.name):
        return name.replace(TRANSMITTANCE.name, ABSORBANCE.name, 1)
    return name.replace(ABSORBANCE.name, TRANSMITTANCE.name, 1)


def shown_columns(measurement: Measurement, wanted: str) -> list[Column]:
    """The curves as ``absorbance`` or ``transmittance``, where they can be; else as measured."""
    columns = []
    for column in curve_columns(measurement):
        other = measurement.first(counterpart_name(column.name))
        fits = column.name.startswith(wanted) or other is None or not other.name.startswith(wanted)
        columns.append(column if fits or other is None else other)
    return columns
