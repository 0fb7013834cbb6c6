"""A last row that was cut inside, as when a log was copied while it grew.

Only a text without a line end can stop within a row. Its last line is then held against the rows
above: it lacks cells that all of them have, or its last number lacks digits that all of them have.
"""

import re
from collections.abc import Sequence

TORN = "The last row stops half-way and was left out."

LOOKED_AT = 200_000
"""Characters before the last row that tell how rows are written."""

FEWEST_ROWS, FEWEST_NUMBERS = 2, 10
"""Rows above that show how many cells, and how many digits, a row has."""

LONG = 4
"""Decimals that vary in number, as programs write all they have, are at least so many."""

NUMBER = re.compile(r"[-+]?(\d*)(?:[.,](\d*))?(?:[eEdD][-+]?(\d+))?")
LETTERS = re.compile(r"[^\W\d_]")
STARTS = re.compile(r'[\s"]*[-+.,\d]')


def without_torn_row(text: str) -> tuple[str, bool]:
    """The text less a last row that stops half-way, and whether it had one.

    Args:
        text: with ``\\n`` line ends.
    """
    start = text.rfind("\n") + 1
    last = text[start:]
    if not start or not last.strip():
        return text, False
    rows = [line for line in text[max(start - LOOKED_AT, 0) : start].split("\n") if line.strip()]
    torn = bool(rows) and _alike(rows[-1], last) and _is_torn(rows, last)
    return (text[:start], True) if torn else (text, False)


def _alike(row: str, last: str) -> bool:
    """Whether a line can be the start of such a row, and is no remark below the table."""
    if not STARTS.match(row) or not STARTS.match(last):
        return False
    return bool(_words(row)) or not _words(last)


def _words(line: str) -> list[str]:
    """Letters that are no part of a number."""
    return LETTERS.findall(re.sub(r"(?i)(?<=[\d.])[ed](?=[-+\d]|\s*$)|nan|inf", "", line))


def _is_torn(rows: Sequence[str], last: str) -> bool:
    separator = _separator(rows[-1])
    count = len(_cells(rows[-1], separator))
    above: list[str] = []
    for row in reversed(rows):
        cells = _cells(row, separator)
        if len(cells) != count or not STARTS.match(row):
            break  # at the titles
        above.append(cells[-1])
    if count < 2 or len(above) < FEWEST_ROWS:
        return False
    cells = _cells(last, separator)
    if len(cells) < count or (not cells[-1] and all(above)):
        return True
    ended = last[-1] in ' \t"' or len(cells) > count or len(above) < FEWEST_NUMBERS
    return not ended and _lacks_digits(above, cells[-1])


def _separator(row: str) -> str | None:
    """What sets off the cells of a row; ``None`` for any number of blanks."""
    for mark in (";", "\t"):
        if mark in row.strip():
            return mark
    if all(NUMBER.fullmatch(cell.rstrip(",")) for cell in row.split()) and len(row.split()) > 1:
        return None
    return "," if "," in row else None


def _cells(row: str, separator: str | None) -> list[str]:
    return [cell.strip(' "') for cell in (row.rstrip("\r") if separator else row).split(separator)]


def _lacks_digits(above: Sequence[str], cell: str) -> bool:
    """Whether a number is shorter than it can be, given the ones above it."""
    usual = [NUMBER.fullmatch(one) for one in above]
    if not all(match and any(match.groups()) for match in usual):
        return False
    found = NUMBER.fullmatch(cell)
    if not found or not found[1] + (found[2] or ""):
        return not LETTERS.search(cell) or cell[-1] in "eEdD-+"
    whole, decimals, exponents = zip(*(match.groups("") for match in usual if match), strict=True)
    if all(exponents):
        return len(found[3] or "") < min(map(len, exponents))
    if any(exponents) or found[3]:
        return False
    fewest, most = min(map(len, decimals)), max(map(len, decimals))
    if most:
        own = len(found[2] or "")
        return own < fewest and (fewest == most or (fewest >= LONG and own <= fewest / 2))
    smallest = min(int(digits) for digits in whole)
    return len(found[1]) < min(map(len, whole)) and int(found[1] or 0) < smallest / 2
