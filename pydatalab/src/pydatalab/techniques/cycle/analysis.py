"""What is worked out beside a cycler's columns: half cycles, cycles, capacities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.techniques.cycle import CycleParameters
from pydatalab.techniques.cycle.halves import Halves, current_of, halves_of
from pydatalab.techniques.cycle.roles import role_column
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.sanity import check_finite, check_measured


@dataclass(frozen=True)
class Mass:
    """Mass of the active material."""

    milligrams: float
    source: str
    """Where it is from: ``parameter`` or ``item``."""


def mass_of(parameters: CycleParameters, item: Mapping[str, Any]) -> Mass | None:
    """The mass that capacities are divided by: the parameter, else the cell's own, else none.

    What cyclers write into their files is not taken: it is a placeholder more often than not.
    """
    if parameters.mass is not None:
        return Mass(parameters.mass, "parameter")
    given = item.get("characteristic_mass")
    if isinstance(given, int | float) and not isinstance(given, bool) and 0 < given < np.inf:
        return Mass(float(given), "item")
    return None


def with_cycles(
    measurement: Measurement, parameters: CycleParameters, item: Mapping[str, Any]
) -> Measurement:
    """Add what a cycler's file leaves to be worked out.

    Returns:
        The measurement with the columns ``current`` [mA] where the file has none but the charge
        that passed, ``direction`` (1 charging, -1 discharging, 0 at rest), ``half_cycle`` (from
        1), ``cycle`` where the file does not count cycles itself, ``capacity`` [mA·h] since the
        start of the half cycle, and ``specific_capacity`` [mA·h/g] where a mass is known. Each is
        of shape (n,). Where the file has a column of that name, ours begins with ``computed_``.

    Raises:
        NoData: the voltage holds no number.
        UnreadableFile: voltage or current is infinite somewhere.
    """
    for role, check in (("voltage", check_measured), ("current", check_finite)):
        column = role_column(measurement, role)
        if column is not None:
            check(column.name, column.values)
    halves = halves_of(measurement)
    capacity = capacity_of(halves)
    columns: list[tuple[str, str, npt.NDArray[Any]] | None] = [_current(measurement)]
    columns.append(("direction", "", halves.direction))
    columns.append(("half_cycle", "", halves.number.astype(np.int32)))
    if not halves.numbered_by_file:
        columns.append(("cycle", "", _cycle_of_points(halves)))
    columns.append(("capacity", "mAh", capacity))
    mass = mass_of(parameters, item)
    if mass is not None:
        columns.append(("specific_capacity", "mAh/g", capacity / mass.milligrams * 1e3))
    taken = {column.name for column in measurement}
    return measurement.with_columns(
        *(
            Column(f"computed_{name}" if name in taken else name, unit, values, computed=True)
            for name, unit, values in filter(None, columns)
        )
    )


def capacity_of(halves: Halves) -> Floats:
    """Charge that has passed since the start of each point's half cycle [mA·h], shape (n,).

    It counts up in both directions, and is 0 before the first half cycle.
    """
    if not len(halves.starts):
        return np.zeros(len(halves.charge))
    half = halves.number - 1
    passed = (halves.charge - halves.before[half]) * halves.ways[half]
    passed[: halves.starts[0]] = 0
    return passed


def computed_column(measurement: Measurement, name: str) -> Column | None:
    """A column that ``with_cycles`` added, whichever name it had to take."""
    found = measurement.first(f"computed_{name}", name)
    return found if found is not None and found.computed else None


def cycle_column(measurement: Measurement) -> Column | None:
    """The number of the full cycle of each point: ours where there is one, else the file's."""
    return computed_column(measurement, "cycle") or role_column(measurement, "cycle")


def _current(measurement: Measurement) -> tuple[str, str, Floats] | None:
    if role_column(measurement, "current") is not None:
        return None
    current = current_of(measurement)
    return ("current", "mA", current) if current is not None else None


def _cycle_of_points(halves: Halves) -> npt.NDArray[np.int32]:
    if not len(halves.cycle):
        return np.ones(len(halves.charge), np.int32)
    return halves.cycle[halves.number - 1].astype(np.int32)
