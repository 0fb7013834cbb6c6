"""Landt's exports as text (LAND, LANHE).

Layout
    A few lines on the cell, a line of titles, a line per point. Older software writes
    ``Index,TestTime/Sec.,Voltage/V,Current/mA,Capacity/mAh``, newer
    ``channel_index,…,test_time_s,…,current_A,voltage_V``: the unit ends the title. The current
    has a sign; capacities count up within a step.
Source
    None: see ``tests/data/cycle/landt/PROVENANCE.md``.
"""

import re
from dataclasses import replace

from pydatalab.techniques.cycle.headings import LANDT
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.titles import ascii_name

ENDING = re.compile(r"(.+)_(s|A|mA|V|Ah|mAh|Wh|mWh|Psi|C)")
TIME = re.compile(r"(.*time)\s*/\s*(sec|min|hour|h)s?\.?", re.IGNORECASE)
TIME_UNITS = {"sec": "s", "min": "min", "hour": "h", "h": "h"}


def read_landt(file: SourceFile) -> Measurement:
    """Read all points of a Landt text export: all columns, with their own units.

    Raises:
        UnreadableFile: there is no line of Landt's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.rows, LANDT, "Landt")
    columns = tuple(unit_from_ending(column) for column in table_columns(heading, body))
    return Measurement(columns, header=said_before(before)).noted(file.notes)


def unit_from_ending(column: Column) -> Column:
    """A column whose title ends in its unit, such as ``current_A`` or ``TestTime/Sec.``."""
    if column.unit:
        return column
    if time := TIME.fullmatch(column.label):
        unit = TIME_UNITS[time[2].lower()]
        return replace(column, name=ascii_name(time[1]), unit=unit, label=time[1])
    match = ENDING.fullmatch(column.label)
    if match is None:
        return column
    unit = "degC" if match[2] == "C" else match[2]
    return replace(column, name=match[1].lower(), unit=unit, label=match[1])
