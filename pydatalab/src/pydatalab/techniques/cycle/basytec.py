"""Basytec's text files of a test.

Layout
    Lines that start with ``~``, the last of them the titles (``~Time[s]``), then a line per
    point, separated by tabs. ``Ah-Cyc-Charge`` and ``Ah-Cyc-Discharge`` count up in a cycle,
    ``Ah-Step`` in a step; without a unit of their own they are in Ah, the energies in Wh.
Source
    None: see ``tests/data/cycle/basytec/PROVENANCE.md``.
"""

from dataclasses import replace

from pydatalab.techniques.cycle.headings import BASYTEC
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_basytec(file: SourceFile) -> Measurement:
    """Read all points of a Basytec file: all columns, with their own units (s, V, A, Ah, Wh).

    Raises:
        UnreadableFile: there is no line of Basytec's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.rows, BASYTEC, "Basytec")
    columns = tuple(_with_unit(column) for column in table_columns(heading, body))
    return Measurement(columns, header=said_before(before)).noted(file.notes)


def _with_unit(column: Column) -> Column:
    for start, unit in (("ah_", "Ah"), ("wh_", "Wh")):
        if column.name.startswith(start) and not column.unit:
            return replace(column, unit=unit)
    lost_degree = column.name.startswith("t") and column.unit.endswith("C")
    return replace(column, unit="degC") if lost_degree else column
