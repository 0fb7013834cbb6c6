"""What is worked out of a Raman spectrum: its shift from wavelengths, its background."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pydatalab.techniques.raman import RamanParameters
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.spectra.drawn import curve_columns
from pydatalab.techniques.shared.spectra.quantities import RAMAN_SHIFT, WAVELENGTH

MOST_BASELINES = 200
"""Of files with more spectra no backgrounds are worked out: it would take too long."""


def raman_shift(wavelength: Floats, laser_wavelength: float) -> Floats:
    """Raman shift Δν̃ = 10⁷ (1/λ₀ − 1/λ), positive on the Stokes side.

    Args:
        wavelength: λ of the scattered light [nm], any shape.
        laser_wavelength: λ₀ of the exciting light [nm].

    Returns:
        Δν̃ [cm⁻¹], shaped like ``wavelength``.

    Source:
        R. L. McCreery, Raman Spectroscopy for Chemical Analysis (Wiley, 2000), chapter 2.
    """
    return 1e7 * (1 / laser_wavelength - 1 / wavelength)


def with_shift(
    measurement: Measurement, parameters: RamanParameters, item: Mapping[str, Any]
) -> Measurement:
    """The measurement with its computed columns.

    ``raman_shift`` where the file has only wavelengths [nm] and the laser is known; and of each
    spectrum, where a baseline is asked for, ``…_baseline`` and ``…_corrected`` (less the
    baseline).
    """
    laser = laser_of(measurement, parameters)
    axis = measurement.first(WAVELENGTH.name)
    if axis and axis.unit == "nm" and laser and RAMAN_SHIFT.name not in measurement:
        shift = RAMAN_SHIFT.column(raman_shift(axis.values, laser), computed=True)
        measurement = measurement.with_columns(shift)
    if parameters.baseline:
        measurement = measurement.with_columns(*_corrected(measurement))
    return measurement


def laser_of(measurement: Measurement, parameters: RamanParameters) -> float | None:
    """Wavelength of the laser [nm]: as chosen, else as the file says."""
    return parameters.laser_wavelength or measurement.header.get("laser_wavelength")


def _corrected(measurement: Measurement) -> list[Column]:
    columns = []
    for column in curve_columns(measurement):
        if column.values.ndim == 2 and column.values.shape[1] > MOST_BASELINES:
            continue
        background = _background(measurement, column.values)
        for name, values in (("baseline", background), ("corrected", column.values - background)):
            columns.append(Column(f"{column.name}_{name}", column.unit, values, column.label, True))
    return columns


def _background(measurement: Measurement, values: Floats) -> Floats:
    """The baseline of a curve, or of each of several beside or behind each other."""
    # Imported here because scipy is slow to load, and most spectra do without.
    from pydatalab.techniques.shared.baseline import baseline

    if values.ndim == 2:
        return np.stack([baseline(spectrum) for spectrum in values.T], axis=1)
    if "scan" not in measurement:
        return baseline(values)
    ends = np.flatnonzero(np.diff(measurement["scan"])) + 1
    return np.concatenate([baseline(part) for part in np.split(values, ends)])
