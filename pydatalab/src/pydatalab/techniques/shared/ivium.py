"""Ivium's data files, ``.idf``, and the sessions that hold several of them, ``.ids``.

Layout
    Settings a line (``Method=Impedance``, ``Scanrate=0.05``), with bytes that are no text among
    them. ``primary_data`` opens a table: the number of columns, the number of rows, then the rows,
    separated by blanks. The columns have no titles: an impedance has Z1, Z2 and the frequency, a
    voltammogram the potential, the current and a potential again. A session repeats all of it.
Source
    Public descriptions of the text parts; the order of the columns is that of Ivium's own
    exports, which have titles.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile

Titles = Sequence[tuple[str, str, str]]
"""Name, unit and label of each column."""

_TABLE = re.compile(r"primary_data\s+(\d+)\s+(\d+)[^\S\n]*\n")
_SETTINGS = {"Scanrate": ("scan_rate", "V/s"), "Amplitude": ("amplitude", "V")}


def read_ivium(file: SourceFile, titles: Titles) -> Measurement:
    """Read all tables of a file, one after another, with the number of each in ``curve``.

    Args:
        file: the ``.idf`` or ``.ids``.
        titles: what the columns are; further ones are left out.

    Raises:
        NoData: there is no table with rows.
        UnreadableFile: a table stops early, or has fewer columns than ``titles``.
    """
    text = file.raw.replace(b"\0", b"").decode("latin-1").replace("\r\n", "\n")
    tables = [_table(text, match, len(titles)) for match in _TABLE.finditer(text)]
    tables = [table for table in tables if len(table)]
    if not tables:
        raise NoData("The file of Ivium's holds no points.")
    values = np.concatenate(tables)
    columns = [
        Column(name, unit, values[:, n], label) for n, (name, unit, label) in enumerate(titles)
    ]
    if len(tables) > 1:
        numbers = np.repeat(np.arange(1, len(tables) + 1), [len(table) for table in tables])
        columns.insert(0, Column("curve", "", numbers, "Curve"))
    return Measurement(tuple(columns), header=_header(text))


def _table(text: str, match: re.Match[str], wanted: int) -> Floats:
    width, count = int(match[1]), int(match[2])
    rows = text[match.end() :].split("\n", count)[:count]
    try:
        table = np.array([[float(cell) for cell in row.split()] for row in rows], dtype=np.float64)
    except ValueError as exc:
        raise UnreadableFile("A table of the file stops early or is damaged.") from exc
    if not count:
        return np.empty((0, wanted))
    if table.shape != (count, width) or width < wanted:
        raise UnreadableFile(f"Expected {count} rows of {width} numbers, found {table.shape}.")
    return table[:, :wanted]


def _header(text: str) -> Mapping[str, Any]:
    header: dict[str, Any] = {"software": "IviumSoft"}
    if method := re.search(r"Method=\s*(\w+)", text):
        header["technique"] = method[1]
    for title, (key, unit) in _SETTINGS.items():
        if found := re.search(rf"^{title}=([-\d.E+]+)\s*$", text, flags=re.MULTILINE):
            header |= {key: float(found[1]), f"{key}_unit": unit}
    return header
