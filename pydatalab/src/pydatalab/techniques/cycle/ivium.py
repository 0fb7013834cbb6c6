"""Ivium's text of a run: time, current and potential, separated by tabs.

Layout
    Titles ``time /s``, ``I /mA``, ``E /V`` on the first line, then a line per point.
Source
    None: see ``tests/data/cycle/ivium/PROVENANCE.md``.
"""

from pydatalab.techniques.cycle.headings import IVIUM
from pydatalab.techniques.cycle.rows import table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_ivium(file: SourceFile) -> Measurement:
    """Read all points of an Ivium text file: ``time`` [s], ``i`` [mA], ``e`` [V].

    Raises:
        UnreadableFile: the first line has other titles.
        NoData: no points follow it.
    """
    _, heading, body = titled_lines(file.rows, IVIUM, "Ivium")
    return Measurement(table_columns(heading.replace(" /", " / "), body)).noted(file.notes)
