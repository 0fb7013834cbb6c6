"""Impedance in one form, whatever the file holds, and which points make one spectrum."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.eis import EisParameters
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.prefixes import factor_of, without_prefix
from pydatalab.techniques.shared.sanity import check_finite, check_measured

NUMBERED = ("cycle_number", "loop", "curve", "spectrum", "segment")
"""Columns that tell spectra apart, the surest first."""

OHM = "[oOΩ\u2126]"
"""How units of impedance begin, but for a prefix."""


def with_impedance(
    measurement: Measurement, parameters: EisParameters, item: Mapping[str, Any]
) -> Measurement:
    """The measurement with those columns that it lacks, worked out from those that it has.

    Returns:
        Further ``z_real``, ``minus_z_imag``, ``z_abs`` in the unit of the file's impedance (in Ω where
        its parts have different ones) and
        ``z_phase`` [deg], where it has none: Z = |Z| exp(iφ), −Im(Z) = −|Z| sin φ,
        φ = atan2(Im Z, Re Z), so that φ is negative and −Im(Z) positive where the cell is
        capacitive. With an area also ``z_real_area`` and ``minus_z_imag_area``, multiplied by
        it. The header's ``imaginary_part`` says what the file itself holds.

    Raises:
        UnreadableFile: the columns make no impedance, or a number of them is infinite.
        NoData: no frequency is above 0, or no impedance stands beside those that are.
    """
    real, minus_imag, held, unit = _parts(measurement)
    frequency = _floats(measurement.column("frequency"))
    check_finite("frequency", frequency)
    asked = frequency > 0  # elsewhere the cell was at rest
    if not asked.any():
        raise NoData("The file can be read, but no frequency in it is above 0.")
    check_measured("Re(Z)", real[asked])
    check_measured("Im(Z)", minus_imag[asked])
    worked_out = [
        Column("z_real", unit, real, "Re(Z)", computed=True),
        Column("minus_z_imag", unit, minus_imag, "−Im(Z)", computed=True),
        Column("z_abs", unit, np.hypot(real, minus_imag), "|Z|", computed=True),
        Column("z_phase", "deg", np.degrees(np.arctan2(-minus_imag, real)), "Phase", computed=True),
    ]
    new = [column for column in worked_out if column.name not in measurement]
    area = parameters.electrode_area
    if area and not times_area(Column("", unit, real)):
        by_area = f"{unit}.cm2"
        new += [
            Column("z_real_area", by_area, real * area, "Re(Z)", computed=True),
            Column("minus_z_imag_area", by_area, minus_imag * area, "−Im(Z)", computed=True),
        ]
    header = {**measurement.header, "imaginary_part": held}
    return replace(measurement.with_columns(*new), header=header)


def _parts(measurement: Measurement) -> tuple[Floats, Floats, str, str]:
    """Re(Z), −Im(Z), what the file has of the latter, and their unit."""
    real = measurement.first("z_real")
    imaginary = measurement.first("minus_z_imag", "z_imag")
    if real and imaginary:
        sign = 1.0 if imaginary.name == "minus_z_imag" else -1.0
        held = "-Im(Z)" if sign > 0 else "Im(Z)"
        if factor_of(real.unit, OHM) != factor_of(imaginary.unit, OHM):
            unit = without_prefix(real.unit, OHM) or "ohm"
            return in_ohm(real), sign * in_ohm(imaginary), held, unit
        return _floats(real), sign * _floats(imaginary), held, real.unit or "ohm"
    modulus, phase = measurement.first("z_abs"), measurement.first("z_phase", "minus_z_phase")
    if not (modulus and phase and "frequency" in measurement):
        names = ", ".join(column.name for column in measurement)
        raise UnreadableFile(f"Expected frequencies and impedances, found the columns {names}.")
    angle = _floats(phase) if phase.unit == "rad" else np.radians(_floats(phase))
    angle = -angle if phase.name == "minus_z_phase" else angle
    size = np.where(np.isfinite(angle), _floats(modulus), np.nan)
    angle = np.where(np.isfinite(angle), angle, np.nan)
    return size * np.cos(angle), -size * np.sin(angle), "modulus and phase", modulus.unit or "ohm"


def in_ohm(column: Column) -> Floats:
    """An impedance in Ω, or in Ω·cm² where the file has that: ``kohm`` and the like are converted."""
    return _floats(column) * factor_of(column.unit, OHM)


def times_area(column: Column) -> bool:
    """Whether an impedance is given times the electrode's area: ``Ohm.cm2``."""
    return re.search(r"[mΩ\u2126]\W*cm\W*[2²]", column.unit) is not None


def in_hertz(column: Column) -> Floats:
    """A frequency in Hz: ``kHz`` and the like, and angular ones (``rad/s``), are converted."""
    if re.fullmatch(r"rad\s*(?:/\s*s|[·.*\s]?\s*s\^?[-⁻−][1¹])", column.unit):
        return _floats(column) / (2 * np.pi)
    return _floats(column) * factor_of(column.unit, "Hz")


def spectra(measurement: Measurement) -> list[tuple[int, npt.NDArray[np.intp]]]:
    """The spectra of a measurement: number and the points that make it, in the file's order.

    A spectrum ends where a column that numbers them says so, or where the frequency leaps back.
    Points without a frequency (a potential held before) and without an impedance are no part of
    any. The number is the file's where it has one, else counts from 1.
    """
    frequency = _floats(measurement.column("frequency"))
    points = np.flatnonzero((frequency > 0) & np.isfinite(_floats(measurement.column("z_real"))))
    if not points.size:
        return []
    starts = _leaps(np.log(frequency[points]))
    told = measurement.first(*NUMBERED)
    if told is not None:
        starts |= np.diff(_floats(told)[points], prepend=np.nan) != 0
    starts[0] = True
    parts = np.split(points, np.flatnonzero(starts)[1:])
    numbers = [int(told.values[part[0]]) if told is not None else 0 for part in parts]
    if len(set(numbers)) < len(parts):
        numbers = list(range(1, len(parts) + 1))
    return list(zip(numbers, parts, strict=True))


def _leaps(log_frequency: Floats) -> npt.NDArray[np.bool_]:
    """Where a frequency leaps against the direction of the sweep, as at the start of another."""
    steps = np.diff(log_frequency)
    usual = np.median(steps) if steps.size else 0.0
    against = (np.sign(steps) == -np.sign(usual)) & (np.abs(steps) > 1.5 * abs(usual) + 0.5)
    return np.concatenate(([False], against))


def _floats(column: Column) -> Floats:
    return column.values.astype(np.float64, copy=False)
