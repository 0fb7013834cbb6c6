"""Where in rows of cells a table starts, and what its columns are called.

Layout
    Perhaps lines that say how it was made, then titles in one or two rows (names, units), then rows
    in which the same columns hold numbers or dates.
Source
    None: what instruments, spreadsheets and people were seen to write.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from statistics import median
from typing import Any

from pydatalab.techniques.shared.titles import UNIT_WORD

Row = Sequence[Any]

DATUM = re.compile(
    r"""\s*(?: [-+−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?
             | [-+]?(?i:nan|inf)
             | \d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ]+\d[\d:.,+Z ]*(?:[AP]M)?)?
             | (?:\d+[dD]\s+)?\d+:\d\d(?::\d\d(?:[.,]\d+)?)?
           )\s*""",
    re.VERBOSE,
)
"""A number, a date or a time."""

MISSING = ("", "-", "--", "---", "NA", "N/A", "n/a", "#N/A", "#NV", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!",
           "null", "NULL", "None", "nan", "NaN", "NAN")  # fmt: skip
"""What stands where a number is missing."""

FIRM = 3
"""So many rows in a row that fit begin the table."""

MOST = 0.8
"""A column is one of data where this part of its cells is."""

KNOWN = 2**15
"""Cells that are remembered: each is looked at several times before it is clear how a table is laid out."""


@dataclass(frozen=True)
class Layout:
    """Where a table is among some rows."""

    start: int
    """The first row of data."""

    width: int
    """Cells in each of its rows."""

    columns: Sequence[int] = ()
    """Those that hold numbers or dates; none in a table of text."""


@lru_cache(KNOWN)
def is_missing(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and cell.strip() in MISSING)


@lru_cache(KNOWN)
def is_datum(cell: Any) -> bool:
    """Whether a cell is a number, a date or a time."""
    return DATUM.fullmatch(cell) is not None if isinstance(cell, str) else cell is not None


def find_table(rows: Sequence[Row]) -> Layout | None:
    """Where the table starts; ``None`` where no row holds anything."""
    first, last = _longest_run(rows)
    run = rows[first:last]
    if not run:
        return None
    width = len(run[0])
    typical = run[len(run) // 2 :]
    columns = [n for n in range(width) if _holds_data([row[n] for row in typical])]
    if not columns:  # a table of text: one row of titles
        return Layout(first + 1, width)
    usual = median(sum(map(is_datum, _filled(row, columns))) for row in typical)
    fits = [_fits(row, columns, usual) for row in run]
    starts = (n for n in range(len(run)) if fits[n] and all(fits[n : n + FIRM]))
    start = first + next(starts, len(run) - 1)
    if start == first:
        start = _beyond_remarks(rows, first, lambda row: _fits(row, columns, usual))
    return Layout(start, width, columns)


def data_rows(rows: Sequence[Row], layout: Layout) -> list[Row]:
    """The rows of a table among those from its start on.

    Left out are empty ones, remarks between them in fewer cells, and all from where several in a
    row, or the last, hold other things: what stands below the table.
    """
    filled = [row for row in rows if not all(map(is_missing, row))]
    if not layout.columns:
        return filled
    foreign = [_is_foreign(row, layout) for row in filled]
    ends = (n for n in range(len(filled)) if foreign[n] and all(foreign[n : n + FIRM]))
    end = next(ends, len(filled))
    return [
        row
        for row, strange in zip(filled[:end], foreign[:end], strict=True)
        if not (strange and len(row) < layout.width)
    ]


def titles_above(above: Sequence[Row], width: int) -> list[str]:
    """Titles of the columns from the rows above the data, empty where there are none.

    Names and, in a row below, units are joined: ``Voltage (V)``. A name that repeats takes that of
    its group from the row above, if one stands there.
    """
    rows = [[str(cell or "").strip() for cell in row] for row in above[-4:]]
    rows = [row for row in rows if len(row) == width and any(row)]
    while len(rows) > 1 and sum(map(bool, rows[-1])) == 1 < width:  # a remark above the data
        rows.pop()
    if not rows or sum(map(is_datum, rows[-1])) > width / 2:
        return [""] * width
    names = rows.pop()
    if rows and _are_units(names, rows[-1]):
        units, names = names, rows.pop()
        names = [_with_unit(name, unit) for name, unit in zip(names, units, strict=True)]
    if rows and len(set(names)) < len(names):
        groups = _groups(rows[-1], names)
        names = [f"{group} {name}".strip() for group, name in zip(groups, names, strict=True)]
    return [" ".join(name.split()) for name in names]


def _longest_run(rows: Sequence[Row]) -> tuple[int, int]:
    """First and one behind last of the most rows of equal width that follow each other.

    Rows of several cells go before lines of one, and those before empty lines.
    """
    best = (0, 0, 0, 0)
    for width, numbered in groupby(enumerate(rows), key=lambda pair: len(pair[1])):
        places = [number for number, _ in numbered]
        best = max(best, (min(width, 2), len(places), places[0], places[-1] + 1))
    return (best[2], best[3]) if best[0] else (0, 0)


def _beyond_remarks(rows: Sequence[Row], start: int, fits: Callable[[Row], bool]) -> int:
    """Where the table starts, if only single remarks and empty lines part it from rows above."""
    width = len(rows[start])
    gap = 0
    for n in range(start - 1, -1, -1):
        if len(rows[n]) == width and fits(rows[n]):
            start, gap = n, 0
        elif len(rows[n]) > 1 or gap == FIRM:
            break
        else:
            gap += 1
    return start


def _holds_data(cells: Sequence[Any]) -> bool:
    filled = [cell for cell in cells if not is_missing(cell)]
    return bool(filled) and sum(map(is_datum, filled)) >= MOST * len(filled)


def _fits(row: Row, columns: Sequence[int], usual: float) -> bool:
    """Whether a row has data in most columns of data that it fills, and not far fewer than usual."""
    cells = _filled(row, columns)
    data = sum(map(is_datum, cells))
    return data > 0 and data * 2 >= max(usual, len(cells))


def _is_foreign(row: Row, layout: Layout) -> bool:
    """Whether a row holds something else in most of the columns of data."""
    cells = _filled(row, layout.columns)
    return sum(map(is_datum, cells)) * 2 < max(len(cells), 1)


def _filled(row: Row, columns: Sequence[int]) -> list[Any]:
    """What stands in those columns of a row."""
    return [row[n] for n in columns if n < len(row) and not is_missing(row[n])]


def _are_units(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row gives units to the names above it."""
    filled = [cell.strip("[]() ") for cell in row if cell]
    named = all(name or not unit for name, unit in zip(names, row, strict=True))
    words = [word for cell in filled for word in re.split(r"[/.·*\s^]+", cell) if word]
    known = [bool(UNIT_WORD.fullmatch(word)) or not word.strip("-0123456789") for word in words]
    return named and any(words) and all(known)


def _with_unit(name: str, unit: str) -> str:
    unit = unit.strip("[]() ")
    return f"{name} ({unit})" if unit.strip("-") else name


def _groups(labels: Sequence[str], names: Sequence[str]) -> list[str]:
    """The label of each column's group, where names repeat and each repetition has one label."""
    length = next((n for n in range(1, len(names)) if names[n] == names[0]), len(names))
    found: list[str] = []
    for start in range(0, len(names), length):
        inside = [label for label in labels[start : start + length] if label]
        if len(inside) > 1:
            return [""] * len(names)
        found += inside * length or [""] * length
    return found[: len(names)]
