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
from itertools import islice

import pyarrow as pa
from pyarrow import csv as arrow_csv

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.tabular.columns import Table, table, values_of
from pydatalab.techniques.tabular.layout import (
    MISSING,
    Layout,
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
        read in one way only, else text. ``header["preamble"]`` has the lines above.

    Raises:
        NoData: there is no table in it.
    """
    text = file.text
    lines = list(islice((line for line in text.split("\n", LOOKED_AT * 4)), LOOKED_AT))
    sniffed = _sniffed(lines)
    start = sniffed.layout.start
    titles = _titles(lines[:start], sniffed)
    body = text.split("\n", start)[start]
    found = _parsed(body, sniffed)
    preamble = [line.strip() for line in lines[:start] if line.strip()][:-1][:MOST_PREAMBLE]
    return table(
        zip(titles, map(values_of, found.columns), strict=True),
        {"preamble": preamble} if preamble else {},
    )


def _sniffed(lines: Sequence[str]) -> Sniffed:
    """The separator that makes the longest table with most data in it."""
    best: tuple[float, Sniffed] | None = None
    for separator in SEPARATORS:
        rows = _cells(lines, separator)
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
    return [
        next(csv.reader([line], delimiter=separator), []) if line.strip() else [] for line in lines
    ]


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
    filled = [line for line in above if line.strip()]
    if not filled:
        return [""] * width
    for split in (_by(sniffed.separator), _by("\t"), _by(";"), _by(","), r"\s{2,}", r"\s+"):
        rows = [_title_cells(line, split, width) for line in filled[-3:]]
        if len(rows[-1]) == width:
            return titles_above(rows, width)
    return [""] * width


def _by(separator: str) -> str:
    return r"\s+" if separator == " " else re.escape(separator)


def _title_cells(line: str, split: str, width: int) -> list[str]:
    """A line of titles in cells, without the mark of a comment."""
    text = re.sub(r"^\s*[#%!]+\s*(?=\S)", "", line) if split.startswith(r"\s") else line.strip("\n")
    cells = re.split(split, text.strip() if split.startswith(r"\s") else text)
    if not split.startswith(r"\s"):
        cells = next(csv.reader([text], delimiter=split[-1]), [])
        cells[0] = re.sub(r"^[#%]\s*(?=\S)", "", cells[0]) if cells else ""
    if len(cells) < width <= len(cells) + 1:
        cells = [*cells, ""]
    return cells


def _parsed(body: str, sniffed: Sniffed) -> pa.Table:
    """The cells of the rows, each column in the type that fits all of it."""
    separator = sniffed.separator
    if separator == " ":
        body, separator = "\n".join("\t".join(line.split()) for line in body.split("\n")), "\t"
    if separator * (sniffed.layout.width - 1) in body:
        body = re.sub(rf'^[\s"{re.escape(separator)}]+$', "", body, flags=re.MULTILINE)
    try:
        return _arrow(body, separator, sniffed)
    except pa.ArrowInvalid:  # rows of unequal width
        return _arrow(_evened(body, separator, sniffed.layout.width), separator, sniffed)


def _arrow(body: str, separator: str, sniffed: Sniffed) -> pa.Table:
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


def _evened(body: str, separator: str, width: int) -> str:
    """The rows with as many cells each: short ones filled up, and without lines of another kind.

    Left out are comments, and what stands below the table in fewer cells.
    """
    rows = [row for row in csv.reader(body.splitlines(), delimiter=separator) if any(row)]
    rows = [row for row in rows if len(row) == width or not row[0].startswith(("#", "%", "!"))]
    while rows and len(rows[-1]) < width:
        rows.pop()
    widest = max(map(len, rows), default=0)
    if widest > width and any(any(row[width:]) for row in rows):
        raise UnreadableFile(
            f"Most rows have {width} columns, but one has {widest}: set its text in quotation marks."
        )
    lines = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    return "\n".join(separator.join(_quoted(cell, separator) for cell in row) for row in lines)


def _quoted(cell: str, separator: str) -> str:
    if separator in cell or '"' in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell
