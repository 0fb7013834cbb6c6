"""Powder patterns as plain columns: ``.xy``, ``.xye``, ``.dat``, ``.txt``, ``.csv``.

Layout
    Perhaps some lines of text or comments, perhaps a line of titles, then two or more columns.
    Column 1, or the one that is titled so, is 2θ, Q or d, the next the intensity, the third its standard
    deviation (in ``.xye``, by its title, or where it is as small as one); further columns are further
    intensities on the same axis. A table that text interrupts, or that starts again from a lower
    angle, goes on as a further scan; so does one that stands beside it with an angle of its own.
Source
    No vendor owns this form: EVA, GSAS, 11-BM, MYTHEN, pyFAI and others write it.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import NumberBlock, number_blocks
from pydatalab.techniques.shared.titles import ROW_NUMBER, ascii_name, counts_rows, split_unit
from pydatalab.techniques.xrd.radiation import in_angstrom, radiation
from pydatalab.techniques.xrd.recognise import TITLE_OF_ANGLE, angle_place
from pydatalab.techniques.xrd.scans import Scan, axis, together

FEWEST_ROWS = 5
"""A table of fewer rows is part of the text around."""

WAVELENGTH = re.compile(
    r"(?:wave ?length|lambda|λ)\W*((?:Å|A|angstroms?|nm|pm)\b)?\W*?(\d*[.,]\d+(?:e-?\d+)?)[ \t]*([^\W\d_]*)",
    re.I,
)
ANODE = re.compile(r"\bAnode(?: material)?\W+([A-Z][a-z]?)\b")
SAMPLE = re.compile(
    r"(?:sample name|\bsample|\bId)\s*[:=]\s*\"?([^\"\n]*?)\"?\s*(?:\n|Comment:|$)", re.I
)
ERROR = re.compile(r"err|esd|e\.s\.d|sigma|σ|std|uncert", re.I)
AXIS_BY_TITLE = (
    (re.compile(r"(?:q|scattering vector)[\s_(\[/]+(?:1/)?nm", re.I), "q_per_nm"),
    (re.compile(r"q(?:\b|_)|scattering vector", re.I), "q"),
    (re.compile(r"d\b|d[- _]?spac", re.I), "d_spacing"),
)

OTHER_UNITS = (
    (
        re.compile(r"(?:2|two)?[\s_-]*(?:θ|theta)[\s_(\[/,]+m?rad", re.I),
        "an angle in radians",
        "degrees",
    ),
    (re.compile(r"d(?:[-\s_]?spacings?)?[\s_(\[/,]+[np]m\b", re.I), "a spacing in nm or pm", "Å"),
)
"""Titles of a first column in a unit that is not read, what it is, and what to write instead."""

INTENSITY = re.compile(r"int(?:ens|\b)|counts?\b|cps\b|psd\b|i\b|y\b|yobs", re.I)
BESIDE = re.compile(r"(?:\w*\W?)?time|temp|omega|ω|chi\b|χ|phi\b|φ|psi\b|theta|θ|monitor", re.I)
"""Titles of columns that go with a point and are no intensity."""

HALF_ANGLE = re.compile(r"(?:θ|theta)\b", re.I)


def read_xy(file: SourceFile) -> Measurement:
    """Read a powder pattern that is written in columns.

    Returns:
        ``two_theta`` [deg] (or ``q`` [1/angstrom], ``q_per_nm`` [1/nm], ``d_spacing`` [angstrom])
        as in the file, ``intensity`` in the unit that its title names, else ``a.u.``, and
        ``intensity_error`` where the file has one; the header lists further intensities as
        ``curves``.

    Raises:
        UnreadableFile: fewer than two columns, or the first in a unit that is not read.
        NoData: there is no table of numbers.
    """
    found = chain.from_iterable(map(_apart, number_blocks(file.rows, FEWEST_ROWS)))
    blocks, numbers = zip(*map(_angle_first, found), strict=True)
    if blocks[0].values.shape[1] < 2:
        raise UnreadableFile(
            "Expected two or more columns of numbers (2θ, intensity), found one that holds any."
        )
    tables = [_columns(block, file.name) for block in blocks]
    header = _header(blocks[0].header)
    further = (column.name for column in tables[0][1:] if not BESIDE.match(column.label))
    curves = [name for name in further if name != "intensity_error"]
    if len(curves) > 1:
        header["curves"] = curves
    scans = [
        scan for table in zip(tables, numbers, strict=True) for scan in _scans([*chain(*table)])
    ]
    return together(scans, header).noted([*file.notes, *_doubts(_first_title(blocks[0]))])


def _apart(block: NumberBlock) -> Iterator[NumberBlock]:
    """The tables that stand beside each other, each with an angle of its own; else the one there is."""
    kinds = [ascii_name(title)[:4] if TITLE_OF_ANGLE.match(title) else "" for title in block.names]
    starts = [n for n, kind in enumerate(kinds) if kind and kind == kinds[0]]
    ends = [*starts[1:], len(kinds)]
    if len(starts) < 2 or any(end - start < 2 for start, end in zip(starts, ends, strict=True)):
        yield block
        return
    for start, end in zip(starts, ends, strict=True):
        known = ~np.isnan(block.values[:, start])
        yield NumberBlock(block.header, block.names[start:end], block.values[known, start:end])


def _angle_first(block: NumberBlock) -> tuple[NumberBlock, list[Column]]:
    """The table with its angle before the intensities, and the columns that number its rows."""
    place = angle_place(block.names)
    if not block.names or not TITLE_OF_ANGLE.match(block.names[place]):
        return block, []
    others = [n for n in range(len(block.names)) if n != place]
    others.sort(key=lambda n: INTENSITY.match(block.names[n]) is None)
    titled = [n for n in others if ROW_NUMBER.fullmatch(block.names[n])]
    counting = [n for n in titled if counts_rows(block.values[:, n])]
    kept = [place, *(n for n in others if n not in counting)]
    names = [block.names[n] for n in kept]
    numbers = [
        Column(ascii_name(block.names[n] or "row"), "", block.values[:, n], block.names[n])
        for n in counting
    ]
    return NumberBlock(block.header, names, block.values[:, kept]), numbers


def _first_title(block: NumberBlock) -> str:
    """What stands above the first column."""
    title = block.names[0] if block.names else ""
    said = title or next((line for line in reversed(block.header) if line.strip()), "")
    return said.strip(" \t#'\";")


def _doubts(title: str) -> list[str]:
    if HALF_ANGLE.match(title):
        return ["The first column is called theta and is taken for 2θ: double it if it is θ."]
    return []


def _columns(block: NumberBlock, name: str) -> list[Column]:
    count = block.values.shape[1]
    titles = block.names or [""] * count
    said = _first_title(block)
    for pattern, what, wanted in OTHER_UNITS:
        if pattern.match(said):
            raise UnreadableFile(f"The first column is {what}: export it in {wanted}.")
    first = next((name for title, name in AXIS_BY_TITLE if title.match(said)), "two_theta")
    columns = [axis(first, block.values[:, 0])]
    taken = {first}
    for place in range(1, count):
        values = block.values[:, place]
        title, unit = split_unit(titles[place])
        named_so = place > 2 and bool(ERROR.search(title)) and "intensity_error" not in taken
        error = named_so or (place == 2 and _is_error(titles[place], block.values, name))
        plain = _name(title, place, count, error=error)
        while plain in taken:
            plain += "_2"
        taken.add(plain)
        label = "Intensity" if plain == "intensity" and (count == 2 or not title) else title
        usual = "" if BESIDE.match(title) else "a.u."
        columns.append(Column(plain, unit or usual, values, label))
    return columns


def _name(title: str, place: int, count: int, *, error: bool) -> str:
    if place == 1:
        return "intensity"
    if error:
        return "intensity_error"
    return ascii_name(title) if title and count > 2 else f"intensity_{place}"


def _is_error(title: str, values: Floats, name: str) -> bool:
    """Whether the third column is the second one's standard deviation."""
    if title and values.shape[1] > 3:
        return bool(ERROR.search(title))
    if ERROR.search(title) or name.lower().endswith(".xye"):
        return True
    counts, third = values[:, 1], values[:, 2]
    return not title and bool(np.all(third >= 0) and np.median(third) < 0.5 * np.median(counts))


def _scans(columns: list[Column]) -> Iterator[Scan]:
    """The runs between the places where the first column starts again."""
    steps = np.diff(columns[0].values)
    forward = np.sign(np.median(steps)) if len(steps) else 1.0
    ends = np.flatnonzero(steps * forward < 0) + 1
    if len(ends) > len(steps) / 20:
        raise UnreadableFile("The first column jumps back and forth: it is no diffraction angle.")
    for start, end in zip([0, *ends], [*ends, len(columns[0].values)], strict=True):
        yield Scan(
            tuple(
                Column(column.name, column.unit, column.values[start:end], column.label)
                for column in columns
            )
        )


def _header(lines: list[str]) -> dict[str, Any]:
    text = "\n".join(lines[:200])
    wavelength, anode, sample = (p.search(text) for p in (WAVELENGTH, ANODE, SAMPLE))
    alpha1 = in_angstrom(wavelength[2], wavelength[1] or wavelength[3]) if wavelength else None
    header = radiation(alpha1, anode=anode[1] if anode else "")
    if sample and sample[1].strip():
        header["sample_name"] = sample[1].strip()
    return header
