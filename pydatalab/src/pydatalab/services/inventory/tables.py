"""Tables of inventories: ``.xlsx``, ``.xls``, ``.ods`` and ``.csv``, told by their content.

They are read by a process of their own (``sheet_process``), a row at a time, so that neither a large
nor a hostile file takes the lab's memory.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from pydatalab.errors import UnreadableFile

Cell = str | float | int | bool | datetime | None

MOST_ROWS = 500_000
MOST_CELLS = 20_000_000
MOST_MEMORY = 2_000_000_000
"""What a table may have, and its reading may take in bytes."""

PROGRAM = Path(__file__).with_name("sheet_process.py")


@dataclass(frozen=True)
class Row:
    """One row in which something stands."""

    number: int
    """As the sheet counts it, from 1; of a text, the line."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """An open table."""

    names: tuple[str, ...]
    """All sheets of the workbook; none of a text."""

    name: str | None
    """This one."""

    rows: Iterator[Row]


@contextmanager
def open_sheet(path: Path, sheet: str | None = None) -> Iterator[Sheet]:
    """The rows of a sheet, the first that holds a table unless one is named, until the block ends.

    Raises:
        UnreadableFile: it is no table, or damaged, locked, too large; or there is no such sheet.
    """
    limits = map(str, (MOST_ROWS, MOST_CELLS, MOST_MEMORY))
    process = subprocess.Popen(  # noqa: S603 (our own program; the file is data to it)
        [sys.executable, "-I", PROGRAM, path, sheet or "", *limits],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        lines = _lines(process)
        first = next(lines)
        yield Sheet(tuple(first["sheets"]), first["sheet"], _rows(lines))
    finally:
        process.kill()
        process.communicate()


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[Any]:
    """What the process says, up to its end.

    Raises:
        UnreadableFile: it refused the file, or died over it.
    """
    assert process.stdout
    for line in process.stdout:
        said = orjson.loads(line)
        if isinstance(said, dict) and "error" in said:
            raise UnreadableFile(said["error"])
        if isinstance(said, dict) and "end" in said:
            return
        yield said
    raise UnreadableFile(
        "Reading it takes more memory or time than it may, or it is damaged. Export it again."
    )


def _rows(lines: Iterator[Any]) -> Iterator[Row]:
    for number, cells in lines:
        yield Row(number, tuple(map(_cell, cells)))


def _cell(said: Any) -> Cell:
    if isinstance(said, dict):
        return datetime.fromisoformat(said["date"])
    cell: Cell = said
    return cell
