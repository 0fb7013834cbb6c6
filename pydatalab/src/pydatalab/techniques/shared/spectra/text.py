"""Spectra as text: whatever an instrument or a spreadsheet writes in columns.

Layout
    Lines that may say something (``XUNITS<tab>1/CM``, ``#Laser=532nm``), perhaps one or two lines
    of titles, then rows of numbers. One column is the abscissa, known by its title or else the
    first; the others are curves on it. Where a title of an abscissa stands several times, each
    abscissa belongs to the curves at its right. Rows and titles are found by ``table``. In a
    table of many spectra the first row has the abscissae, and each further row the coordinates of
    a spectrum and its ordinates.
Source
    None: what instruments were seen to write; see ``PROVENANCE.md`` of the test data.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.maps import named_places, spectral_map
from pydatalab.techniques.shared.spectra.quantities import (
    AXIS,
    INTENSITY,
    Curve,
    Quantity,
    axis_quantity,
    signal_quantity,
    spectra,
)
from pydatalab.techniques.shared.spectra.settings import said, settings, value_of
from pydatalab.techniques.shared.spectra.words import axis_name, signal_name
from pydatalab.techniques.shared.table import NumberBlock, number_block
from pydatalab.techniques.shared.titles import ROW_NUMBER, ascii_name, counts_rows

X_UNIT = r"x[ _-]?(?:axis)?[ _-]?(?:units?|label|title|type|mode)?|axisunit\[1\]|abscissa.*"
Y_UNIT = (
    r"y[ _-]?(?:axis)?[ _-]?(?:units?|label|title|type)?|axisunit\[0\]|dataunit|ordinate.*|mode"
)
QUANTITIES = ("A", "T", "R")
"""Letters that title an absorbance, a transmittance and a reflectance; beside ``B`` they are names."""

LONGEST_WIDE = 4
"""A row of a table of many spectra starts with fewer coordinates than this."""


@dataclass(frozen=True)
class _Title:
    """The title of a column: what stands right above it, and what above that."""

    text: str
    above: str = ""
    named: bool = False
    """Whether its text is only a name of a curve."""

    @property
    def signal(self) -> str:
        """The ordinate that it names, or nothing."""
        return "" if self.named else signal_name(self.text)

    @property
    def axis(self) -> str:
        """The axis that it names, or nothing."""
        if self.named or self.signal or ROW_NUMBER.fullmatch(self.text):
            return ""
        if self.text.lower() == "wave":
            return "wave"
        return axis_name(self.text) or axis_name(self.above)


def read_text(file: SourceFile, axis: Quantity, signal: Quantity = INTENSITY) -> Measurement:
    """Read spectra from columns of text.

    Args:
        file: text in any of the encodings and with any of the separators that ``table`` knows.
        axis: what the abscissa is where the file does not say.
        signal: what the ordinates are where the file does not say.

    Returns:
        The abscissa and one column a curve (see ``spectra``), or a map; all in the file's units.

    Raises:
        NoData: it has no row of numbers.
        UnreadableFile: it has one column only.
    """
    block = number_block(file.rows)
    found = settings(_before_titles(block))
    if block.values.shape[1] < 2:
        raise UnreadableFile("A spectrum needs two columns of numbers; the file has one.")
    axis = _said_axis(found, axis)
    y_unit = value_of(found, Y_UNIT)
    wide = wide_table(block)
    if wide:
        x, places, values = wide
        quantity = signal_quantity(y_unit, values, signal) if signal_name(y_unit) else signal
        columns = named_places(_place_names(found), places)
        measurement = spectral_map(axis, x, columns, quantity, values, said(found))
        return measurement.noted(file.notes)
    titles = _titles(block)
    chosen = _axes(titles)
    first = titles[chosen[0]] if titles else _Title("")
    curves = [
        _curve(block.values, titles, n, _axis_of(n, chosen), y_unit, signal)
        for n in range(block.values.shape[1])
        if n not in chosen and not _further(titles, n)
    ]
    if not curves:
        raise UnreadableFile("The file has columns of abscissae only, and no curve.")
    measurement = spectra(axis_quantity(_axis_text(first), axis), curves, said(found))
    beside = _beside(block.values, titles, chosen, measurement)
    return measurement.with_columns(*beside).noted(file.notes)


def _before_titles(block: NumberBlock) -> list[str]:
    """The lines before the table, less the titles of its columns."""
    if not block.names:
        return block.header
    last = max(n for n, line in enumerate(block.header) if line.strip())
    return block.header[:last]


def _place_names(found: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names and units of a map's coordinates, as LabSpec gives them."""
    names = []
    for number in (2, 3, 4):
        name = found.get(f"AxisType[{number}]", "")
        if name:
            names.append((ascii_name(name), found.get(f"AxisUnit[{number}]", "")))
    return names


def _said_axis(found: Mapping[str, str], default: Quantity) -> Quantity:
    """What the lines before the table say of the abscissa."""
    unit = value_of(found, X_UNIT)
    if axis_name(unit) == "wavenumber" and "raman" in value_of(found, r"data ?type").lower():
        return AXIS["raman_shift"]
    if axis_name(unit) == "wavenumber" and default is AXIS["raman_shift"]:
        return default
    return axis_quantity(unit, default)


def _titles(block: NumberBlock) -> list[_Title]:
    """A title for each column; empty where the file has none."""
    if not block.names:
        return []
    before = _before_titles(block)
    above = _cells(before[-1], len(block.names)) if before else []
    above = above or [""] * len(block.names)
    texts = [_unbracketed(text.strip(" #")) for text in block.names]
    letters = [text for text in texts if len(text) == 1 and text.isalpha()]
    names = set() if set(letters) <= set(QUANTITIES) else set(letters)
    counting = not texts[0] and all(texts[1:]) and counts_rows(block.values[:, 0])
    return [
        _Title(text, over, text in names)
        for text, over in zip(["row", *texts[1:]] if counting else texts, above, strict=True)
    ]


def _cells(line: str, count: int) -> list[str]:
    """The cells of a line that has as many as the table, or lacks an empty last; else nothing."""
    for mark in ("\t", ";", ","):
        cells = [_unbracketed(cell.strip(' "')) for cell in line.split(mark)]
        while len(cells) > count and not cells[-1]:
            cells.pop()
        if 1 < len(cells) in (count, count - 1):
            return [*cells, ""][:count]
    return []


def _unbracketed(text: str) -> str:
    """``[nm]`` without its brackets; those within a title stay."""
    inner = re.fullmatch(r"[\[(]([^\[\]()]*)[\])]", text)
    return inner[1].strip() if inner else text


def _axes(titles: Sequence[_Title]) -> list[int]:
    """Which columns are abscissae: the first that is called one, and all that are called the same."""
    named = [n for n, title in enumerate(titles) if title.axis]
    if not named:
        return [0]
    return [n for n in named if titles[n].axis == titles[named[0]].axis]


def _axis_of(column: int, axes: Sequence[int]) -> int:
    """The abscissa that a column belongs to: the next one at its left."""
    return max((axis for axis in axes if axis < column), default=axes[0])


def _axis_text(title: _Title) -> str:
    return title.text if axis_name(title.text) else title.above


def _further(titles: Sequence[_Title], column: int) -> bool:
    """Whether a column counts rows or is a second kind of abscissa, and so no curve."""
    return bool(titles) and bool(ROW_NUMBER.fullmatch(titles[column].text) or titles[column].axis)


def _curve(
    table: Floats, titles: Sequence[_Title], column: int, axis: int, y_unit: str, default: Quantity
) -> Curve:
    title = titles[column] if titles else _Title("")
    known = ~np.isnan(table[:, axis])
    y = table[known, column]
    texts = (title.text if title.signal else "", title.above, y_unit)
    said_here = next((text for text in texts if signal_name(text)), "")
    signal = signal_quantity(said_here, y) if said_here else default
    return Curve(table[known, axis], y, signal, _name(titles, column, axis))


def _name(titles: Sequence[_Title], column: int, axis: int) -> str:
    """What the file calls a curve: the line above its quantity, or a title that is no quantity."""
    if not titles:
        return ""
    title, above_axis = titles[column], titles[axis].above
    if not title.signal:
        return title.text
    if title.above:
        return title.above
    alike = [other.text for other in titles if other.signal == title.signal]
    if len(set(alike)) == len(alike) > 1:  # S1 (%T), S2 (%T)
        return title.text
    # One name for abscissa and ordinate stands over the abscissa.
    return "" if axis_name(above_axis) else above_axis


def _beside(
    table: Floats, titles: Sequence[_Title], axes: Sequence[int], measurement: Measurement
) -> list[Column]:
    """Columns that are no curves, where they fit beside them."""
    if "scan" in measurement or not titles:
        return []
    known = ~np.isnan(table[:, axes[0]])
    columns = []
    for n, title in enumerate(titles):
        if n not in axes and _further(titles, n):
            unit = AXIS[title.axis].unit if title.axis in AXIS else ""
            name = ascii_name(title.text)
            if name not in measurement:
                columns.append(Column(name, unit, table[known, n], title.text))
    return columns


def wide_table(block: NumberBlock) -> tuple[Floats, Floats, Floats] | None:
    """Abscissae, coordinates and ordinates of a table of many spectra; ``None`` where it is none.

    Returns:
        x of shape (m,), coordinates of shape (n, c) with c from 0 to 3, ordinates (n, m).
    """
    values = block.values
    empty = int(np.isnan(values[0]).cumprod().sum())
    if 0 < empty < LONGEST_WIDE and values.shape[1] > empty + LONGEST_WIDE and len(values) > 1:
        return values[0, empty:], values[1:, :empty], values[1:, empty:]
    heads = [line for line in block.header if line.strip()]
    numbers = _as_numbers(heads[-1]) if heads else None
    if numbers is not None and len(numbers) > LONGEST_WIDE:
        empty = values.shape[1] - len(numbers)
        if 0 < empty < LONGEST_WIDE:
            return numbers, values[:, :empty], values[:, empty:]
    return None


def _as_numbers(line: str) -> Floats | None:
    try:
        return np.array([float(cell) for cell in re.split(r"[\t;, ]+", line.strip())])
    except ValueError:
        return None
