"""Half cycles: which way the charge flows, how much, and where one half cycle ends."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pydatalab.techniques.cycle.roles import elapsed_seconds, role_column, role_values
from pydatalab.techniques.shared.measurement import Floats, Measurement

Integers = npt.NDArray[np.int64]

RESTING = 1e-3
"""Currents below this part of the usual ones are a rest."""

PASSING = 5e-3
"""What moves less than this part of the largest half cycle (a pulse, a glitch) is none of its own."""

DISCHARGE_WORDS = ("dis", "dch", "entlad", "放")
CHARGE_WORDS = ("chg", "cha", "lad", "充")
"""What cyclers write; the first of these is looked for first, as ``discharge`` holds ``cha`` too."""


@dataclass(frozen=True)
class Halves:
    """The half cycles of a measurement of n points."""

    charge: Floats
    """Net charge since the first point [mA·h], shape (n,); discharging takes away."""

    direction: npt.NDArray[np.int8]
    """1 while charging, -1 while discharging, 0 at rest; shape (n,)."""

    starts: Integers
    """First point of each half cycle, increasing, shape (k,)."""

    number: Integers
    """Which half cycle a point belongs to, from 1; rests belong to the one before; shape (n,)."""

    cycle: Integers
    """Full cycle of each half cycle, shape (k,)."""

    numbered_by_file: bool
    """Whether ``cycle`` is the file's own number."""

    @property
    def ways(self) -> npt.NDArray[np.int8]:
        """Direction of each half cycle, shape (k,)."""
        return self.direction[self.starts]

    @property
    def before(self) -> Floats:
        """Net charge just before each half cycle [mA·h], shape (k,)."""
        return self.charge[np.maximum(self.starts - 1, 0)]


def halves_of(measurement: Measurement) -> Halves:
    """Find the half cycles of a measurement.

    A half cycle runs until charge flows the other way, or the file counts a new cycle; rests
    do not end it. What moves less than ``PASSING`` of the largest half cycle is left to its
    neighbours. Full cycles are those of the file; where it counts none, or stays at one number
    through several, two half cycles make one, from 1.
    """
    current = current_of(measurement)
    charge, direction = _charge_and_direction(measurement, current)
    counted = _counted_cycles(measurement)
    starts = _starts(direction, charge, counted)
    numbered = counted is not None and (len(starts) <= 2 or bool(np.ptp(counted[starts]) > 0))
    if counted is not None and not numbered:
        starts = _starts(direction, charge, None)
    own = np.arange(len(starts), dtype=np.int64) // 2 + 1
    cycle = counted[starts] if numbered and counted is not None else own
    points = np.arange(len(measurement))
    number = np.maximum(np.searchsorted(starts, points, side="right"), 1)
    return Halves(charge, direction, starts, number, cycle, numbered)


def current_of(measurement: Measurement) -> Floats | None:
    """Current [mA], shape (n,): the file's, else what passed from row to row over its time.

    The sign is the file's (Maccor writes none).
    """
    current = role_values(measurement, "current")
    if current is not None:
        return np.nan_to_num(current)
    added, time = role_values(measurement, "added_charge"), elapsed_seconds(measurement)
    if added is None or time is None:
        return None
    hours = np.diff(time, prepend=time[:1]) / 3600
    return np.divide(added, hours, out=np.zeros(len(added)), where=hours > 0)


def _charge_and_direction(
    measurement: Measurement, current: Floats | None
) -> tuple[Floats, npt.NDArray[np.int8]]:
    """Net charge [mA·h] and the way it flows; counters of the file before integrals."""
    moved = _counted_charge(measurement)
    direction = _direction(measurement, current, moved)
    if moved is None:
        moved = _step_charge(measurement, direction)
    if moved is None:
        moved = _integrated_charge(measurement, current, direction)
    return np.cumsum(moved), direction


def _counted_charge(measurement: Measurement) -> Floats | None:
    """Charge that came in from row to row [mA·h], by counters that tell the two ways apart."""
    charged = role_values(measurement, "charge_capacity")
    discharged = role_values(measurement, "discharge_capacity")
    if charged is not None and discharged is not None:
        moved = _growth(charged) - _growth(np.abs(discharged))
    elif (net := role_values(measurement, "net_capacity")) is not None:
        moved = np.diff(np.nan_to_num(net), prepend=net[:1])
    elif (added := role_values(measurement, "added_charge")) is not None:
        moved = added
    else:
        return None
    moved = np.nan_to_num(moved)
    return moved if np.any(moved) else None


def _step_charge(measurement: Measurement, direction: npt.NDArray[np.int8]) -> Floats | None:
    """The same by one counter for both ways, which starts again now and then.

    Some makers let it count down while discharging, others up.
    """
    counted = role_values(measurement, "step_capacity")
    if counted is None or not np.any(counted):
        return None
    return np.abs(_growth(np.abs(counted))) * direction


def _integrated_charge(
    measurement: Measurement, current: Floats | None, direction: npt.NDArray[np.int8]
) -> Floats:
    """The same by the trapezoidal rule, ΔQ = (I₁ + I₂) Δt / 2; zeros without current or time.

    Source:
        The definition of charge, Q = ∫ I dt.
    """
    time = elapsed_seconds(measurement)
    if current is None or time is None:
        return np.zeros(len(measurement))
    signed = np.abs(current) * direction
    hours = np.nan_to_num(np.diff(time, prepend=time[:1])) / 3600
    mean = (signed + np.concatenate([signed[:1], signed[:-1]])) / 2
    return np.asarray(mean * hours, dtype=np.float64)


def _growth(counter: Floats) -> Floats:
    """How much a counter grew from row to row; where it fell to less than half it began again."""
    counter = np.nan_to_num(counter)
    step = np.diff(counter, prepend=counter[:1])
    again = (step < 0) & (counter < (counter - step) / 2)
    return np.where(again, counter, step)


def _direction(
    measurement: Measurement, current: Floats | None, moved: Floats | None
) -> npt.NDArray[np.int8]:
    """1 while charging, -1 while discharging, 0 at rest, whatever signs the maker writes."""
    if current is None:
        return _signs(moved) if moved is not None else np.zeros(len(measurement), np.int8)
    signs = _signs(current)
    if np.any(signs < 0) and np.any(signs > 0):
        against = moved is not None and float(np.dot(moved, signs)) < 0
        return -signs if against else signs
    said = _said_direction(measurement)
    if said is not None:
        return np.where(signs != 0, said, 0).astype(np.int8)
    if moved is not None:
        return np.where(signs != 0, np.sign(moved), 0).astype(np.int8)
    return signs


def _signs(values: Floats) -> npt.NDArray[np.int8]:
    """Signs, where a value is not negligible beside the others."""
    size = np.abs(values)
    usual = float(np.percentile(size, 99)) or float(size.max(initial=0))
    return np.where(size > RESTING * usual, np.sign(values), 0).astype(np.int8)


def _said_direction(measurement: Measurement) -> npt.NDArray[np.int8] | None:
    """The direction as a column of words tells it, or none."""
    state = role_column(measurement, "state")
    if state is None:
        return None
    words, where = np.unique(state.values.astype(str), return_inverse=True)
    ways = np.array([_way(word) for word in words], dtype=np.int8)
    return ways[where] if np.any(ways) else None


def _way(word: str) -> int:
    """1, -1 or 0 for a word: ``CC_DChg``, ``discharge CC``, ``CCD`` and ``D`` are -1."""
    word = word.strip().lower()
    letters = "".join(letter for letter in word if letter.isalpha())
    if letters in ("d", "ccd", "cvd", "rated") or any(part in word for part in DISCHARGE_WORDS):
        return -1
    if letters in ("c", "ccc", "cvc", "ratec") or any(part in word for part in CHARGE_WORDS):
        return 1
    return 0


def _counted_cycles(measurement: Measurement) -> Integers | None:
    """The file's own numbers of the full cycles, where they are whole numbers."""
    counted = role_values(measurement, "cycle")
    if counted is None or not len(counted) or not np.isfinite(counted).all():
        return None
    whole = counted.astype(np.int64)
    return whole if np.array_equal(whole, counted) else None


def _starts(direction: npt.NDArray[np.int8], charge: Floats, cycle: Integers | None) -> Integers:
    """First points of the half cycles."""
    active = np.flatnonzero(direction)
    if not active.size:
        return active.astype(np.int64)
    ways = direction[active].astype(np.int64)
    cycles = cycle[active] if cycle is not None else np.zeros_like(ways)
    changes = np.flatnonzero((np.diff(ways) != 0) | (np.diff(cycles) != 0)) + 1
    first = np.concatenate([[0], changes])
    last = np.concatenate([changes, [len(active)]]) - 1
    moved = np.abs(charge[active[last]] - charge[np.maximum(active[first] - 1, 0)])
    kept = first[moved >= PASSING * moved.max()]
    same = (np.diff(ways[kept]) == 0) & (np.diff(cycles[kept]) == 0)
    distinct = kept[np.concatenate([[True], ~same])]
    return np.asarray(active[distinct], dtype=np.int64)
