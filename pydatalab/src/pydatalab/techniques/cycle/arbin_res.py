"""Arbin's result files, ``.res``: a database of Microsoft Access.

Layout
    Pages of 4096 bytes (Jet 4). The table ``Channel_Normal_Table`` has a row per point, whose
    columns are all of fixed width: a row is a count of fields (u16), the fields at the offsets that
    the table's definition names, and a bitmap of the fields that are not null. A page of data starts with
    ``01 01``; at byte 12 the number of its rows (u16), then the offset of each row (u16), whose highest
    bit marks a deleted row and the next one a row that was moved to another page.
    ``Global_Table`` says what the test was.
Source
    access-parser, https://github.com/claroty/access_parser (Apache-2.0), which finds the tables
    and their definitions; the rows are taken apart here, all at once, as it reads them one by one.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from access_parser import AccessParser
from access_parser.access_parser import AccessTable, ConstructError

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.cycle.arbin import TITLES
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.titles import ascii_name

POINTS = "Channel_Normal_Table"
TEST = "Global_Table"
DTYPES = {2: "u1", 3: "<i2", 4: "<i4", 6: "<f4", 7: "<f8", 8: "<f8"}
"""Access's number of a type, as numpy reads it; 8 is a date in days."""
JET_3 = 3
MOVED, DELETED, OFFSET = 0x4000, 0x8000, 0x1FFF
SAID = {
    "Test_Name": "test_name", "Creator": "creator", "Comments": "comments", "MASS": "mass",
    "Schedule_File_Name": "schedule", "Channel_Index": "channel", "Software_Version": "software",
}  # fmt: skip
logging.getLogger("access_parser").setLevel(logging.CRITICAL + 1)  # what it says of damage, we say
UNREADABLE = (
    ConstructError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, OSError,
)  # fmt: skip
"""What access-parser raises for bytes that it does not expect."""


def read_arbin_res(file: SourceFile) -> Measurement:
    """Read all points of an Arbin database, in the order of their numbers.

    Returns:
        All columns of ``Channel_Normal_Table``: ``test_time`` [s], ``current`` [A], ``voltage`` [V],
        ``charge_capacity`` [Ah], ``cycle_index``, ``step_index`` and so on; ``datetime`` in days
        since 1899-12-30.

    Raises:
        UnreadableFile: it is no such database, or is damaged.
        NoData: the table holds no points.
    """
    try:
        database = AccessParser(str(file.path))
        if POINTS not in database.catalog:
            raise UnreadableFile(
                f"The database has no table {POINTS}: it is not a result of Arbin's."
            )
        columns = _columns(database.get_table(POINTS))
        header = _header(database)
    except UNREADABLE as exc:
        raise UnreadableFile(
            "The Access database is damaged or stops early: copy it again from the cycler's computer."
        ) from exc
    return Measurement(_in_order(columns), header=header)


def _columns(table: AccessTable) -> list[tuple[str, npt.NDArray[Any]]]:
    """Name and values of each column of numbers, in the order of the rows on the pages."""
    pages = table.table.linked_pages
    fields = [field for field in table.columns.values() if field.type in DTYPES]
    rows = _Rows.of(pages, (table.table_header.column_count + 7) // 8)
    count = table.table_header.number_of_rows
    if not count:
        raise NoData("The database was made for a test, but holds no points.")
    if len(rows.starts) < count and not rows.moved:
        raise UnreadableFile(
            f"The database stops early: it has {len(rows.starts)} of {count} points. Copy it again "
            "from the cycler's computer."
        )
    if table.version == JET_3 or rows.moved:
        parsed = table.parse()
        return [(field.col_name_str, np.array(parsed[field.col_name_str])) for field in fields]
    return [(field.col_name_str, rows.values(field)) for field in fields]


@dataclass(frozen=True)
class _Rows:
    """Where the rows of a table begin and end in its pages, laid end to end."""

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    mask_length: int
    moved: bool
    """Whether a row lies on a page of another kind."""

    @classmethod
    def of(cls, pages: Sequence[bytes], mask_length: int) -> Self:
        starts, ends, moved, base = [], [], False, 0
        for page in pages:
            offsets = np.frombuffer(page, "<u2", int.from_bytes(page[12:14], "little"), 14)
            places = (offsets & OFFSET).astype(np.int64)
            after = np.concatenate([[len(page)], places[:-1]])
            there = (offsets & (DELETED | MOVED)) == 0
            moved |= bool(np.any((offsets & (DELETED | MOVED)) == MOVED))
            starts.append(base + places[there])
            ends.append(base + after[there])
            base += len(page)
        data = np.frombuffer(b"".join(pages), np.uint8)
        none = np.empty(0, np.int64)
        return cls(
            data, np.concatenate([none, *starts]), np.concatenate([none, *ends]), mask_length, moved
        )

    def values(self, field: Any) -> npt.NDArray[Any]:
        """One column; NaN where the database says null."""
        dtype = np.dtype(DTYPES[field.type])
        first = self.starts + 2 + field.fixed_offset
        where = first[:, None] + np.arange(dtype.itemsize)
        values = self.data[where].view(dtype)[:, 0]
        mask = self.data[self.ends - self.mask_length + field.column_id // 8]
        null = (mask >> np.uint8(field.column_id % 8)) & 1 == 0
        return np.where(null, np.nan, values) if np.any(null) else values


def _in_order(columns: list[tuple[str, npt.NDArray[Any]]]) -> tuple[Column, ...]:
    """Columns with names and units, sorted by test and number of the point."""
    by_name = dict(columns)
    keys = [by_name[name] for name in ("Data_Point", "Test_ID") if name in by_name]
    order = np.lexsort(keys) if keys else slice(None)
    return tuple(
        Column(*TITLES.get(name, (ascii_name(name), "")), values[order], name.replace("_", " "))
        for name, values in columns
    )


def _header(database: AccessParser) -> dict[str, Any]:
    """What the first test of the database says of itself."""
    if TEST not in database.catalog:
        return {}
    said = database.parse_table(TEST)
    first = {name: said[title][0] for title, name in SAID.items() if said.get(title)}
    return {
        name: value
        for name, value in first.items()
        if isinstance(value, str | int | float) and value
    }
