"""Whether the numbers of a column can have been measured: finite, plausible, with an extent."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile


@dataclass(frozen=True)
class Limits:
    """Between which numbers a quantity can lie, and why."""

    low: float
    high: float
    reason: str


LIMITS = {
    ("two_theta", "deg"): Limits(-180, 180, "a beam is turned by half a circle at most"),
    ("theta", "deg"): Limits(-180, 180, "a sample is turned by half a circle at most"),
    ("q", "1/angstrom"): Limits(-1e3, 1e3, "hard X-rays and neutrons reach some tens"),
    ("q_per_nm", "1/nm"): Limits(-1e4, 1e4, "hard X-rays and neutrons reach some hundreds"),
    ("d_spacing", "angstrom"): Limits(0, 1e7, "a spacing has no sign"),
    ("raman_shift", "cm⁻¹"): Limits(-1e5, 1e5, "bonds vibrate below 5000 cm⁻¹"),
    ("wavenumber", "cm⁻¹"): Limits(-1e5, 1e5, "100 nm lie at 100,000 cm⁻¹"),
    ("wavelength", "nm"): Limits(0, 1e7, "10 mm are no light any more"),
    ("wavelength", "µm"): Limits(0, 1e4, "10 mm are no light any more"),
    ("wavelength", "Å"): Limits(0, 1e8, "10 mm are no light any more"),
    ("chemical_shift", "ppm"): Limits(-1e6, 1e6, "a shift is a small part of the frequency"),
    ("mz", ""): Limits(0, 1e8, "no ion is as heavy, and none has a negative mass"),
}
"""By name and unit of an abscissa; wide enough for what instruments were ever made for."""

COUNTING = ("scan", "trace", "row", "time", "retention_time", "ms_level", "precursor_mz")
"""Columns besides the abscissae that say where something was measured, and not what."""

ABSCISSAE = frozenset(name for name, _ in LIMITS)


def check_place(name: str, unit: str, values: npt.NDArray[Any]) -> None:
    """Whether an abscissa lies where its quantity can.

    Raises:
        UnreadableFile: it does not; quantities without a limit always do.
    """
    limits = LIMITS.get((name, unit))
    finite = values[np.isfinite(values)] if limits else values[:0]
    if limits is None or not finite.size:
        return
    low, high = float(finite.min()), float(finite.max())
    if low < limits.low or high > limits.high:
        raise UnreadableFile(
            f"{name} runs from {low:g} to {high:g} {unit}".rstrip()
            + f", which cannot be ({limits.reason}): the file is damaged or of another kind."
        )


def check_extent(name: str, values: npt.NDArray[Any], fewest: int = 2) -> None:
    """Whether an abscissa goes on.

    Raises:
        UnreadableFile: it is the same at all of ``fewest`` or more points.
    """
    if len(values) >= fewest and bool(np.all(values == values[0])):
        raise UnreadableFile(
            f"{name} is {values[0]:g} at each of {len(values)} points: the file is damaged."
        )


def check_order(name: str, values: npt.NDArray[Any]) -> None:
    """Whether an abscissa runs up or down, with steps of nothing here and there.

    Raises:
        UnreadableFile: it jumps, has a gap, or stands still.
    """
    if np.isnan(values).any():
        raise UnreadableFile(f"{name} is missing at some points: the file is damaged.")
    steps = np.diff(values)
    if not (np.all(steps >= 0) or np.all(steps <= 0)):
        raise UnreadableFile(f"{name} jumps back and forth: the file is damaged.")
    check_extent(name, values)


def check_measured(name: str, values: npt.NDArray[Any]) -> None:
    """Whether a column that is drawn holds numbers, and finite ones; gaps among them are right.

    Raises:
        NoData: it has no number.
        UnreadableFile: it holds an infinite one.
    """
    check_finite(name, values)
    if values.size and np.isnan(values).all():
        raise NoData(f"The file can be read, but its column {name} holds no number.")


def check_finite(name: str, values: npt.NDArray[Any]) -> None:
    """Whether no number of a column is infinite.

    Raises:
        UnreadableFile: one is.
    """
    if np.isinf(values).any():
        raise UnreadableFile(f"{name} holds infinite numbers: the file is damaged.")
