"""Text that Pfeiffer's Quadera exports: ions or gases of a mass spectrometer followed in time.

Layout
    Tabs between cells. Lines of ``name<tab>value``; a line with the name of each mass; a line of titles, the
    same for each mass: ``Time``, ``Time Relative [s]``, ``Ion Current [A]`` or ``Partial Pressure
    [mbar]``; then the rows. Masses are measured one after the other, so each has times of its own. A run that was
    stopped ends within a row. Exponents have three digits (``e-011``); decimal commas occur.
Source
    None published: see ``tests/data/ms/PROVENANCE.md``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.ms.spectra import unique
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.sanity import check_finite
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.titles import ascii_name, split_unit

RELATIVE = re.compile(r"(?:time relative|zeit relativ|relative zeit)", re.IGNORECASE)


@dataclass(frozen=True)
class Titles:
    """The lines above the rows."""

    masses: list[str]
    """Name of each mass: ``14``, ``Water``."""

    columns: list[str]
    """Titles of the columns of one mass."""


def read_quadera(file: SourceFile, **_: Any) -> Measurement:
    """Read an export, each mass with its own times.

    Returns:
        For each mass ``time_<mass>`` (text, where the file has it), ``time_relative_<mass>`` and the
        quantity, ``ion_current_<mass>`` or ``partial_pressure_<mass>``, in the file's units; all of shape
        (n,), with NaN where the file has no cell. Nothing is brought to common times.

    Raises:
        NoData: the file has titles, but no rows.
        UnreadableFile: there are no such titles, or a cell is no number, or an infinite one.
    """
    lines = file.text.split("\n")
    start = next((n for n, line in enumerate(lines) if RELATIVE.search(line)), None)
    if start is None:
        raise UnreadableFile("Expected titles with Time Relative, as Quadera exports them.")
    titles = _titles(lines[start - 1] if start else "", lines[start])
    rows = [line.split("\t") for line in lines[start + 1 :] if line.strip()]
    if not rows:
        raise NoData("The Quadera file holds titles, but no rows.")
    header = dict(_header(lines[: max(start - 1, 0)]))
    width = len(titles.columns)
    names = unique([ascii_name(mass) for mass in titles.masses])
    columns: list[Column] = []
    traces = []
    for n, (mass, name) in enumerate(zip(titles.masses, names, strict=True)):
        cells = [_cells(rows, n * width + place) for place in range(width)]
        own = _columns(mass, name, titles.columns, cells)
        check_finite(own[-1].name, own[-1].values)
        columns += own
        traces.append({"name": mass, "x": _relative(own), "y": own[-1].name})
    return Measurement(tuple(columns), header={**header, "traces": traces})


def _titles(masses: str, titles: str) -> Titles:
    cells = [cell.strip() for cell in titles.split("\t")]
    while cells and not cells[-1]:
        cells.pop()
    width = next((n for n in range(1, len(cells)) if cells[n] == cells[0]), len(cells))
    above = [cell.strip() for cell in masses.split("\t")]
    above += [""] * (len(cells) - len(above))
    starts = range(0, len(cells) - width + 1, width)
    named = ["".join(above[start : start + width]) for start in starts]
    return Titles([name or f"Channel {n}" for n, name in enumerate(named, start=1)], cells[:width])


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place].strip() if place < len(row) else "" for row in rows]


def _columns(
    mass: str, name: str, titles: Sequence[str], cells: Sequence[Sequence[str]]
) -> list[Column]:
    columns = []
    for n, (title, values) in enumerate(zip(titles, cells, strict=True)):
        quantity, unit = split_unit(title)
        text = not RELATIVE.search(title) and n < len(titles) - 1
        columns.append(
            Column(
                f"{_english(quantity)}_{name}",
                unit,
                np.array(values) if text else _numbers(values, title),
                label=f"{quantity}, {mass}",
            )
        )
    return columns


def _english(quantity: str) -> str:
    if RELATIVE.search(quantity):
        return "time_relative"
    return {"zeit": "time", "ionenstrom": "ion_current", "partialdruck": "partial_pressure"}.get(
        ascii_name(quantity), ascii_name(quantity)
    )


def _relative(columns: Sequence[Column]) -> str:
    return next(column.name for column in columns if column.name.startswith("time_relative_"))


def _numbers(cells: Sequence[str], title: str) -> Floats:
    """Cells as numbers; the last one of a run that was stopped may be cut short."""
    values = np.full(len(cells), np.nan)
    for n, cell in enumerate(cells):
        if not cell:
            continue
        try:
            values[n] = float(cell.replace(",", "."))
        except ValueError:
            if n < len(cells) - 1:
                raise UnreadableFile(
                    f"Row {n + 1} of {title} holds {cell!r}, which is no number."
                ) from None
    return values


def _header(lines: Sequence[str]) -> list[tuple[str, str]]:
    pairs = (line.strip().partition("\t") for line in lines)
    return [
        (ascii_name(name), value.strip()) for name, mark, value in pairs if mark and value.strip()
    ]
