"""Tables that the Python package navani has prepared from a cycler's file.

Layout
    A line of titles, among them ``Capacity`` [mAh], ``Voltage`` [V], ``Current`` [mA], ``Time`` [s],
    ``half cycle``, ``full cycle`` and ``state`` (0 charge, 1 discharge, ``R`` rest), beside those of
    the cycler; a line per point.
Source
    navani's documentation of ``echem_file_loader``.
"""

from pydatalab.techniques.cycle.headings import PREPARED
from pydatalab.techniques.cycle.rows import table_columns, titled_lines
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

TITLES = {
    "Time": ("time", "s"),
    "Voltage": ("voltage", "V"),
    "Current": ("current", "mA"),
    "Capacity": ("capacity", "mAh"),
}


def read_prepared(file: SourceFile) -> Measurement:
    """Read all points of a prepared table, with the units that navani uses.

    Raises:
        UnreadableFile: there is no line of its titles.
        NoData: no points follow it.
    """
    _, heading, body = titled_lines(file.rows, PREPARED, "navani")
    return Measurement(table_columns(heading, body, TITLES)).noted(file.notes)
