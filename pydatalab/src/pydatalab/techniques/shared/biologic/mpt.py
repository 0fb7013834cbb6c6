"""EC-Lab's and BT-Lab's text files of data, ``.mpt``.

Layout
    ``EC-Lab ASCII FILE`` (or ``BT-Lab``), ``Nb header lines : n``, the header, in line n the
    titles of the columns separated by tabs, then a row for each point. An export may lack the
    header: then line 1 holds the titles. Encoded in cp1252; the decimal mark is a point or a
    comma as the computer was set; ``time/s`` may be written as date and time of day.
Source
    None published: files of EC-Lab 11.12 to 11.33 and BT-Lab 1.75, see
    ``tests/data/biologic/PROVENANCE.md``.
"""

import math
import re
from datetime import datetime

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.biologic.columns import FLAGS, STORED
from pydatalab.techniques.shared.biologic.measured import named_columns
from pydatalab.techniques.shared.biologic.settings import mpt_header
from pydatalab.techniques.shared.measurement import Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.torn import TORN

_STAMP = re.compile(r"(\d+)[/.-](\d+)[/.-](\d+) (\d+):(\d+):(\d+(?:[.,]\d+)?)")
_WHOLE = {title for title, _ in FLAGS.values()} | {
    stored.title for stored in STORED.values() if stored.dtype[:2] == "<u"
}
"""Columns that count or name, and never measure."""


def read_mpt(file: SourceFile) -> Measurement:
    """Read all points of an ``.mpt``.

    Returns:
        Every column of the export, named as ``read_mpr`` names them. ``time`` is in seconds; where
        the export writes dates it counts from the first row, whose date is the header's
        ``first_point``. A last row that stops half-way is left out and said in ``warnings``.

    Raises:
        NoData: no row follows the titles.
        UnreadableFile: the header does not fit, or a row has something else than numbers.
    """
    lines = file.text.split("\n")
    titles_at = _titles_at(lines)
    header = mpt_header(lines[:titles_at])
    titles = [title.strip() for title in lines[titles_at].split("\t")]
    rows = [line for line in lines[titles_at + 1 :] if line.strip()]
    if rows and _stops_half_way(rows, lines[-1]):
        rows.pop()
        header["warnings"] = [TORN]
    if not rows:
        raise NoData("The .mpt has a header, but no points follow it.")
    rows = [row.rstrip("\t ") for row in rows]
    width = rows[0].count("\t") + 1
    if len(titles) < width or not all(titles[:width]):
        raise UnreadableFile(f"The rows have {width} numbers, but there are fewer titles.")
    rows, first_point = _without_dates(rows)
    if first_point:
        header["first_point"] = first_point
    table = zip(titles[:width], _table(rows, width).T, strict=True)
    return Measurement(
        named_columns((title, _whole(values) if title in _WHOLE else values) for title, values in table),
        header=header,
    )  # fmt: skip


def _titles_at(lines: list[str]) -> int:
    """Which line holds the titles."""
    if not lines[0].startswith(("EC-Lab ASCII FILE", "BT-Lab ASCII FILE")):
        return 0
    match = re.match(r"Nb header lines\s*:\s*(\d+)", lines[1] if len(lines) > 1 else "")
    if not match or not 2 < int(match[1]) <= len(lines):
        raise UnreadableFile("The .mpt stops within its header. Export it again from EC-Lab.")
    return int(match[1]) - 1


def _stops_half_way(rows: list[str], last_line: str) -> bool:
    """Whether the last row lacks cells, or, without a line end, digits that the row above has."""
    if rows[-1].count("\t") < rows[0].count("\t"):
        return True
    if len(rows) < 2 or rows[-1] != last_line:
        return False
    above, last = (row.rpartition("\t")[2].lstrip("-") for row in rows[-2:])
    return "E" in above and len(last) < len(above)


def _table(rows: list[str], width: int) -> Floats:
    """All numbers, shape (rows, width); an empty cell is NaN."""
    text = "\n".join(rows)
    if "," in text:
        rows = text.replace(",", ".").split("\n")
    try:
        return np.loadtxt(rows, delimiter="\t", comments=None, ndmin=2)
    except ValueError:
        return np.array([_row(row, width) for row in rows])


def _row(row: str, width: int) -> list[float]:
    cells = row.split("\t")
    try:
        numbers = [float(cell) if cell.strip() else math.nan for cell in cells]
    except ValueError as exc:
        raise UnreadableFile(f"Expected a row of numbers, found: {row[:80]!r}.") from exc
    if len(numbers) != width:
        raise UnreadableFile(f"Expected {width} numbers in a row, found {len(numbers)}.")
    return numbers


def _whole(values: Floats) -> npt.NDArray[np.generic]:
    """The same as whole numbers, where they are that."""
    return values.astype(np.int64) if np.array_equal(values, np.rint(values)) else values


def _without_dates(rows: list[str]) -> tuple[list[str], str | None]:
    """Rows with seconds from the first one in place of dates, and the date of the first one."""
    cells = rows[0].split("\t")
    dated = [n for n, cell in enumerate(cells) if _STAMP.fullmatch(cell.strip())]
    if not dated:
        return rows, None
    split = [row.split("\t") for row in rows]
    at = dated[0]
    stamps = [_STAMP.fullmatch(row[at].strip()) if len(row) > at else None for row in split]
    moments = _moments([stamp for stamp in stamps if stamp])
    if len(moments) < len(rows):
        raise UnreadableFile(f"Expected a date and a time of day in each row, as in {cells[at]!r}.")
    for row, moment in zip(split, moments, strict=True):
        row[at] = repr((moment - moments[0]).total_seconds())
    return ["\t".join(row) for row in split], moments[0].isoformat(timespec="milliseconds")


def _moments(stamps: list[re.Match[str]]) -> list[datetime]:
    """The dates: year, month and day where the year leads, else EC-Lab's month, day, year.

    Where those are no dates, or run backwards, day, month and year are tried.
    """
    orders = ((0, 1, 2),) if len(stamps[0][1]) == 4 else ((2, 0, 1), (2, 1, 0))
    found: list[list[datetime]] = []
    for order in orders:
        try:
            found.append([_moment(stamp.groups(), order) for stamp in stamps])
        except ValueError:
            continue
    rising = [moments for moments in found if moments == sorted(moments)]
    return (rising or found or [[]])[0]


def _moment(parts: tuple[str, ...], order: tuple[int, ...]) -> datetime:
    year, month, day = (int(parts[n]) for n in order)
    seconds = float(parts[5].replace(",", "."))
    micro = round(seconds * 1e6)
    return datetime(
        year, month, day, int(parts[3]), int(parts[4]), micro // 1_000_000, micro % 1_000_000
    )
