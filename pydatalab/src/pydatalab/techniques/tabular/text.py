"""Tables of text: ``.csv``, ``.tsv``, ``.txt``, ``.dat``.

Layout
    Lines of cells set off by tabs, semicolons, commas, bars or blanks, perhaps in quotation marks;
    lines before them as ``layout`` knows them. Decimals have a point or a comma.
Source
    RFC 4180 for commas; else none: what instruments were seen to write.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import mode
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import NUMBER
from pydatalab.techniques.tabular.columns import Table, table, values_of
from pydatalab.techniques.tabular.layout import (
    MISSING,
    Layout,
    data_rows,
    find_table,
    is_datum,
    is_missing,
    titles_above,
)

SEPARATORS = ("\t", ";", "|", ",", " ")
"""A blank stands for any number of blanks and tabs."""

LOOKED_AT = 1500
"""Lines that tell how a file is laid out."""

DATES = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
)
"""Dates besides ISO 8601 that can be read in one way only."""

THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
GROUP = {".": ",", ",": "."}
"""What may set off thousands beside a decimal mark."""

GROUPS = "'’\u00a0\u202f"
"""What else may."""

WRITTEN = {
    decimal: re.compile(
        rf"\s*[-+−]?(?:\d{{1,3}}(?:[{group}{GROUPS}]\d{{3}})+|\d+|(?=[{decimal}]\d))"
        rf"(?:[{decimal}]\d*)?(?:[eEdD][-+−]?\d+)?\s*"
    )
    for decimal, group in GROUP.items()
}
"""Numbers by decimal mark, as people and Fortran write them: ``−2.5``, ``1,234.5``, ``1.0D-3``."""

PLAIN = {
    decimal: str.maketrans(
        {"−": "-", "d": "e", "D": "e", group: "", decimal: ".", **dict.fromkeys(GROUPS, "")}
    )
    for decimal, group in GROUP.items()
}
"""What to change in them."""

TOO_LONG = (
    f"A cell of the table has more than {csv.field_size_limit():,} characters: the file is damaged, "
    "a quotation mark is not closed, or it is no table."
)

MOST_PREAMBLE = 200
"""Lines above the table that are kept."""


@dataclass(frozen=True)
class Sniffed:
    """How a text is laid out."""

    separator: str
    decimal: str
    layout: Layout
    rows: Sequence[Sequence[str]]
    """The first lines in cells."""


def read_text(file: SourceFile, sheet: str | None = None) -> Table:
    """Read all columns of a text, which has no sheets.

    Returns:
        The columns as the file names them: numbers where all of one are, dates where they can be
        read in one way only, else text. ``header["preamble"]`` has the lines above,
        ``header["left_out"]`` counts lines that are no rows of the table, ``header["decimal"]`` is
        the decimal mark.

    Raises:
        NoData: there is no table in it.
        UnreadableFile: a cell is longer than ``csv`` takes, or a row wider than the others.
    """
    text = file.text
    lines = text.split("\n", LOOKED_AT)[:LOOKED_AT]
    sniffed = _sniffed(lines)
    start = sniffed.layout.start
    found, left_out = _parsed("".join(text.split("\n", start)[start:]), sniffed)
    titles = _titles(lines[:start], sniffed)
    preamble = [line.strip() for line in lines[:start] if line.strip()][:MOST_PREAMBLE]
    header = {"preamble": preamble, "left_out": left_out, "decimal": sniffed.decimal}
    return table(
        zip(titles, (_values(one, sniffed.decimal) for one in found.columns), strict=True),
        {name: value for name, value in header.items() if value},
    )


def _values(column: pa.ChunkedArray, decimal: str) -> npt.NDArray[Any]:
    """The values of a column; numbers too where all are, though written in unusual ways."""
    if not pa.types.is_string(column.type):
        return values_of(column)
    cells = [cell or "" for cell in column.to_pylist()]
    filled = [cell for cell in cells if cell.strip()]
    if not filled or not all(WRITTEN[decimal].fullmatch(cell) for cell in filled):
        return values_of(column)
    group = GROUP[decimal]
    if any(group in cell for cell in filled) and not any(
        cell.count(group) > 1 or decimal in cell for cell in filled
    ):  # 1,234 may be either
        return values_of(column)
    plain = (cell.translate(PLAIN[decimal]).strip() for cell in cells)
    return np.array([float(cell) if cell else np.nan for cell in plain])


def _sniffed(lines: Sequence[str]) -> Sniffed:
    """The separator that makes the longest table with most data in it."""
    best: tuple[float, Sniffed] | None = None
    for separator in SEPARATORS:
        rows = _evened(_cells(lines, separator))
        layout = find_table(rows)
        if layout is None:
            continue
        body = [row for row in rows[layout.start :] if len(row) == layout.width]
        cells = [cell for row in body for cell in row if not is_missing(cell)]
        share = sum(map(is_datum, cells)) / max(len(cells), 1)
        score = len(body) * (1 + share) * (1 + (layout.width > 1))
        if best is None or score > best[0] * 1.001:
            best = (score, Sniffed(separator, _decimal(cells, separator), layout, rows))
    if best is None:
        raise NoData("The file holds no table.")
    return best[1]


def _cells(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Lines in cells; of an empty line none."""
    if separator == " ":
        return [line.split() for line in lines]
    return [_split(line, separator) if line.strip() else [] for line in lines]


def _evened(rows: list[list[str]]) -> list[list[str]]:
    """Rows as wide as most, where so many leave their last cells away that few of one width follow."""
    widths = [len(row) for row in rows if len(row) > 1]
    usual = mode(widths) if widths else 0
    runs = (len(list(run)) for width, run in groupby(map(len, rows)) if width > 1)
    if 2 * max(runs, default=0) >= len(widths):
        return rows
    return [row + [""] * (usual - len(row)) if len(row) > 1 else row for row in rows]


def _split(line: str, separator: str) -> list[str]:
    """A line in cells, as a spreadsheet sets them off.

    Raises:
        UnreadableFile: a cell is longer than any cell of a table.
    """
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error as exc:
        raise UnreadableFile(TOO_LONG) from exc


def _decimal(cells: Sequence[str], separator: str) -> str:
    """The decimal mark of numbers; a comma only where it cannot set off thousands."""
    commas = [cell for cell in cells if "," in cell and is_datum(cell)]
    points = sum("." in cell and is_datum(cell) and "," not in cell for cell in cells)
    if separator == "," and all(THOUSANDS.fullmatch(cell.strip()) for cell in commas):
        return "."
    return "," if len(commas) > points else "."


def _titles(above: Sequence[str], sniffed: Sniffed) -> list[str]:
    """Titles of the columns from the lines above, which may be set off in another way."""
    width = sniffed.layout.width
    lines = [re.sub(r"^\s*[#%!]+\s*(?=\S)", "", line) for line in above if line.strip()][-4:]
    for split in (sniffed.separator, "\t", ";", ",", r"\s{2,}", r"\s+"):
        rows = [_title_cells(line, split, width) for line in lines]
        if sniffed.separator in (split, " "):
            rows = _without_remark(rows, width)
        if split == sniffed.separator != " " and rows and all(rows[-1][:width]):
            rows = [row[:width] for row in rows]  # the rows of data may leave their last cells away
        if rows and len(rows[-1]) == width:
            return titles_above(rows, width)
    return [""] * width


def _without_remark(rows: Sequence[list[str]], width: int) -> list[list[str]]:
    """The rows less those, between titles and data, of a remark or of units for some columns."""
    end = len(rows)
    while end > 1 and len(rows[end - 1]) < width:
        if len(rows[end - 1]) > 1 and len(rows[end - 2]) != width:
            break
        end -= 1
    return list(rows[:end])


def _title_cells(line: str, split: str, width: int) -> list[str]:
    """A line in cells, for a row of titles; what is no title is one cell."""
    if re.fullmatch(r"\s*\[[^\[\]]*\]\s*", line):
        return [line]
    if split.startswith(r"\s") or split == " ":
        return [line] if "=" in line else re.split(split.replace(" ", r"\s+"), line.strip())
    cells = _split(line, split)
    if len(cells) == width + 1 and not cells[-1].strip():
        return cells[:-1]
    return [*cells, ""] if 1 < len(cells) == width - 1 else cells


def _parsed(body: str, sniffed: Sniffed) -> tuple[pa.Table, int]:
    """The cells of the rows, each column in the type that fits all of it; and lines left out."""
    separator, layout = sniffed.separator, sniffed.layout
    if separator == " ":
        body, separator = "\n".join("\t".join(line.split()) for line in body.split("\n")), "\t"
    elif separator * (layout.width - 1) in body:  # there may be rows of empty cells
        body = re.sub(rf'^[\s"{re.escape(separator)}]+$', "", body, flags=re.MULTILINE)
    try:
        found = _arrow(body, separator, sniffed)
        if not any(pa.types.is_string(found.column(n).type) for n in _numbers(sniffed)):
            return found, 0
    except pa.ArrowInvalid:  # rows of unequal width
        pass
    body, left_out = _mended(body, separator, layout)
    return _arrow(body, separator, sniffed), left_out


def _numbers(sniffed: Sniffed) -> list[int]:
    """Columns that start with a number."""
    layout = sniffed.layout
    rows = [row for row in sniffed.rows[layout.start :] if len(row) == layout.width]
    firsts = ((n, next((r[n] for r in rows if not is_missing(r[n])), "")) for n in layout.columns)
    return [n for n, cell in firsts if re.fullmatch(NUMBER, cell.strip())]


def _arrow(body: str, separator: str, sniffed: Sniffed) -> pa.Table:
    if not body.strip():
        raise NoData("The file can be read, but its table has no rows.")
    raw = body.encode()
    names = [str(number) for number in range(sniffed.layout.width)]
    return arrow_csv.read_csv(
        pa.BufferReader(raw),
        # In one block, as a column's type is settled by the first one.
        arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(raw) + 1),
        arrow_csv.ParseOptions(delimiter=separator, newlines_in_values='"' in body),
        arrow_csv.ConvertOptions(
            decimal_point=sniffed.decimal,
            null_values=list(MISSING),
            strings_can_be_null=False,
            timestamp_parsers=[arrow_csv.ISO8601, *DATES],
        ),
    )


def _mended(body: str, separator: str, layout: Layout) -> tuple[str, int]:
    """The rows of the table alone, equally wide and without blanks about the cells.

    Returns:
        Their text, and how many lines were left out.

    Raises:
        UnreadableFile: a row has more cells than the others, or one longer than any table's.
    """
    try:
        rows = [row for row in csv.reader(body.splitlines(), delimiter=separator) if any(row)]
    except csv.Error as exc:
        raise UnreadableFile(TOO_LONG) from exc
    kept = data_rows([[cell.strip() for cell in row] for row in rows], layout)
    widest = max(map(len, kept), default=0)
    if widest > layout.width and any(any(row[layout.width :]) for row in kept):
        raise UnreadableFile(
            f"Most rows have {layout.width} columns, but one has {widest}: set its text in quotation marks."
        )
    even = [[*row[: layout.width], *[""] * (layout.width - len(row))] for row in kept]
    lines = (separator.join(_quoted(cell, separator) for cell in row) for row in even)
    return "\n".join(lines), len(rows) - len(kept)


def _quoted(cell: str, separator: str) -> str:
    if separator in cell or '"' in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
