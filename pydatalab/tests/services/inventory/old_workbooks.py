"""Workbooks as OpenDocument and as Excel wrote them up to 2003, made by hand for tests.

Source
    OASIS OpenDocument 1.3, part 3; Microsoft's [MS-CFB] and [MS-XLS].
"""

import struct
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | float | date | None
Rows = Sequence[Sequence[Cell]]

SECTOR = 512
END, FREE, OF_FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
CUTOFF = 4096
"""Bytes below which a stream of a compound file lies elsewhere."""


def write_ods(path: Path, rows: Rows) -> Path:
    """A spreadsheet of OpenDocument; empty cells at the end stand as one that is repeated."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    filler = '<table:table-cell table:number-columns-repeated="1000"/>'
    body = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}{filler}</table:table-row>" for row in rows
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Bottles">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="m"/>')
    return path


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, date):
        said = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        return f"<table:table-cell {said}><text:p>{cell:%d.%m.%y}</text:p></table:table-cell>"
    if isinstance(cell, str):
        text = f"<text:p>{escape(cell)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    text = f"<text:p>{str(cell).replace('.', ',')}</text:p>"
    return f'<table:table-cell office:value-type="float" office:value="{cell}">{text}</table:table-cell>'


def write_xls(path: Path, rows: Rows) -> Path:
    """A workbook in BIFF8, in a compound file; days are numbers, as Excel counts them."""
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    name = b"Bottles"
    place = len(begin) + 4 + 8 + len(name) + 4
    sheet = struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name
    globals_ = begin + _record(0x0085, sheet) + _record(0x000A, b"")
    assert len(globals_) == place
    cells = b"".join(
        _xls_cell(row, column, cell)
        for row, those in enumerate(rows)
        for column, cell in enumerate(those)
    )
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    sheet = begin + _record(0x0200, size) + cells + _record(0x000A, b"")
    path.write_bytes(_compound((globals_ + sheet).ljust(CUTOFF, b"\0")))
    return path


def _xls_cell(row: int, column: int, cell: Cell) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if cell is None:
        return b""
    if isinstance(cell, date):
        return _record(0x0203, place + struct.pack("<d", (cell - date(1899, 12, 30)).days))
    if isinstance(cell, str):
        text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
        return _record(0x0204, place + text)
    return _record(0x0203, place + struct.pack("<d", cell))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream: header, table of sectors, folder, the stream."""
    sectors = -(-len(stream) // SECTOR)
    chain = [OF_FAT, END, *range(3, 2 + sectors), END]
    assert len(chain) <= SECTOR // 4
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    folder = _entry("Root Entry", 5, END, 0, child=1) + _entry("Workbook", 2, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, CUTOFF, END, 0, END, 0
    ) + struct.pack("<109I", 0, *[FREE] * 108)  # fmt: skip
    return head + table + folder.ljust(SECTOR, b"\0") + stream.ljust(sectors * SECTOR, b"\0")


def _entry(name: str, kind: int, begin: int, size: int, child: int = FREE) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
    return (
        head + struct.pack("<III", FREE, FREE, child) + bytes(36) + struct.pack("<IQ", begin, size)
    )
