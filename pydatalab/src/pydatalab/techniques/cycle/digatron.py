"""Digatron's export as csv.

Layout
    A line of titles whose units follow a ``#`` (``Program Duration#s``, ``Voltage#V``), perhaps a
    line of units, a line per point. ``AhCha`` and ``AhDch`` count up.
Source
    None: the titles that the converters of the Battery Data Alliance name.
"""

from pydatalab.techniques.cycle.headings import DIGATRON
from pydatalab.techniques.cycle.rows import said_before, table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_digatron(file: SourceFile) -> Measurement:
    """Read all points of a Digatron export: all columns, with their own units.

    Raises:
        UnreadableFile: there is no line of Digatron's titles.
        NoData: no points follow it.
    """
    before, heading, body = titled_lines(file.text, DIGATRON, "Digatron")
    spaced = heading.replace("#", " / ")
    return Measurement(table_columns(spaced, body), header=said_before(before))
