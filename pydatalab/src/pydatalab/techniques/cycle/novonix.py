"""Novonix's text files of a channel.

Layout
    ``[Summary]`` with ``key: value`` lines, ``[Protocol]`` with JSON on one long line, ``[Data]``
    with a line of titles and a line per point. Time is in hours, current has a sign, the
    capacity counts the net charge from the start of the step or cycle.
Source
    None: see ``tests/data/cycle/novonix/PROVENANCE.md``.
"""

from pydatalab.techniques.cycle.headings import NOVONIX
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_novonix(file: SourceFile) -> Measurement:
    """Read all points of a Novonix file: all columns, with their own units (h, A, V, Ah, Wh).

    Raises:
        UnreadableFile: there is no line of Novonix's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.rows, NOVONIX, "Novonix")
    return Measurement(table_columns(heading, body), header=said_before(before)).noted(file.notes)
