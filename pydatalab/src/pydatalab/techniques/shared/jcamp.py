"""JCAMP-DX: spectra as text, of nearly every kind.

Layout
    Labelled records, ``##LABEL= value``, the value running on until the next one; ``$$`` starts a
    comment. In labels case, blanks and ``-/_`` do not count. A block runs from ``##TITLE=`` to
    ``##END=``; a block of type LINK holds others. The numbers are in ``##XYDATA=``,
    ``##XYPOINTS=``, ``##PEAK TABLE=`` or ``##PEAK ASSIGNMENTS=`` (see ``jcamp_tables``), and
    several tables of one block in ``##NTUPLES=``, one ``##DATA TABLE=`` a page.
Source
    R. S. McDonald and P. A. Wilks, Appl. Spectrosc. 42 (1988) 151 (JCAMP-DX 4.24);
    P. Lampen et al., Appl. Spectrosc. 48 (1994) 1545 (5.0, with NTUPLES).
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.jcamp_tables import Grid, grouped_table, stepped_table
from pydatalab.techniques.shared.measurement import Floats
from pydatalab.techniques.shared.source import SourceFile

_LABEL = re.compile(r"\s*##([^=\n]*)=?(.*)")
_NOT_IN_LABELS = re.compile(r"[\s\-/_]")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[Ee][+-]?\d+)?")
_COMMA_IN_NUMBER = re.compile(r"(?<=\d),(?=\d)")  # others separate numbers
_TABLES = ("XYDATA", "XYPOINTS", "PEAKTABLE", "PEAKASSIGNMENTS", "DATATABLE")
_NUMERIC = ("FIRSTX", "LASTX", "DELTAX", "XFACTOR", "YFACTOR", "FIRSTY", "MAXX", "MINX", "MAXY")

ROUNDED = 1e-3
"""FIRSTX and LASTX may be off by this part of the range, as some writers round them."""


@dataclass(frozen=True)
class JcampBlock:
    """One table of a JCAMP-DX file, with the records of the block that it stands in."""

    data_type: str
    """Upper case: ``INFRARED SPECTRUM``; empty where the file does not say."""

    x_unit: str
    """As written: ``1/CM``, ``m/z``."""

    y_unit: str
    """As written: ``TRANSMITTANCE``."""

    x: Floats
    """Abscissa, shape (n,), in the file's order and unit, factor applied."""

    y: Floats
    """Ordinate, shape (n,), factor applied; NaN where the file has none."""

    table: str
    """The record that holds the numbers: ``XYDATA``, ``XYPOINTS``, ``PEAKTABLE``,
    ``PEAKASSIGNMENTS`` or, of a page of NTUPLES, ``DATATABLE``."""

    warnings: tuple[str, ...] = ()
    """In which points the file contradicts itself, in sentences for people."""

    header: dict[str, str] = field(default_factory=dict)
    """Value by label, the labels in upper case without blanks, ``-``, ``/`` and ``_``:
    ``{"TITLE": "ethanol", "NPOINTS": "3570", "$LASERWAVELENGTH": "785", "PAGE": "N=1"}``; under
    ``FORM`` that of the table, ``(X++(R..R)),XYDATA``."""


Record = tuple[str, list[str]]


def read_jcamp(file: SourceFile) -> tuple[JcampBlock, ...]:
    """All tables of a JCAMP-DX file, in its order.

    Raises:
        NoData: it has no table of numbers.
        UnreadableFile: it is no JCAMP-DX, or stops early, or a table is damaged.
    """
    blocks = [
        table for block, whole in _blocks(_records(file.text)) for table in _tables(block, whole)
    ]
    if not blocks:
        raise NoData("The JCAMP-DX file holds no table of data.")
    return tuple(blocks)


def warnings_of(blocks: Iterable[JcampBlock]) -> list[str]:
    """What people are told of some tables of a file, each sentence once."""
    return list(dict.fromkeys(text for block in blocks for text in block.warnings))


def _records(text: str) -> Iterator[Record]:
    record: Record | None = None
    for line in text.split("\n"):
        said = line.split("$$", 1)[0]
        labelled = _LABEL.match(said)
        if labelled:
            if record:
                yield record
            label = _NOT_IN_LABELS.sub("", labelled[1]).upper()
            record = (label, [labelled[2].strip()])
        elif record and said.strip():
            record[1].append(said)
    if record is None:
        raise UnreadableFile("The file has no records ##LABEL=, so it is no JCAMP-DX.")
    yield record


def _blocks(records: Iterator[Record]) -> Iterator[tuple[list[Record], bool]]:
    """The records of each block, inner ones first, and whether its end was there."""
    open_blocks: list[list[Record]] = []
    for label, lines in records:
        if label == "TITLE" or not open_blocks:
            open_blocks.append([])
        if label == "END":
            yield open_blocks.pop(), True
        else:
            open_blocks[-1].append((label, lines))
    for block in reversed(open_blocks):
        yield block, False


def _tables(block: list[Record], whole: bool) -> Iterator[JcampBlock]:
    header: dict[str, str] = {}
    for label, lines in block:
        if label not in _TABLES:
            header[label] = "\n".join(line.strip() for line in lines).strip()
    page: dict[str, str] = {}
    for label, lines in block:
        if label in ("PAGE", "NPOINTS"):
            page[label] = lines[0]
        if label in _TABLES:
            yield _table(label, lines, header | page, whole)


def _table(label: str, lines: list[str], header: dict[str, str], whole: bool) -> JcampBlock:
    form, numbers = lines[0].upper().replace(" ", ""), lines[1:]
    x_unit, y_unit = header.get("XUNITS", ""), header.get("YUNITS", "")
    grid = _grid(header)
    if label == "DATATABLE":
        grid, x_unit, y_unit = _of_tuple(form, header)
    if any(_DECIMAL_COMMA.fullmatch(header.get(name, "")) for name in _NUMERIC):
        numbers = [_COMMA_IN_NUMBER.sub(".", line) for line in numbers]
    if "++" in form:
        x, y, agree = stepped_table(numbers, grid)
    else:
        x, y = grouped_table(numbers, _group_size(form), grid)
        agree = True
    if not whole and (grid.points is None or len(y) < grid.points):
        raise UnreadableFile(
            f"The JCAMP-DX file stops early: {len(y)} points of {grid.points or 'unknown'}, no ##END."
        )
    data_type = header.get("DATATYPE", "").upper()
    listed = label.startswith("PEAK")  # FIRSTX and LASTX are then those of the spectrum
    grid = replace(grid, first=None, last=None) if listed else grid
    warnings = tuple(_contradictions(x, grid, agree=agree))
    return JcampBlock(data_type, x_unit, y_unit, x, y, label, warnings, header | {"FORM": form})


def _contradictions(x: Floats, grid: Grid, *, agree: bool) -> Iterator[str]:
    """What the records say of a table and the table does not hold."""
    if grid.points is not None and grid.points != len(x):
        yield f"NPOINTS says {grid.points} points, but the file holds {len(x)}."
    if not agree:
        yield "The abscissae written at the lines are others than FIRSTX and LASTX say, which are drawn."
    if len(x) < 2:
        return
    slack = 1.5 * float(np.abs(np.diff(x)).max()) + ROUNDED * float(np.ptp(x))
    for name, said, found in (("FIRSTX", grid.first, x[0]), ("LASTX", grid.last, x[-1])):
        if said is not None and not abs(said - found) <= slack:
            yield f"{name} says {said:g}, but the abscissae written in the table say {found:g}."


def _group_size(form: str) -> int:
    group = re.match(r"\(([A-Z]+)\.\.", form)
    return len(group[1]) if group else 0


def _grid(header: dict[str, str]) -> Grid:
    points = _number(header.get("NPOINTS", ""))
    return Grid(
        first=_number(header.get("FIRSTX", "")),
        last=_number(header.get("LASTX", "")),
        step=_number(header.get("DELTAX", "")),
        points=None if points is None else int(points),
        x_factor=_number(header.get("XFACTOR", "")) or 1.0,
        y_factor=_number(header.get("YFACTOR", "")) or 1.0,
    )


def _of_tuple(form: str, header: dict[str, str]) -> tuple[Grid, str, str]:
    """Grid and units of a page of NTUPLES, whose columns are named by symbols in its form."""
    rows = {
        name: [cell.strip() for cell in header.get(name, "").split(",")]
        for name in ("SYMBOL", "FIRST", "LAST", "VARDIM", "FACTOR", "UNITS")
    }
    symbols = [symbol.upper() for symbol in rows["SYMBOL"]]
    stepped = re.match(r"\((\w+)\+\+\((\w+)\.\.", form)
    group = re.match(r"\((\w+)\.\.", form)
    pair = stepped.groups() if stepped else (group[1][0], group[1][1:2]) if group else ("X", "Y")

    def cell(name: str, which: int) -> str:
        place = symbols.index(pair[which]) if pair[which] in symbols else len(symbols)
        return rows[name][place] if place < len(rows[name]) else ""

    points = _number(cell("VARDIM", 1)) or _number(header.get("NPOINTS", ""))
    grid = Grid(
        first=_number(cell("FIRST", 0)),
        last=_number(cell("LAST", 0)),
        points=None if points is None else int(points),
        x_factor=_number(cell("FACTOR", 0)) or 1.0,
        y_factor=_number(cell("FACTOR", 1)) or 1.0,
    )
    return grid, cell("UNITS", 0), cell("UNITS", 1)


def _number(text: str) -> float | None:
    """The number that a value starts with, decimal comma or point; none where it has none."""
    found = re.match(r"\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[Ee][+-]?\d+)?)", text)
    number = float(found[1].replace(",", ".")) if found else math.nan
    return number if math.isfinite(number) else None
