"""Sheets of workbooks: ``.xlsx``, ``.xlsm``, ``.xlsb``, ``.xls``, ``.ods``.

Layout
    Rows of cells with a number, a date, a text or nothing in each; a table among them as ``layout``
    knows it.
Source
    ECMA-376, [MS-XLS], OASIS OpenDocument 1.3, read by ``python-calamine``.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.tabular.columns import Table, table, texts
from pydatalab.techniques.tabular.layout import find_table, is_missing, titles_above

Row = Sequence[Any]


def read_sheets(file: SourceFile, sheet: str | None = None) -> Table:
    """Read all columns of one sheet: the one named, else the first that holds a table.

    Returns:
        The columns as the sheet names them; times of day and durations are seconds.
        ``header["sheets"]`` names all sheets, ``header["sheet"]`` this one.

    Raises:
        NoData: there is nothing in it.
        UnreadableFile: it is damaged or locked, or has no sheet of that name.
    """
    workbook = _opened(file)
    names = workbook.sheet_names
    if sheet is not None and sheet not in names:
        raise UnreadableFile(f"There is no sheet {sheet!r}. The workbook has: {', '.join(names)}.")
    for name in names if sheet is None else [sheet]:
        rows = _rows(workbook, name)
        layout = find_table(rows)
        if layout:
            titles = titles_above(rows[: layout.start], layout.width)
            body = [row for row in rows[layout.start :] if any(cell != "" for cell in row)]
            columns = [_values(cells) for cells in zip(*body, strict=True)]
            return table(zip(titles, columns, strict=True), {"sheet": name, "sheets": names})
    raise NoData("The workbook holds no table.")


def _opened(file: SourceFile) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(file.path))
    except PasswordError as exc:
        raise UnreadableFile("The workbook is locked: save it without a password.") from exc
    except (CalamineError, OSError) as exc:
        raise UnreadableFile("The workbook is damaged or cut short: upload it again.") from exc


def _rows(workbook: CalamineWorkbook, name: str) -> list[Row]:
    """The rows of a sheet, equally wide; none for a sheet of charts."""
    try:
        sheet: CalamineSheet = workbook.get_sheet_by_name(name)
        rows: list[Row] = sheet.to_python(skip_empty_area=True)
    except (CalamineError, OSError) as exc:
        raise UnreadableFile(f"The sheet {name!r} is damaged.") from exc
    return rows


def _values(cells: Sequence[Any]) -> npt.NDArray[Any]:
    """A column in the type that fits all of its cells."""
    filled = [cell for cell in cells if not is_missing(cell)]
    if all(isinstance(cell, bool) for cell in filled) and len(filled) == len(cells):
        return np.array(cells)
    if not any(isinstance(cell, bool) for cell in filled):
        if filled and all(isinstance(cell, date) for cell in filled):
            return np.array([None if is_missing(c) else c for c in cells], "datetime64[us]")
        if filled and all(isinstance(cell, int | float | time | timedelta) for cell in filled):
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
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
