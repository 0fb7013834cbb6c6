"""Arbin's export of a channel as text (MITS Pro, Data Watcher).

Layout
    A line of titles (``Test_Time(s)`` or ``Test Time (s)``, by version), then a line per point.
    Charge and discharge capacity count up; by the schedule they start again at each cycle. The
    tables of batteryarchive.org have the same titles but for the steps.
Source
    None: see ``tests/data/cycle/arbin/PROVENANCE.md``.
"""

from dataclasses import replace

from pydatalab.techniques.cycle.headings import ARBIN
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile

TITLES = {
    "mAh/g": ("specific_capacity_by_arbin", "mAh/g"),
    "Test_Time": ("test_time", "s"),
    "Step_Time": ("step_time", "s"),
    "Current": ("current", "A"),
    "Voltage": ("voltage", "V"),
    "Charge_Capacity": ("charge_capacity", "Ah"),
    "Discharge_Capacity": ("discharge_capacity", "Ah"),
    "Charge_Energy": ("charge_energy", "Wh"),
    "Discharge_Energy": ("discharge_energy", "Wh"),
    "dV/dt": ("dv_dt", "V/s"),
    "Internal_Resistance": ("internal_resistance", "Ohm"),
    "AC_Impedance": ("ac_impedance", "Ohm"),
    "ACI_Phase_Angle": ("aci_phase_angle", "deg"),
    "DateTime": ("datetime", "d"),
}
"""Titles that older versions and the database write without a unit; ``DateTime`` counts from 1899-12-30."""

LATEST_DAY = 100_000
"""A ``DateTime`` beyond (the year 2173) counts the seconds of Unix instead."""


def read_arbin(file: SourceFile) -> Measurement:
    """Read all points of an Arbin text export: all columns, with their own units (s, A, V, Ah, Wh).

    Raises:
        UnreadableFile: there is no line of Arbin's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.rows, ARBIN, "Arbin")
    columns = table_columns(heading, body, TITLES)
    return Measurement(tuple(map(_dated, columns)), header=said_before(before)).noted(file.notes)


def _dated(column: Column) -> Column:
    in_days = column.name == "datetime" and column.values.dtype.kind in "if"
    return replace(column, unit="s") if in_days and column.values[0] > LATEST_DAY else column
