"""Impedances as a table in a text file: of many instruments, and people's own.

Layout
    Lines that say something, a line of titles, perhaps more lines, then the rows. Autolab, CH
    Instruments, Ivium, NOVA, PARSTAT, PowerSuite, PSTrace and Scribner ZPlot (``.z``) write such
    files; ``headings`` tells which column is what. An ``.i2b`` has no titles: frequency, real and
    imaginary part.
Source
    None: what instruments were seen to write, see ``tests/data/eis/PROVENANCE.md``.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.eis.headings import holds_impedance, meaning, split_titles
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import NumberBlock, joined_blocks
from pydatalab.techniques.shared.titles import ascii_name, split_unit

NO_UNITS = ("", "a", "b")
"""What stands behind a quantity without a unit; ZPlot names a channel there: ``Z'(a)``."""

UNSAID = {
    "frequency": "Hz",
    "z_real": "ohm",
    "z_imag": "ohm",
    "minus_z_imag": "ohm",
    "z_abs": "ohm",
    "z_phase": "deg",
    "minus_z_phase": "deg",
}
"""Units that are meant where none is written."""

_UNTITLED = ["Frequency (Hz)", "Re(Z) (ohm)", "Im(Z) (ohm)"]


def read_text(file: SourceFile) -> Measurement:
    """Read a table of impedances.

    Returns:
        All columns, in the file's order and units: ``frequency`` and, as the file has them,
        ``z_real``, ``z_imag`` or ``minus_z_imag`` (where its title has a minus), ``z_abs``,
        ``z_phase`` or ``minus_z_phase``; the others by their titles. Several tables
        below one another, or beside one another, are numbered in ``spectrum``.

    Raises:
        UnreadableFile: no title names a frequency and an impedance.
    """
    block, parts = joined_blocks(file.rows, split_titles)
    titles, table, beside = _below_each_other(_titles(block, file.name), block.values)
    parts = beside if beside[-1] > 1 else parts
    columns: dict[str, Column] = {}
    for title, values in zip(titles, table.T, strict=True):
        name = base = _name(title, columns)
        number = 1
        while name in columns:
            number += 1
            name = f"{base}_{number}"
        label, unit = split_unit(title)
        unsaid = UNSAID.get(meaning(title) or "")
        columns[name] = Column(name, unsaid if unsaid and unit in NO_UNITS else unit, values, label)
    if parts[-1] > 1 and "spectrum" not in columns:
        columns["spectrum"] = Column("spectrum", "", parts, "Spectrum")
    measurement = Measurement(tuple(columns.values()), header=_header(block.header))
    return measurement.noted(file.notes)


def _titles(block: NumberBlock, name: str) -> Sequence[str]:
    """A title for each column: the line right above the rows, or the nearest that fits."""
    if holds_impedance(block.names):  # with the units of a line below them
        return block.names
    width = block.values.shape[1]
    for line in reversed(block.header):
        titles = split_titles(line)
        if titles and len(titles) == width:
            return titles
    if name.lower().endswith(".i2b") and width == len(_UNTITLED):
        return _UNTITLED
    raise UnreadableFile(
        "Expected a table with a frequency and an impedance (titles such as Frequency, Z', Z'') "
        f"over {width} columns of numbers, but found no such titles."
    )


def _below_each_other(
    titles: Sequence[str], table: Floats
) -> tuple[Sequence[str], Floats, npt.NDArray[np.int64]]:
    """Spectra that stand beside each other, each with its frequencies, as one table.

    Returns:
        The titles of one, the rows, and the number of the spectrum, from 1, that each row is of.
    """
    meanings = list(map(meaning, titles))
    width = next((n for n, known in enumerate(meanings[1:], start=1) if known == meanings[0]), 0)
    count = len(titles) // width if width else 1
    if meanings[0] != "frequency" or count < 2 or meanings != meanings[:width] * count:
        return titles, table, np.ones(len(table), dtype=np.int64)
    tables = np.split(table, count, axis=1)
    tables = [one[~np.isnan(one).all(axis=1)] for one in tables]
    numbers = np.repeat(np.arange(1, count + 1), [len(one) for one in tables])
    return titles[:width], np.concatenate(tables), numbers


def _name(title: str, taken: dict[str, Column]) -> str:
    known = meaning(title)
    if known and known not in taken:
        return known
    return ascii_name(split_unit(title)[0])


def _header(lines: Sequence[str]) -> dict[str, Any]:
    """What the lines above say, where they are ``key = value`` or ``key: value``."""
    header: dict[str, Any] = {}
    for line in lines[:200]:
        if match := re.match(r"\s*([A-Za-z][A-Za-z .()/_-]{1,40}?)\s*[=:]\s*(\S.*)", line):
            key = ascii_name(split_unit(match[1])[0])
            header.setdefault(key, match[2].strip()[:200])
    return header
