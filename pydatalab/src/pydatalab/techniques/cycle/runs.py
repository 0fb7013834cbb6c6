"""A run as its figures see it: voltage, time and capacity, cut into half cycles."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.cycle.analysis import computed_column, cycle_column
from pydatalab.techniques.cycle.halves import current_of
from pydatalab.techniques.cycle.roles import elapsed_seconds, role_column, role_values
from pydatalab.techniques.shared.drawing import Reading
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.reference import reference_of


@dataclass(frozen=True)
class HalfCycle:
    """One charge or discharge of a run."""

    cycle: int
    way: int
    """1 for a charge, -1 for a discharge."""
    points: slice
    """From its first point with current to its last: rests before and after are left out."""


@dataclass(frozen=True)
class Run:
    """What one file holds."""

    file_id: str
    name: str
    voltage: Floats
    """[V], shape (n,)."""
    time: Floats | None
    """Since the start of the test [h], shape (n,)."""
    current: Floats | None
    """[mA], shape (n,)."""
    capacity: Floats
    """Since the start of the half cycle [mA·h], or [mA·h/g] where a mass is known; shape (n,)."""
    cycle: npt.NDArray[Any]
    """Full cycle of each point, shape (n,)."""
    halves: tuple[HalfCycle, ...]
    reference: str
    """What the file says the voltage was measured against, in short; empty where it says nothing."""

    @property
    def cycles(self) -> npt.NDArray[np.int64]:
        """Numbers of the full cycles in which charge flowed, increasing."""
        return np.unique(np.array([half.cycle for half in self.halves], dtype=np.int64))


def run_of(reading: Reading) -> Run:
    """A run out of an analysed measurement.

    Raises:
        UnreadableFile: it has no voltage.
    """
    measurement = reading.measurement
    voltage = role_values(measurement, "voltage")
    if voltage is None:
        names = ", ".join(column.name for column in measurement)
        raise UnreadableFile(f"{reading.name} has no voltage in numbers; its columns are {names}.")
    cycle = _values(cycle_column(measurement))
    capacity = computed_column(measurement, "specific_capacity") or computed_column(
        measurement, "capacity"
    )
    return Run(
        file_id=reading.file_id,
        name=reading.name,
        voltage=voltage,
        time=hours_of(measurement),
        current=current_of(measurement),
        capacity=np.asarray(_values(capacity), dtype=np.float64),
        cycle=cycle,
        halves=half_cycles(measurement, cycle),
        reference=reference_of(measurement.header),
    )


def hours_of(measurement: Measurement) -> Floats | None:
    """Time since the start of the test [h], shape (n,), or none; dates count from the first point."""
    seconds = elapsed_seconds(measurement)
    column = role_column(measurement, "time")
    if seconds is None or column is None:
        return None
    return (seconds - seconds[0] if column.name == "unix_time" else seconds) / 3600


def half_cycles(measurement: Measurement, cycle: npt.NDArray[Any]) -> tuple[HalfCycle, ...]:
    """The half cycles that ``with_cycles`` has numbered."""
    number = _values(computed_column(measurement, "half_cycle"))
    direction = _values(computed_column(measurement, "direction"))
    active = np.flatnonzero(direction)
    if not active.size:
        return ()
    starts = np.flatnonzero(np.diff(number[active], prepend=0))
    ends = np.append(starts[1:], active.size)
    ways = np.sign(np.add.reduceat(direction[active].astype(np.int64), starts))
    return tuple(
        HalfCycle(
            int(cycle[active[start]]),
            int(way) or 1,
            slice(int(active[start]), int(active[end - 1]) + 1),
        )
        for start, end, way in zip(starts, ends, ways, strict=True)
    )


def _values(column: Column | None) -> npt.NDArray[Any]:
    if column is None:
        raise UnreadableFile("The measurement has not been analysed.")
    return column.values
