"""What the start of a text file tells of the spectra in it. Standard library alone."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.spectra.words import PER_METRE, axis_name, signal_name

SUFFIXES = (".txt", ".csv", ".tsv", ".dat", ".asc", ".prn", ".dpt", ".trt", ".jaz", ".jazirrad", "")
ENOUGH_ROWS = 3
MOST_LINES = 400
"""So many lines before the numbers, at most."""

MOST_UNTITLED = 4
"""Columns without titles may be spectra where they are no more than these."""

LONGEST_TITLE = 200
"""What is longer is no title of a column, nor a setting."""

WIDE = 20
"""A table of more columns may have a spectrum in each row."""

NEAR_INFRARED = 3.6
"""Where spectrometers for ultraviolet and visible light end [µm]."""

_ROW = re.compile(r"""[\s,;"]*+[+-]?[.,]?\d[\d\s.,;eE+\-"NnAa]*+""")
"""What a row of numbers consists of; quick on lines of any length."""

_NUMBER = re.compile(r"[+-]?(?:\d++(?:[.,]\d*+)?|[.,]\d++)(?:[eE][+-]?\d++)?")
_FOREIGN = re.compile(
    r"2\s*-?\s*thet|2θ|\btwo\s*theta|\bewe\b|voltage|potential|current|capacity|\bcycle|\bm/z\b|"
    r"amperage|\bz'|impedance|\bohm|\bppm\b|chemical shift|binding|kinetic|\bd-?spacing|^\W*d\s*[\[(/]|"
    r"temperature\s*[\[(/]|\btemp\.?\s*[\[(/]|weight|mass\b|heat flow|retention|\btime\s*[\[(/]|\bq\s*[\[(/]|"
    r"pressure\s*[\[(/]|magnetic|moment|\bmsec\b|adsor|isotherm",
    re.IGNORECASE,
)
"""Words in the titles of columns that belong to other measurements."""

_ELECTRONS = re.compile(r"(?:binding|kinetic) energy", re.IGNORECASE)
"""What spectra of electrons say anywhere above their numbers."""

_SETTING = re.compile(
    r"[^:=]*[:=]\s*[-+]?[\d.,]+(?:e[-+]?\d+)?\s*(?:[^\W\d]{1,9}\.?)?|"
    r"(?:.*\W)?(?:wave\s*-?\s*length|lambda|λ)[^\d:=]*\d*[.,]\d+(?:e[-+]?\d+)?\s*(?:[^\W\d]{1,9})?",
    re.IGNORECASE,
)
"""A quantity with its value, which titles no column: ``Wavelength: 0.4137 A``."""


@dataclass(frozen=True)
class TextHead:
    """What is known of the table that a text starts with."""

    axis: str
    """Name of the axis, as ``words`` has it; empty where nothing says it."""
    signal: str
    """Name of the ordinate; empty where nothing says it."""
    columns: int
    low: float
    """Smallest abscissa that is seen."""
    high: float
    weakest: float
    """Smallest ordinate of the first curve that is seen."""
    strongest: float
    steady: bool
    """Whether the abscissa runs in one direction."""
    foreign: bool
    """Whether the titles speak of another measurement."""
    before: str
    """The text before the numbers."""

    @property
    def spectral(self) -> bool:
        """Whether the rows may be those of spectra: an axis in order, or a table of many."""
        return self.steady or self.columns > WIDE


@lru_cache(maxsize=2)
def text_head(head: FileHead) -> TextHead | None:
    """The table that a text file starts with; ``None`` where there is none."""
    if head.binary:
        return None
    lines = head.text.splitlines()
    first = _first_row(lines)
    if first is None:
        return None
    rows = [line for line in lines[first:-1] or lines[first:] if _ROW.fullmatch(line)]
    before = lines[:first]
    titles = [line for line in before if line.strip()][-2:]
    axis, signal, place = _named(titles)
    x, y = zip(*(_point(row, place) for row in rows), strict=True)
    steps = [later - earlier for earlier, later in pairwise(x)]
    return TextHead(
        axis=axis or _setting(before, "x"),
        signal=signal or _setting(before, "y"),
        columns=_columns(rows[0]),
        low=min(x),
        high=max(x),
        weakest=min(y),
        strongest=max(y),
        steady=all(step >= 0 for step in steps) or all(step <= 0 for step in steps),
        foreign=_foreign(titles, before) and not (axis and signal),
        before="\n".join(before),
    )


def _foreign(titles: list[str], before: list[str]) -> bool:
    """Whether titles, or anything above the numbers, speak of another measurement."""
    other_unit = any(PER_METRE.search(title.lower()) for title in titles)
    return other_unit or any(map(_FOREIGN.search, titles)) or any(map(_ELECTRONS.search, before))


def bare(table: TextHead | None, head: FileHead, low: float, high: float) -> Match:
    """How sure columns without a word are spectra with abscissae between these."""
    if table is None or table.foreign or head.suffix not in SUFFIXES or not table.steady:
        return Match.NO
    if not 2 <= table.columns <= MOST_UNTITLED:
        return Match.NO
    return Match.POSSIBLE if low <= table.low and table.high <= high else Match.NO


def _first_row(lines: list[str]) -> int | None:
    """Where the first rows of numbers start; fewer than three count where the file ends after."""
    run = 0
    for n, line in enumerate(lines[: MOST_LINES + ENOUGH_ROWS]):
        run = run + 1 if _ROW.fullmatch(line) and _columns(line) > 1 else 0
        if run == ENOUGH_ROWS or (run and n == len(lines) - 1):
            return n - run + 1
    return None


def _point(row: str, place: int) -> tuple[float, float]:
    """The number at a place of a row and the one behind it, or else before it.

    A comma is the decimal mark where something else separates.
    """
    text = row.strip(' \t,;"')
    if not re.search(r"[;\s]", text):
        text = text.replace(",", " ")
    many = islice(_NUMBER.finditer(text), place + 2)
    found = [float(number[0].replace(",", ".")) for number in many]
    if len(found) < place + 2:
        found = [*found[place:], *found[:1], 0.0, 0.0]
        return found[0], found[1]
    return found[place], found[place + 1]


def _columns(row: str) -> int:
    for mark in (";", "\t"):
        if mark in row:
            return len([cell for cell in row.split(mark) if cell.strip()])
    blanks = row.split()
    if len(blanks) > 1 and not all(cell.endswith(",") for cell in blanks[:-1]):
        return len(blanks)
    return len([cell for cell in row.split(",") if cell.strip()])


def _named(titles: list[str]) -> tuple[str, str, int]:
    """Axis and ordinate that the titles of columns name, and the place of the axis among them.

    A setting with its value is no title.
    """
    axis = signal = ""
    place = 0
    for line in reversed(titles):
        for n, cell in enumerate(re.split(r"[\t;,]|\s{2,}", line)):
            text = cell.strip(" #\"'[]()")
            if len(text) < LONGEST_TITLE and _SETTING.fullmatch(text):
                continue
            said = signal_name(text)
            signal = said if said and signal in ("", "intensity") else signal
            here = "" if axis or said else axis_name(text)
            axis, place = (here, n) if here else (axis, place)
    return axis, signal, place


def _setting(lines: list[str], which: str) -> str:
    """Axis or ordinate that a line ``XUNITS=1/CM`` or ``#AxisUnit[1]=1/cm`` names."""
    number = "1" if which == "x" else "0"
    pattern = rf"[#\s]*(?:{which}[ _-]?(?:axis)?[ _-]?(?:units?|label|title|mode)|axisunit\[{number}\])\s*[=:;,\t]\s*(.+)"
    for line in lines:
        found = re.fullmatch(pattern, line.strip(), re.IGNORECASE)
        if found:
            return axis_name(found[1]) if which == "x" else signal_name(found[1])
    return ""
