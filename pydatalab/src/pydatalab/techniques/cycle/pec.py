"""PEC's export of tests as csv.

Layout
    ``key:,value`` lines, a line of titles that starts with ``Test,Cell,Rack``, a line per point.
    Times since the start are ``hh:mm:ss.xxx``; charge and discharge capacities count up.
Source
    None: see ``tests/data/cycle/pec/PROVENANCE.md``.
"""

from pydatalab.techniques.cycle.headings import PEC
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_pec(file: SourceFile) -> Measurement:
    """Read all points of a PEC export: all columns, with their own units; durations in seconds.

    Raises:
        UnreadableFile: there is no line of PEC's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.rows, PEC, "PEC")
    return Measurement(table_columns(heading, body), header=said_before(before)).noted(file.notes)
