"""The tables of numbers inside JCAMP-DX: plain (AFFN) and compressed (ASDF).

Layout
    ``(X++(Y..Y))``: each line has the abscissa of its first ordinate, then ordinates at even
    steps. ``(XY..XY)`` and longer groups (``(XYW..XYW)``, ``(XYA)``): abscissa and ordinate lead
    each group. Ordinates may be compressed: PAC (signs for blanks), SQZ (a letter is blank, sign
    and first digit), DIF (a letter is sign and first digit of a difference), DUP (a letter is the
    first digit of how often the last one stands). A line after one that ends in DIF repeats the
    ordinate before it, as a check. ``?`` is a missing ordinate.
Source
    R. S. McDonald and P. A. Wilks, Appl. Spectrosc. 42 (1988) 151: JCAMP-DX 4.24, section 5.
"""

import re
from dataclasses import dataclass

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Floats

_NUMBER = re.compile(r"\?|[Nn][Aa][Nn]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?")
_ABSCISSA = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]\d+)?)")
_TOKEN = re.compile(r"\?|[@A-Ia-i%J-Rj-r]\d*\.?\d*|[S-Zs]\d*|[+-]?(?:\d+\.?\d*|\.\d+)")
_COMPRESSED = re.compile(r"[@A-DF-Ia-df-i%J-Rj-rS-Zs]")  # an E may be an exponent
_SEPARATORS = " \t\n,;"

_SQUEEZED = dict(zip("@ABCDEFGHI", range(10), strict=True)) | dict(
    zip("abcdefghi", range(-1, -10, -1), strict=True)
)
_DIFFERENCE = dict(zip("%JKLMNOPQR", range(10), strict=True)) | dict(
    zip("jklmnopqr", range(-1, -10, -1), strict=True)
)
_REPEATED = dict(zip("STUVWXYZs", range(1, 10), strict=True))
LONGEST_REPEAT = 10_000_000


@dataclass(frozen=True)
class Grid:
    """What the header says of a table; ``None`` where it does not."""

    first: float | None = None
    last: float | None = None
    step: float | None = None
    points: int | None = None
    x_factor: float = 1.0
    y_factor: float = 1.0


@dataclass
class _Ordinates:
    """Ordinates in the making, with the abscissae that stand at the starts of lines."""

    values: list[float]
    places: list[int]
    abscissae: list[float]


def stepped_table(lines: list[str], grid: Grid) -> tuple[Floats, Floats, bool]:
    """x and y of ``(X++(Y..Y))``, plain or compressed, and whether the lines start where x says.

    Raises:
        UnreadableFile: it holds what is no number, or a check value does not fit.
    """
    compressed = any(_COMPRESSED.search(line.replace("NaN", "?")) for line in lines)
    found = _compressed(lines) if compressed else _plain(lines)
    y = np.array(found.values) * grid.y_factor
    starts = np.array(found.abscissae) * grid.x_factor
    x = _abscissae(len(y), np.array(found.places), starts, grid)
    return x, y, _agree(x, np.array(found.places), starts, grid.x_factor)


def grouped_table(lines: list[str], size: int, grid: Grid) -> tuple[Floats, Floats]:
    """x and y of ``(XY..XY)`` and of longer groups, which they lead.

    Args:
        lines: of the table.
        size: numbers in a group; 0 where each group stands in parentheses and may hold text.
        grid: only its factors are used.

    Raises:
        UnreadableFile: it holds what is no number, or the last group is incomplete.
    """
    text = "\n".join(lines)
    if size:
        numbers = _numbers(text)
    else:
        size = 2
        groups = re.findall(r"\(([^()<]*)", text)
        numbers = [number for group in groups for number in _assigned(group)]
    if len(numbers) % size:
        raise UnreadableFile("The last pair of the JCAMP-DX table is incomplete.")
    table = np.array(numbers).reshape(-1, size)
    return table[:, 0] * grid.x_factor, table[:, 1] * grid.y_factor


def _assigned(group: str) -> list[float]:
    """Abscissa and ordinate that a group starts with; the latter may be left out before words."""
    cells = [cell.strip() for cell in group.split(",")]
    abscissa = _numbers(cells[0]) if cells[0] else []
    if len(abscissa) != 1:
        raise UnreadableFile(f"A peak of the JCAMP-DX table has no place: ({group[:20]!r}.")
    given = len(cells) > 1 and _NUMBER.fullmatch(cells[1])
    return [*abscissa, *(_numbers(cells[1]) if given else [np.nan])]


def _numbers(text: str) -> list[float]:
    rest = _NUMBER.sub("", text).strip(_SEPARATORS)
    if rest.strip(_SEPARATORS + "()"):
        raise UnreadableFile(f"The JCAMP-DX table holds {rest[:20]!r}, which is no number.")
    return [np.nan if found == "?" else float(found) for found in _NUMBER.findall(text)]


def _plain(lines: list[str]) -> _Ordinates:
    found = _Ordinates([], [], [])
    for line in lines:
        numbers = _numbers(line)
        if len(numbers) > 1:
            found.places.append(len(found.values))
            found.abscissae.append(numbers[0])
            found.values += numbers[1:]
    return found


def _compressed(lines: list[str]) -> _Ordinates:
    found = _Ordinates([], [], [])
    checked = False
    for line in lines:
        start = _ABSCISSA.match(line)
        if not start:
            raise UnreadableFile(f"A line of the JCAMP-DX table has no abscissa: {line[:20]!r}.")
        values, differs = _expanded(line[start.end() :])
        if checked and values:
            _check(found.values[-1], values[0])
            values = values[1:]
        if values:
            # The abscissa belongs to the check value, one place before the first new ordinate.
            found.places.append(len(found.values) - checked)
            found.abscissae.append(float(start[1]))
            found.values += values
        checked = differs
    return found


def _expanded(text: str) -> tuple[list[float], bool]:
    """Ordinates of one compressed line, and whether it ends in a difference."""
    if _TOKEN.sub("", text).strip(_SEPARATORS):
        raise UnreadableFile(f"The JCAMP-DX table holds a line that is no ASDF: {text[:20]!r}.")
    values: list[float] = []
    difference: float | None = None
    for token in _TOKEN.findall(text):
        letter, digits = token[0], token[1:]
        if letter in _REPEATED and values:
            values += _repeated(values[-1], difference or 0.0, f"{_REPEATED[letter]}{digits}")
        elif letter in _DIFFERENCE and values:
            difference = float(f"{_DIFFERENCE[letter]}{digits}")
            values.append(values[-1] + difference)
        elif letter in _SQUEEZED:
            difference = None
            values.append(float(f"{_SQUEEZED[letter]}{digits}"))
        elif letter in _REPEATED or letter in _DIFFERENCE:
            raise UnreadableFile("A line of the JCAMP-DX table starts with a difference.")
        else:
            difference = None
            values.append(np.nan if letter == "?" else float(token))
    return values, difference is not None


def _repeated(last: float, difference: float, count: str) -> list[float]:
    if int(count) > LONGEST_REPEAT:
        raise UnreadableFile(f"The JCAMP-DX table repeats a value {count} times: it is damaged.")
    return [last + difference * n for n in range(1, int(count))]


def _check(before: float, repeated: float) -> None:
    if abs(before - repeated) > 1:  # writers round
        raise UnreadableFile(
            f"The JCAMP-DX table is damaged: a line should repeat {before:g}, but has {repeated:g}."
        )


def _abscissae(n: int, places: Floats, starts: Floats, grid: Grid) -> Floats:
    """Even steps as the header says, unless the lines' own abscissae say otherwise."""
    if grid.first is not None and grid.last is not None and n in (grid.points, 1):
        even = np.linspace(grid.first, grid.last, n)
        scales = (1.0, 1 / grid.x_factor)  # some write abscissae that need no factor
        if any(_fits(even, places, starts * scale, grid.x_factor * scale) for scale in scales):
            return even
    if len(starts) < 2:
        first = starts[0] if grid.first is None and len(starts) else grid.first or 0.0
        return np.asarray(first + _step(grid) * np.arange(n), dtype=np.float64)
    step = (starts[-1] - starts[-2]) / (places[-1] - places[-2])
    end = starts[-1] + step * (n - 1 - places[-1])
    x = np.interp(np.arange(n), [*places, n - 1], [*starts, end])
    return np.asarray(x, dtype=np.float64)


def _fits(even: Floats, places: Floats, starts: Floats, x_factor: float) -> bool:
    """Whether lines start where even steps put them; starts in other units are no evidence."""
    if len(even) < 2 or not len(starts):
        return True
    slack = 1.5 * abs(even[1] - even[0]) + abs(x_factor)  # abscissae are often rounded
    off = np.abs(even[places.astype(int)] - starts)
    return bool(off[0] > slack or off.max() <= slack)


def _agree(x: Floats, places: Floats, starts: Floats, x_factor: float) -> bool:
    """Whether the lines' own abscissae are x, or x in another unit, or the numbers of the points."""
    if len(x) < 2 or len(starts) < 2:
        return True
    there = x[places.astype(int)]
    counted = starts / x_factor
    scale = float(starts @ there / (there @ there)) if np.any(there) else 1.0
    slack = 1.5 * float(np.abs(np.diff(x)).max()) + abs(x_factor)
    numbered = (places, places + 1, len(x) - places, len(x) - 1 - places)
    return bool(
        np.abs(starts - there).max() <= slack
        or np.abs(counted - there).max() <= slack
        or (
            abs(np.log10(abs(scale) or 1.0)) > 0.3 and np.abs(starts / scale - there).max() <= slack
        )
        or any(np.abs(counted - number).max() <= 1 for number in numbered)
    )


def _step(grid: Grid) -> float:
    if grid.step is not None:
        return grid.step
    if grid.first is not None and grid.last is not None and grid.points and grid.points > 1:
        return (grid.last - grid.first) / (grid.points - 1)
    return grid.x_factor
