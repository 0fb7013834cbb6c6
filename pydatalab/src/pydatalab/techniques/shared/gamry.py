"""Gamry's data files, ``.dta``.

Layout
    Lines of cells separated by tabs. ``EXPLAIN``, then one setting a line: key, kind (``LABEL``,
    ``QUANT``, ``IQUANT``, ``POTEN``, ``TOGGLE``, ``SELECTOR``, ``PSTAT``, ``NOTES``,
    ``TWOPARAM``), value, what people see. ``CURVE<tab>TABLE`` opens a table (``CURVE1``,
    ``OCVCURVE``, ``ZCURVE`` …), perhaps with a number of points that is not to be relied on: a
    line of titles, one of units, then the points; each of these lines starts with a tab, and the
    first that does not ends the table. Notes are lines that start with a tab as well. Decimal
    marks are points or commas, as the computer was set.
Source
    Gamry Framework Help, "Data File Overview" and "EIS Data File Overview"; files named in
    ``tests/data/gamry/PROVENANCE.md``.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile

_TABLE = re.compile(r"(\w+)\tTABLE\b")
_NAMES = {
    "Pt": "point", "T": "time", "Time": "time", "Freq": "frequency", "Zreal": "z_real",
    "Zimag": "z_imag", "Zmod": "z_abs", "Zphz": "z_phase", "IERange": "ie_range",
}  # fmt: skip
_UNITS = {
    "#": "",
    "bits": "",
    "°": "deg",
    "Â°": "deg",
    "ï¿½": "deg",
    "\ufffd": "deg",
    "deg C": "°C",
}
_NUMBERS = ("QUANT", "IQUANT", "POTEN", "SELECTOR")
_KEYS = {"area": "electrode_area", "tag": "technique", "pstat": "instrument"}


@dataclass(frozen=True)
class Table:
    """One table of the file."""

    tag: str
    """``CURVE1``."""
    titles: list[str]
    units: list[str]
    rows: list[list[str]]
    """Cells as text, each row as long as the titles."""
    cut: bool
    """Whether its last row stopped half-way and was left out."""


def read_gamry(file: SourceFile, table: str = "CURVE") -> Measurement:
    """Read all tables of one kind.

    Args:
        file: the ``.dta``.
        table: tag of the tables without number: ``CURVE`` reads ``CURVE``, ``CURVE1`` …

    Returns:
        The columns of the tables in the file's order and units, named after Gamry's titles in
        lower case (``vf`` [V vs. Ref.], ``im`` [A]), but for ``point``, ``time`` [s],
        ``frequency`` [Hz], ``z_real``, ``z_imag``, ``z_abs`` [ohm], ``z_phase`` [deg]; where there
        are several tables, one after another, with the number of each in ``curve``. ``z_imag``
        has Gamry's sign: negative where the cell is capacitive.

    Raises:
        NoData: there is no such table, or none has a point.
        UnreadableFile: it is no data file of Gamry's.
    """
    lines = file.text.split("\n")
    if lines[0].strip() != "EXPLAIN":
        raise UnreadableFile("Expected a data file of Gamry's, which starts with EXPLAIN.")
    header, tables = _header(lines), _tables(lines)
    wanted = [one for one in tables if re.fullmatch(rf"{table}\d*", one.tag) and one.rows]
    if not wanted:
        held = ", ".join(f"{one.tag} ({len(one.rows)} points)" for one in tables) or "none"
        raise NoData(f"The file has no points in a table {table}. Its tables: {held}.")
    if len({tuple(one.titles) for one in wanted}) > 1:
        raise UnreadableFile(f"The tables {table} of the file have different columns.")
    if any(one.cut for one in wanted):
        header["warnings"] = ["The last row of a table stops half-way and was left out."]
    return Measurement(tuple(_columns(wanted)), header=header)


def _tables(lines: list[str]) -> list[Table]:
    starts = [n for n, line in enumerate(lines) if _TABLE.match(line)]
    return [table for start in starts if (table := _table(lines, start))]


def _table(lines: list[str], start: int) -> Table | None:
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0].isspace()):
        end += 1
    inside = [_cells(line) for line in lines[start + 1 : end] if line.strip()]
    match = _TABLE.match(lines[start])
    if len(inside) < 2 or match is None:
        return None
    titles, units, rows = inside[0], inside[1], inside[2:]
    width = len(titles)
    full = [row if len(row) >= width else " ".join(row).split() for row in rows]
    cut = end == len(lines) and bool(lines[-1].strip()) and _stops_half_way(full, width)
    full = full[:-1] if cut else full
    padded = [(row + [""] * width)[:width] for row in full]
    return Table(match[1], titles, (units + [""] * width)[:width], padded, cut)


def _stops_half_way(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a last row without line end lacks cells, or a part of the last one."""
    if not rows or len(rows[-1]) < width:
        return bool(rows)
    return len(rows) > 1 and len(rows[-1][-1]) < len(rows[-2][-1])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.removeprefix("\t").rstrip("\t ").split("\t")]


def _columns(tables: Sequence[Table]) -> list[Column]:
    first = tables[0]
    cells = [row for table in tables for row in table.rows]
    columns = [
        Column(name, _UNITS.get(unit, unit), _values(values), title)
        for name, title, unit, values in zip(
            _unique(first.titles), first.titles, first.units, zip(*cells, strict=True), strict=True
        )
    ]
    if len(tables) == 1:
        return columns
    numbers = [number for number, table in enumerate(tables, 1) for _ in table.rows]
    return [Column("curve", "", np.array(numbers), "Curve"), *columns]


def _unique(titles: Sequence[str]) -> list[str]:
    names: list[str] = []
    for title in titles:
        plain = re.sub(r"\W+", "_", title.lower(), flags=re.ASCII).strip("_") or "column"
        name = base = _NAMES.get(title, plain)
        number = 1
        while name in names:
            number += 1
            name = f"{base}_{number}"
        names.append(name)
    return names


def _values(cells: Sequence[str]) -> npt.NDArray[Any]:
    """Numbers where most cells are that, with NaN for the others, else the text."""
    try:
        numbers = np.array([cell.replace(",", ".") for cell in cells], dtype=np.float64)
    except ValueError:
        found = [_number(cell) for cell in cells]
        if sum(number is not None for number in found) * 2 < len(cells):
            return np.array(cells)
        return np.array([math.nan if number is None else number for number in found])
    whole = all(cell.isdigit() for cell in cells)
    return numbers.astype(np.int64) if whole else numbers


def _header(lines: Sequence[str]) -> dict[str, Any]:
    """The settings by key in lower case; numbers, truth and text by their kind."""
    header: dict[str, Any] = {}
    for n, line in enumerate(lines):
        cells = line.rstrip().split("\t")
        key = _KEYS.get(cells[0].lower(), cells[0].lower())
        if len(cells) == 2 and cells[0] == "TAG":
            header[key] = cells[1]
        elif len(cells) > 2 and key:
            value = _setting(lines, n, cells)
            header |= {} if value is None else {key: value}
    return header | ({"electrode_area_unit": "cm2"} if "electrode_area" in header else {})


def _setting(lines: Sequence[str], at: int, cells: Sequence[str]) -> Any:
    kind, value = cells[1], cells[2].strip()
    if kind in _NUMBERS:
        return _number(value)
    if kind == "TOGGLE":
        return value == "T"
    if kind == "NOTES":
        count = int(value) if value.isdigit() else 0
        notes = [line.strip() for line in lines[at + 1 : at + 1 + count] if line[:1].isspace()]
        return "\n".join(notes).strip() or None
    return value if kind in ("LABEL", "PSTAT") and value else None


def _number(text: str) -> float | int | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(text) if re.fullmatch(r"-?\d+", text) else number
