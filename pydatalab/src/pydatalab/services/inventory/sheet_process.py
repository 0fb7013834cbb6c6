"""Reads one table of a workbook or text file in a process of its own, within limits.

Run as ``python -I sheet_process.py FILE SHEET MOST_ROWS MOST_CELLS MOST_MEMORY``; an empty ``SHEET``
is the first that holds a table. Written to the standard output, a line each, as JSON: what the file
is (``{"sheets": […], "sheet": …}``), then each row as ``[number, [cells…]]``, empty rows left out,
then ``{"end": true}``. A cell is a text, a number, nothing, or ``{"date": "2025-03-01"}``. What
cannot be read is ``{"error": "…"}``.

A hostile file may make a reader take all memory, or crash: that ends this process alone.
"""

import codecs
import csv
import re
import resource
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

SECONDS = 300
"""Of the processor, after which the process is ended."""

MOST_UNPACKED = 1_000_000_000
"""Bytes that a workbook may unpack to."""

MOST_PACKED = 120
"""How often smaller than what it unpacks to a large workbook may be."""

LARGE = 100_000_000
"""Bytes unpacked, up to which nobody asks how well they were packed."""

OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK"
DELIMITERS = ",;\t|"

UNWORKED = "#FORMULA!"
"""Stands for a formula that the program which wrote the workbook did not work out."""

BARE_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="\d+")?>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
"""A cell of a formula without a value; one that was worked out to nothing says that it is a text."""

LOOKED_AT = 64 * 1024

GULP = 1024 * 1024
"""Bytes of a sheet that are looked through at once."""

out = sys.stdout.buffer


class Refused(Exception):
    """Why a file is not read."""


def main() -> None:
    """Write what the file holds, or why it cannot be read."""
    path, sheet = Path(sys.argv[1]), sys.argv[2]
    most_rows, most_cells, memory = map(int, sys.argv[3:6])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for line in _lines(path, sheet, most_rows, most_cells):
            out.write(orjson.dumps(line, _as_cell, orjson.OPT_PASSTHROUGH_DATETIME) + b"\n")
    except Refused as refused:
        out.write(orjson.dumps({"error": str(refused)}) + b"\n")
    except MemoryError:
        out.write(orjson.dumps({"error": "It takes more memory than it may."}) + b"\n")


def _lines(path: Path, sheet: str, most_rows: int, most_cells: int) -> Iterator[Any]:
    try:
        raw = path.read_bytes()
    except OSError as exc:
        raise Refused(f"The file cannot be opened: {exc.strerror}.") from exc
    if not raw.strip():
        raise Refused("The file is empty.")
    named, rows = _workbook(raw, sheet) if raw[:2] == ZIP or raw[:4] == OLE else _text(raw, sheet)
    yield named
    n_rows = n_cells = 0
    for number, cells in rows:
        filled = [None if _is_blank(cell) else cell for cell in cells]
        while filled and filled[-1] is None:
            filled.pop()
        if not filled:
            continue
        n_rows, n_cells = n_rows + 1, n_cells + len(filled)
        if n_rows > most_rows or n_cells > most_cells:
            raise Refused(
                f"It holds more than {most_rows:,} rows or {most_cells:,} cells. Import it in parts."
            )
        yield [number, filled]
    yield {"end": True}


def _is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _as_cell(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, datetime | date):
        return {"date": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    raise TypeError(type(value).__name__)


def _workbook(raw: bytes, sheet: str) -> tuple[Any, Iterator[tuple[int, list[Any]]]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if raw[:2] == ZIP:
        _check_unpacked(raw)
    elif "EncryptedPackage".encode("utf-16-le") in raw:
        raise Refused("The workbook is locked: save it without a password.")
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(raw))
        names = workbook.sheet_names
        if sheet and sheet not in names:
            raise Refused(f"There is no sheet {sheet!r}. The workbook has: {', '.join(names)}.")
        tables = (name for rows in (2, 1) for name in names if _holds(workbook, name, rows))
        chosen = sheet or next(tables, "")
        if not chosen:
            raise Refused("The workbook holds no table.")
        unworked = _unworked(raw, chosen) if raw[:2] == ZIP else {}
        rows = _cells(workbook.get_sheet_by_name(chosen), unworked)
        return {"sheets": names, "sheet": chosen}, rows
    except PasswordError as exc:
        raise Refused("The workbook is locked: save it without a password.") from exc
    except (CalamineError, OSError, ValueError) as exc:
        raise Refused(
            "It is no workbook that can be read, or it is damaged or cut short. Export it again."
        ) from exc


def _check_unpacked(raw: bytes) -> None:
    """Refuse what unpacks to far more than an inventory needs."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as exc:
        raise Refused("The workbook is damaged or cut short. Export it again.") from exc
    if size > MOST_UNPACKED or (size > LARGE and size > MOST_PACKED * len(raw)):
        raise Refused(f"It unpacks to {size / 1e6:,.0f} MB: no inventory is that large.")


def _holds(workbook: Any, name: str, n_rows: int) -> bool:
    """Whether so many of a sheet's first rows have two cells with something in them."""
    rows = islice(_cells(workbook.get_sheet_by_name(name)), 200)
    return sum(sum(not _is_blank(cell) for cell in cells) > 1 for _, cells in rows) >= n_rows


def _cells(
    sheet: Any, unworked: Mapping[int, Sequence[int]] | None = None
) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet by their numbers, as the sheet counts them.

    Cells of several rows that were made one say the same in each row that says anything.

    Args:
        sheet: as the library has it.
        unworked: by rows the columns, from 0, of formulas without a value.
    """
    left = sheet.start[1] if sheet.start else 0
    merged = _merged_downwards(sheet)
    standing: dict[int, tuple[int, Any]] = {}
    for number, cells in enumerate(sheet.iter_rows(), 1):
        for column in (unworked or {}).get(number, ()):
            if 0 <= column - left < len(cells):
                cells[column - left] = UNWORKED
        if any(not _is_blank(cell) for cell in cells):
            for column, (last, value) in standing.items():
                cells[column] = value if number <= last else cells[column]
        for column, last in merged.get(number, ()):
            if 0 <= column - left < len(cells):
                standing[column - left] = (last, cells[column - left])
        yield number, cells


def _merged_downwards(sheet: Any) -> Mapping[int, list[tuple[int, int]]]:
    """Where cells of one column were made one: by their first row, the column and the last row."""
    merged: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for (first, column), (last, last_column) in sheet.merged_cell_ranges or ():
        if column == last_column:
            merged[first + 1].append((column, last + 1))
    return merged


def _unworked(raw: bytes, sheet: str) -> Mapping[int, list[int]]:
    """Of each row of an ``.xlsx`` the columns, from 0, in which a formula has no value."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    with suppress(KeyError, SyntaxError, ValueError), zipfile.ZipFile(BytesIO(raw)) as packed:
        for rows in _rows_of(packed, _part_of(packed, sheet)):
            for letters, number in BARE_FORMULA.findall(rows):
                column = 0
                for letter in letters:
                    column = column * 26 + letter - ord("A") + 1
                found[int(number)].append(column - 1)
    return found


def _rows_of(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The file of a sheet, some whole rows at a time: a large one is a hundred megabytes."""
    rest = b""
    with packed.open(part) as stream:
        while chunk := stream.read(GULP):
            rows, end, rest = (rest + chunk).rpartition(b"</row>")
            yield rows + end
    yield rest


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str:
    """The file of a sheet within an ``.xlsx``.

    Raises:
        KeyError, SyntaxError, ValueError: it is another kind of workbook.
    """
    from defusedxml.ElementTree import fromstring

    links = {
        one.get("Id"): one.get("Target")
        for one in fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    }
    for one in fromstring(packed.read("xl/workbook.xml")).iter():
        if one.tag.endswith("}sheet") and one.get("name") == sheet:
            (link,) = (value for name, value in one.items() if name.endswith("}id"))
            target = str(links[link])
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _text(raw: bytes, sheet: str) -> tuple[Any, Iterator[tuple[int, list[Any]]]]:
    if sheet:
        raise Refused("A text file has no sheets.")
    text = _decoded(raw)
    if text.lstrip()[:1] == "<" or "\0" in text:
        raise Refused("It is neither a workbook (.xlsx, .xls, .ods) nor a table as text (.csv).")
    csv.field_size_limit(10_000_000)
    return {"sheets": [], "sheet": None}, _split(text)


def _decoded(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # without a mark at the beginning
        if raw[place : place + 1] == b"\0":
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _split(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text by the lines that they begin in."""
    declared = text[:6].lower().startswith("sep=") and text[4:5]
    reader = csv.reader(StringIO(text, newline=""), delimiter=declared or _delimiter(text))
    line = 1
    try:
        for cells in reader:
            if not (declared and line == 1):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as exc:
        raise Refused(f"It is no table as text: line {line} cannot be read.") from exc


def _delimiter(text: str) -> str:
    """What cuts the first lines into the same number of cells, and into the most."""
    lines = [line for line in text[:LOOKED_AT].splitlines()[:50] if line.strip()]

    def worth(delimiter: str) -> tuple[int, int]:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
        usual = max(set(counts), key=counts.count, default=1)
        return (counts.count(usual) * (usual > 1), usual)

    return max(DELIMITERS, key=worth)


if __name__ == "__main__":
    main()
