"""Workbooks that cyclers' software exports: Arbin, Landt and Neware, as ``.xlsx`` or ``.xls``.

Layout
    One sheet per channel or kind of table. Arbin: ``Channel_1_1`` (and ``Channel_1_2`` where the
    first was full), each with titles. Landt: ``Record1``, ``Record2`` …, of which only the first has
    titles, or one sheet on which rows of cycles and steps stand between those of records, each
    kind moved to the right. Neware: ``record``. Rows of points are those with a number for the voltage and nothing to
    the left of the first title; other rows and sheets (statistics, logs, charts) are left.
Source
    None: see ``tests/data/cycle/arbin/PROVENANCE.md``.
"""

import datetime
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineError, CalamineWorkbook

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.cycle.headings import ARBIN, LANDT, NEWARE, NEWARE_RECORDS, title_key
from pydatalab.techniques.cycle.rows import EMPTY, MOSTLY, made_columns
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

Row = list[Any]

SIGNATURES = (ARBIN, NEWARE, LANDT, NEWARE_RECORDS)
OTHER_SHEETS = re.compile(r"stat|chart|info|log|cycle|step|curve|proc", re.IGNORECASE)
SEARCHED = 200
"""Rows of a sheet in which titles are looked for."""


def read_workbook(file: SourceFile) -> Measurement:
    """Read all points of a cycler's workbook: all columns, with their own units.

    Durations are in seconds; dates are words (``2020-10-19T11:31:46.582``).

    Raises:
        UnreadableFile: it is no workbook, or no sheet has a cycler's titles.
        NoData: no points follow the titles.
    """
    book = _opened(file.raw)
    named = _sheets_with_points(book)
    titles, rows = _points(book, named[0])
    if not rows:
        raise NoData("A sheet has the titles of a cycler's table, but no points follow them.")
    columns = made_columns(
        (str(title), _array([row[place] if place < len(row) else "" for row in rows]))
        for place, title in titles
    )
    others = {"other_channels": named[1:]} if len(named) > 1 else {}
    return Measurement(columns, header={"channel": named[0], **others})


def _opened(raw: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(raw))
    except (CalamineError, OSError) as exc:
        raise UnreadableFile(
            "The workbook is damaged, stops early, or is locked by a password: save it again."
        ) from exc


def _sheets_with_points(book: CalamineWorkbook) -> list[str]:
    """Groups of sheets that begin with a cycler's titles, each by its name less a running number."""
    names = book.sheet_names
    for likely in (
        [name for name in names if not OTHER_SHEETS.search(name)],
        [name for name in names if OTHER_SHEETS.search(name)],
    ):
        found = [_group(name) for name in likely if _titles_at(_rows(book, name)) is not None]
        if found:
            return list(dict.fromkeys(found))
    raise UnreadableFile(
        "No sheet of the workbook has the titles of a cycler's table (test time, voltage, current, "
        f"capacity): it has the sheets {', '.join(names[:10])}."
    )


def _group(name: str) -> str:
    return re.sub(r"(?<=\d)_\d+$|(?<=[Rr]ecord)_?\d+$", "", name)


def _points(book: CalamineWorkbook, group: str) -> tuple[list[tuple[int, str]], list[Row]]:
    """Titles with their places, and the rows of points of all sheets of one group."""
    titles: list[tuple[int, str]] = []
    points: list[Row] = []
    for name in book.sheet_names:
        if _group(name) != group:
            continue
        rows = _rows(book, name)
        at = _titles_at(rows)
        if at is not None:
            titles = [(n, title) for n, title in enumerate(rows[at]) if str(title).strip()]
        if titles:
            left = titles[0][0]
            volts = next(n for n, title in titles if title_key(str(title)) == "voltage")
            points += [
                row for row in rows if _is_number(row, volts) and not any(map(_filled, row[:left]))
            ]
    return titles, points


@lru_cache(maxsize=4)
def _rows(book: CalamineWorkbook, name: str) -> list[Row]:
    try:
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as exc:
        raise UnreadableFile(
            f"The sheet {name} of the workbook is damaged: save it again."
        ) from exc


def _titles_at(rows: Sequence[Row]) -> int | None:
    for number, row in enumerate(rows[:SEARCHED]):
        titles = [str(cell) for cell in row if _filled(cell)]
        if any(signature.fits(titles) for signature in SIGNATURES):
            return number
    return None


def _filled(cell: Any) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _is_number(row: Row, place: int) -> bool:
    cell = row[place] if place < len(row) else ""
    return isinstance(cell, int | float) or (
        isinstance(cell, str)
        and re.fullmatch(r"\s*-?\d*[.,]?\d+(?:[eE][-+]?\d+)?\s*", cell) is not None
    )


def _array(cells: Sequence[Any]) -> npt.NDArray[Any]:
    """Cells of one column as numbers, or as words where they are mostly none."""
    try:
        return np.asarray(cells, dtype=np.float64)
    except (TypeError, ValueError):
        words = [_word(cell) for cell in cells]
    empty = sum(word in EMPTY for word in words)
    numbers = np.array([_number(word) for word in words])
    counted = np.isfinite(numbers).sum()
    if empty == len(words) or counted > MOSTLY * (len(words) - empty):
        return numbers
    return np.asarray(words, dtype=np.str_)


def _number(word: str) -> float:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return float("nan")


def _word(cell: Any) -> str:
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(cell.total_seconds(), 60)
        return f"{int(minutes // 60)}:{int(minutes % 60):02}:{seconds:09.6f}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat()
    return str(cell).strip()
