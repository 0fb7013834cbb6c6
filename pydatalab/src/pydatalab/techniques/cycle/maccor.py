"""Maccor's exports as text, from MIMS and from the data viewer.

Layout
    A few lines on the test, of tabs or commas, now and then with binary junk in them; a line of
    titles that starts with ``Rec#`` or ``Rec``; perhaps an empty line; a line per point. Current
    has no sign: the state (``C`` charge, ``D`` discharge, ``R`` rest …) tells the way. Times are
    numbers in the unit that the operator chose, which the title names or not, or durations such
    as ``0d 00:00:5.05``. The counter ``Amp-hr`` counts up within a step or a cycle.
Source
    None: see ``tests/data/cycle/maccor/PROVENANCE.md``.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pydatalab.techniques.cycle.headings import MACCOR
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile

TITLES = {
    "Amps": ("amps", "A"),
    "Volts": ("volts", "V"),
    "Amp-hr": ("amp_hr", "Ah"),
    "Watt-hr": ("watt_hr", "Wh"),
    "Current": ("current", "A"),
    "Voltage": ("voltage", "V"),
    "Capacity": ("capacity", "Ah"),
    "Energy": ("energy", "Wh"),
    **{
        f"{title} ({unit})": (f"{title.lower()}_time", unit.lower())
        for title in ("Test", "Step")
        for unit in ("Sec", "Min", "Hr")
    },
}
TIMES = ("test_time", "step_time")
UNITS = {1.0: "s", 60.0: "min", 3600.0: "h"}
COMPARED = 500
"""Points over which the clock is compared with the times."""
AGREEING = 0.2
"""By how much the two may differ; the clock counts whole seconds."""


def read_maccor(file: SourceFile) -> Measurement:
    """Read all points of a Maccor text export.

    Returns:
        All columns, in the file's units; durations are in seconds. Where no title names the unit
        of the times, it is the one that agrees with the clock.

    Raises:
        UnreadableFile: there is no line of Maccor's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.rows, MACCOR, "Maccor")
    columns = table_columns(heading, body, TITLES)
    unit = _unit_by_clock({column.name: column for column in columns})
    return Measurement(
        tuple(replace(c, unit=unit) if _untold_time(c) else c for c in columns),
        header=said_before(before),
    ).noted(file.notes)


def _untold_time(column: Column) -> bool:
    return column.name in TIMES and not column.unit and column.values.dtype.kind == "f"


def _unit_by_clock(columns: Mapping[str, Column]) -> str:
    """Unit of the test time in which it runs as fast as the clock beside it; empty if none does."""
    time, clock = columns.get("test_time"), columns.get("dpt_time")
    if time is None or clock is None or time.values.dtype.kind != "f":
        return ""
    passed = np.diff(time.values[:COMPARED])
    ticked = np.diff(_clock(clock))
    moved = (passed > 0) & (ticked > 0)
    if not np.any(moved):
        return ""
    ratio = float(ticked[moved].sum() / passed[moved].sum())
    nearest = min(UNITS, key=lambda factor: abs(np.log(ratio / factor)))
    return UNITS[nearest] if abs(ratio / nearest - 1) < AGREEING else ""


def _clock(clock: Column) -> Floats:
    """Time of day or date of the first points [s]."""
    some = clock.values[:COMPARED]
    if some.dtype.kind == "f":
        return np.asarray(some, dtype=np.float64)
    dates = pd.to_datetime(pd.Series(some), format="mixed", errors="coerce")
    seconds = (dates - dates.iloc[0]).dt.total_seconds()
    return np.asarray(seconds, dtype=np.float64)
