"""Voltammograms as a table in a text file: of many instruments, and people's own.

Layout
    Lines that say something, a line of titles, perhaps more lines, then the rows. Autolab NOVA, CH
    Instruments, Ivium and PSTrace write such files; ``headings`` tells which column is what. PSTrace
    puts each scan into two columns of its own, titled by units (``V``, ``µA``). Two columns of
    numbers without titles are a potential and a current.
Source
    None: what instruments were seen to write, see ``tests/data/cv/PROVENANCE.md``.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.cv.headings import (
    holds_voltammogram,
    is_row_of_units,
    meaning,
    split_titles,
)
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import NumberBlock, joined_blocks
from pydatalab.techniques.shared.titles import ascii_name, split_unit

_PAIR = ["potential", "current"]


def read_text(file: SourceFile) -> Measurement:
    """Read a table of potential and current.

    Returns:
        All columns, in the file's order and units: ``potential`` (its unit may name the reference:
        ``V vs Ag/AgCl``), ``current``, and the others by their titles. Scans that stand beside one
        another come one after another, with the number of each in ``scan``; where words part the
        table, ``segment`` numbers its parts.

    Raises:
        UnreadableFile: no title names a potential and a current.
    """
    block, parts = joined_blocks(file.rows, split_titles)
    titles = _titles(block)
    header = _header(block.header)
    meanings = _PAIR * (len(titles) // 2) if is_row_of_units(titles) else list(map(meaning, titles))
    if len(titles) > 2 and meanings == _PAIR * (len(titles) // 2):
        return Measurement(_stacked(block, titles), header=header).noted(file.notes)
    columns: dict[str, Column] = {}
    for title, known, values in zip(titles, meanings, block.values.T, strict=True):
        label, unit = _label(title)
        name = base = known if known and known not in columns else ascii_name(label)
        number = 1
        while name in columns:
            number += 1
            name = f"{base}_{number}"
        columns[name] = Column(name, unit, values, label)
    if parts[-1] > 1 and "segment" not in columns:
        columns["segment"] = Column("segment", "", parts, "Segment")
    return Measurement(tuple(columns.values()), header=header).noted(file.notes)


def _titles(block: NumberBlock) -> list[str]:
    """A title for each column: the line right above the rows, or the nearest that fits."""
    if holds_voltammogram(block.names):  # with the units of a line below them
        return block.names
    width = block.values.shape[1]
    for line in reversed(block.header):
        titles = split_titles(line)
        if len(titles) == width:
            return titles
    if width == len(_PAIR):
        return ["Potential", "Current"]
    raise UnreadableFile(
        "Expected a table with a potential and a current (titles such as Potential/V, Current/A) "
        f"over {width} columns of numbers, but found no such titles."
    )


def _stacked(block: NumberBlock, titles: Sequence[str]) -> tuple[Column, ...]:
    pairs = [block.values[:, n : n + 2] for n in range(0, len(titles), 2)]
    pairs = [pair[~np.isnan(pair).all(axis=1)] for pair in pairs]
    table = np.concatenate(pairs)
    numbers = np.repeat(np.arange(1, len(pairs) + 1), [len(pair) for pair in pairs])
    (x_label, x_unit), (y_label, y_unit) = _label(titles[0]), _label(titles[1])
    return (
        Column("scan", "", numbers, "Scan"),
        Column("potential", x_unit, table[:, 0], x_label),
        Column("current", y_unit, table[:, 1], y_label),
    )


def _label(title: str) -> tuple[str, str]:
    """Label and unit; a title that is a unit alone (``µA``) gets the quantity for its label."""
    if re.fullmatch(r"[munpµμ]?[VA]", title):
        return ("Potential" if title.endswith("V") else "Current"), title
    label, unit = split_unit(title)
    if not unit and (bracket := re.fullmatch(r"(.*?)\s*[(\[](\S*[VA]\b.*)[)\]]", title)):
        return bracket[1], bracket[2]
    return label, unit


def _header(lines: Sequence[str]) -> dict[str, Any]:
    """What the lines above say, where they are ``key = value`` or ``key: value``."""
    header: dict[str, Any] = {}
    for line in lines[:200]:
        if line.strip().lower() in ("cyclic voltammetry", "linear sweep voltammetry"):
            header["technique"] = line.strip()
        elif match := re.match(r"\s*([A-Za-z][A-Za-z .()/_-]{1,40}?)\s*[=:]\s*(\S.*)", line):
            key = ascii_name(split_unit(match[1])[0])
            header.setdefault(key, match[2].strip()[:200])
    return header
