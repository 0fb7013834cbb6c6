"""Which column of a cycler's file plays which part, and the units in which analysis sees it.

Readers keep each maker's own names and units; this vocabulary is the one place that knows what
they mean. A role lists names (as ``ascii_name`` writes them) in order of preference; the first
that a file has plays the part.
"""

from collections.abc import Mapping

import numpy as np

from pydatalab.techniques.shared.measurement import Column, Floats, Measurement

ROLES: Mapping[str, tuple[str, ...]] = {
    # seconds since the test began
    "time": (
        "test_time", "total_time", "cumulative_time", "run_time", "prog_time", "program_duration",
        "time", "t", "unix_time",
    ),
    # volts; ``ewe`` is BioLogic's, ``vf`` Gamry's, ``u`` Basytec's, ``e`` Ivium's
    "voltage": (
        "voltage", "volts", "potential", "cell_voltage", "ewe", "ewe_mean", "ewe_ece", "vf", "u", "e", "v",
    ),
    # milliamperes; charging is positive with nearly all makers (Maccor writes no sign)
    "current": ("current", "current_mean", "amps", "cur", "im", "i"),
    # milliampere hours put in and taken out, each counted up, now and then from 0 again
    "charge_capacity": (
        "charge_capacity", "charging_capacity", "chg_cap", "capacitance_chg", "cap_chg", "ah_cyc_charge",
        "ahcha", "step_charging_capacity", "cycle_charging_capacity",
    ),
    "discharge_capacity": (
        "discharge_capacity", "discharging_capacity", "dchg_cap", "capacitance_dchg", "cap_dchg",
        "ah_cyc_discharge", "ahdch", "step_discharging_capacity", "cycle_discharging_capacity",
    ),
    # charge that has passed since the start, less when discharging; ``dq`` since the last row
    "net_capacity": ("net_capacity", "q_minus_q0", "ah"),
    "added_charge": ("dq", "delta_q"),
    # counted up within a step or cycle, whichever way the current flows
    "step_capacity": (
        "capacity", "cap", "amp_hr", "ah_step", "ahstep", "step_capacity", "step_cumulative_capacity",
    ),
    "cycle": (
        "cycle_index", "cycle_count", "cycle_number", "cycle_c", "cyc", "cycle_id", "cycle_no", "cyc_count",
        "full_cycle", "cycle",
    ),
    # a word for charge, discharge or rest
    "state": (
        "state", "md", "step_type", "step_name", "step_status", "work_mode", "mode", "command", "status",
    ),
}  # fmt: skip
"""Names that play a part, best first. Of Neware's two ``Time`` columns the total one comes first."""

_PER_SECOND = {"": 1.0, "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "ms": 1e-3,
               "min": 60.0, "mins": 60.0, "minutes": 60.0, "h": 3600.0, "hr": 3600.0, "hrs": 3600.0,
               "hour": 3600.0, "hours": 3600.0, "d": 86400.0, "days": 86400.0}  # fmt: skip
_PER_VOLT = {"": 1.0, "v": 1.0, "mv": 1e-3, "uv": 1e-6, "vvsref": 1.0}
_PER_MILLIAMPERE = {"": 1e3, "a": 1e3, "amps": 1e3, "ma": 1.0, "ua": 1e-3, "na": 1e-6}
_PER_MILLIAMPERE_HOUR = {
    "": 1e3, "ah": 1e3, "mah": 1.0, "uah": 1e-3, "as": 1e3 / 3600, "mas": 1 / 3600, "c": 1 / 3.6, "mc": 1 / 3600,
}  # fmt: skip
FACTORS: Mapping[str, Mapping[str, float]] = {
    "time": _PER_SECOND,
    "voltage": _PER_VOLT,
    "current": _PER_MILLIAMPERE,
    "charge_capacity": _PER_MILLIAMPERE_HOUR,
    "discharge_capacity": _PER_MILLIAMPERE_HOUR,
    "net_capacity": _PER_MILLIAMPERE_HOUR,
    "added_charge": _PER_MILLIAMPERE_HOUR,
    "step_capacity": _PER_MILLIAMPERE_HOUR,
}
"""What a unit of the file is in s, V, mA or mA·h; without a unit it is taken for s, V, A or A·h."""


def role_column(measurement: Measurement, role: str) -> Column | None:
    """The file's column that plays a part, or none; columns that were worked out do not count."""
    found = {column.name: column for column in measurement if not column.computed}
    for name in ROLES[role]:
        if name in found and _fits(found[name], role):
            return found[name]
    return None


def role_values(measurement: Measurement, role: str) -> Floats | None:
    """A part's values [s, V, mA or mA·h], shape (n,), or none."""
    column = role_column(measurement, role)
    if column is None:
        return None
    factor = FACTORS.get(role, {}).get(_plain(column.unit), 1.0)
    values = np.asarray(column.values, dtype=np.float64)
    return values * factor if factor != 1 else values


def elapsed_seconds(measurement: Measurement) -> Floats | None:
    """Time since the test began [s], never decreasing, shape (n,), or none.

    Where the file's time starts again (at a step, or a further test in one file) it goes on from
    the point before.
    """
    time = role_values(measurement, "time")
    if time is None or not len(time):
        return None
    passed = np.diff(time, prepend=time[:1])
    if not np.any(passed < 0):
        return time
    moved = np.nan_to_num(np.where(passed < 0, time, passed))
    return np.asarray(time[0] + np.cumsum(moved), dtype=np.float64)


def _fits(column: Column, role: str) -> bool:
    """Whether type and unit can be this part's: a mode that is a number tells no state."""
    if role == "state":
        return column.values.dtype.kind in "UO"
    known = FACTORS.get(role)
    return column.values.dtype.kind in "iuf" and (known is None or _plain(column.unit) in known)


def _plain(unit: str) -> str:
    """A unit without its dots and blanks: ``mA.h``, ``mA·h`` and ``mAh`` are one."""
    unit = unit.lower().replace("µ", "u").replace("μ", "u")
    return "".join(letter for letter in unit if letter.isalnum())
