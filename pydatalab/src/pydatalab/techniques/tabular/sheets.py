"""Sheets of workbooks: ``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``, ``.ods``.

Layout
    Rows of cells with a number, a date, a text or nothing in each; a table among them as ``layout``
    knows it.
Source
    ECMA-376, [MS-XLS], OASIS OpenDocument 1.3, read by ``python-calamine``.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.tabular.columns import Table, table, texts
from pydatalab.techniques.tabular.layout import (
    FIRM,
    Layout,
    data_rows,
    find_table,
    is_missing,
    titles_above,
)

Row = Sequence[Any]

LOOKED_AT = 2000
"""Rows that tell how a sheet is laid out."""

MEASURED = 2
"""A sheet with so many columns of numbers or dates is shown rather than a title page."""


def read_sheets(file: SourceFile, sheet: str | None = None) -> Table:
    """Read all columns of one sheet: the one named, else the first that holds columns of numbers.

    Returns:
        The columns as the sheet names them; times of day and durations are seconds.
        ``header["sheets"]`` names all sheets, ``header["sheet"]`` this one, and
        ``header["left_out"]`` counts rows that do not belong to the table.

    Raises:
        NoData: there is nothing in it.
        UnreadableFile: it is damaged or locked, or has no sheet of that name.
    """
    workbook = _opened(file)
    names = workbook.sheet_names
    if sheet is not None and sheet not in names:
        raise UnreadableFile(f"There is no sheet {sheet!r}. The workbook has: {', '.join(names)}.")
    fallback: Table | None = None
    for name, rows, layout in _tables(workbook, names if sheet is None else [sheet]):
        if len(layout.columns) >= MEASURED and len(rows) - layout.start >= FIRM:
            return _table(rows, layout, {"sheet": name, "sheets": names})
        fallback = fallback or _table(rows, layout, {"sheet": name, "sheets": names})
    if fallback is None:
        raise NoData("The workbook holds no table.")
    return fallback


def _opened(file: SourceFile) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(file.path))
    except PasswordError as exc:
        raise UnreadableFile("The workbook is locked: save it without a password.") from exc
    except (CalamineError, OSError) as exc:
        raise UnreadableFile("The workbook is damaged or cut short: upload it again.") from exc


def _tables(
    workbook: CalamineWorkbook, names: Sequence[str]
) -> Iterator[tuple[str, list[Row], Layout]]:
    """The sheets in which something stands, with their rows; empty rows have no cells."""
    for name in names:
        try:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
        except (CalamineError, OSError) as exc:
            raise UnreadableFile(f"The sheet {name!r} is damaged.") from exc
        filled: list[Row] = [row if any(cell != "" for cell in row) else [] for row in rows]
        layout = find_table(filled[:LOOKED_AT])
        if layout:
            yield name, filled, layout


def _table(rows: list[Row], layout: Layout, header: dict[str, Any]) -> Table:
    above = [row for row in rows[: layout.start] if row]
    below = [row for row in rows[layout.start :] if row]
    body = data_rows(below, layout) if _holds_others(below, layout) else below
    if not body:
        raise NoData("The sheet can be read, but its table has no rows.")
    titles = titles_above(above, layout.width)
    columns = [_values(cells) for cells in zip(*body, strict=True)]
    if len(body) < len(below):
        header["left_out"] = len(below) - len(body)
    return table(zip(titles, columns, strict=True), header)


def _holds_others(rows: Sequence[Row], layout: Layout) -> bool:
    """Whether a row may be none of the table: words, or nothing, in columns of data."""
    columns = layout.columns
    words = any(isinstance(row[n], str) and row[n] for n in columns for row in rows)
    return words or any(all(row[n] == "" for n in columns) for row in rows)


def _values(cells: Sequence[Any]) -> npt.NDArray[Any]:
    """A column in the type that fits all of its cells."""
    if set(map(type, cells)) <= {int, float}:
        return np.array(cells, np.float64)
    filled = [cell for cell in cells if not is_missing(cell)]
    if all(isinstance(cell, bool) for cell in filled) and len(filled) == len(cells):
        return np.array(cells)
    if filled and not any(isinstance(cell, bool) for cell in filled):
        if all(isinstance(cell, date) for cell in filled):
            return np.array([None if is_missing(c) else c for c in cells], "datetime64[us]")
        if all(isinstance(cell, int | float | time | timedelta) for cell in filled):
            return np.array([_number(cell) for cell in cells])
    return texts(_text(cell) for cell in cells)


def _number(cell: Any) -> float:
    """A number; of a time its seconds."""
    if is_missing(cell):
        return float("nan")
    if isinstance(cell, time):
        cell = datetime.combine(date.min, cell) - datetime.min
    return cell.total_seconds() if isinstance(cell, timedelta) else float(cell)


def _text(cell: Any) -> str:
    """Text of a cell; whole numbers without decimals, as a sheet shows them."""
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else str(cell)
