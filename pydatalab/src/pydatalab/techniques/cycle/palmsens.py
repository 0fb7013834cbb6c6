"""PalmSens' export of runs against time as csv (PSTrace).

Layout
    UTF-16 or UTF-8. ``Date and time:`` and ``Notes:`` lines; the names of the curves; ``Date and time
    measurement:`` with a date for each; a line of units, two cells for each curve (``s,V,s,V``);
    a line per point, in which shorter curves end early. Runs of impedance may follow, after a line
    with ``Measurement:``.
Source
    None published: what public readers of these exports describe.
"""

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile

DATES = "Date and time measurement:"
QUANTITIES = {"V": "potential", "A": "current"}
PREFIXES = "numµμk"


def read_palmsens(file: SourceFile) -> Measurement:
    """Read all curves that PSTrace exported against time.

    Returns:
        ``scan`` (the number of the curve, from 1, where there are several), ``time`` [s], and
        ``potential`` or ``current`` in the file's unit. Curves follow one another. A second
        quantity at the very times of the first is a further column.

    Raises:
        UnreadableFile: there is no line of dates and units.
        NoData: no points follow it.
    """
    lines = file.text.split("\n")
    at = next((n for n, line in enumerate(lines) if line.startswith(DATES)), None)
    if at is None or at + 2 >= len(lines):
        raise UnreadableFile(
            f"Expected an export of PSTrace with a line {DATES!r}; none was found."
        )
    units = [unit.strip() for unit in lines[at + 1].split(",")]
    table = _table(lines[at + 2 :], len(units))
    pairs = [n for n in range(0, len(units) - 1, 2) if units[n] == "s"]
    if not pairs:
        raise UnreadableFile("The curves of this export run against no time: it is not of cycling.")
    header = {
        "measured": lines[at].split(",")[1].strip(),
        "curve": lines[at - 1].split(",")[0].strip(),
    }
    return Measurement(_columns(table, units, pairs), header=header)


def _table(lines: list[str], width: int) -> Floats:
    """The rows of numbers up to the first line that is none; empty cells are NaN."""
    rows = []
    for line in lines:
        cells = [cell.strip() for cell in line.split(",")][:width]
        try:
            rows.append([float(cell) if cell else np.nan for cell in cells])
        except ValueError:
            break
        if len(cells) < width or not any(cells):
            rows.pop()
            break
    if not rows:
        raise NoData("The export names curves, but no points follow.")
    return np.array(rows, dtype=np.float64)


def _columns(table: Floats, units: list[str], pairs: list[int]) -> tuple[Column, ...]:
    first = pairs[0]
    beside = [n for n in pairs if np.array_equal(table[:, n], table[:, first], equal_nan=True)]
    kinds = [units[n + 1].lstrip(PREFIXES) for n in beside]
    if len(beside) == len(pairs) and len(set(kinds)) == len(kinds):
        there = np.isfinite(table[:, first])
        values = (_column(units[n + 1], table[there, n + 1]) for n in beside)
        return (Column("time", "s", table[there, first], "Time"), *values)
    same = [n for n in pairs if units[n + 1] == units[first + 1]]
    curves = [table[np.isfinite(table[:, n]), n : n + 2] for n in same]
    numbers = [np.full(len(curve), number) for number, curve in enumerate(curves, 1)]
    stacked = np.concatenate(curves)
    return (
        Column("scan", "", np.concatenate(numbers), "Scan"),
        Column("time", "s", stacked[:, 0], "Time"),
        _column(units[first + 1], stacked[:, 1]),
    )


def _column(unit: str, values: Floats) -> Column:
    name = QUANTITIES.get(unit.lstrip(PREFIXES), "value")
    return Column(name, unit, values, name.capitalize())
