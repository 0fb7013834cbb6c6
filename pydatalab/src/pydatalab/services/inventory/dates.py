"""Days as sheets write them, with the habits of their column."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydatalab.errors import Invalid
from pydatalab.models.folding import folded
from pydatalab.models.times import as_text

First = Literal["day", "month"]

EARLIEST, LATEST = 1900, 2200
SERIALS = (7_306, 109_575)
"""Days since the end of 1899, as sheets count them: 1920 to 2199."""
SERIAL_START = datetime(1899, 12, 30, tzinfo=UTC)
CENTURY = 70
"""Years of two digits up to this one are of this century."""

NUMERIC = re.compile(r"(\d{1,2})([./ -])\s?(\d{1,2})\2\s?(\d{4}|\d{2})\b")
YEAR_FIRST = re.compile(r"(\d{4})[./ -](\d{1,2})[./ -](\d{1,2})\b")
COMPACT = re.compile(r"(19|20)(\d\d)(\d\d)(\d\d)")
WORDS = re.compile(
    r"(?:[^\W\d_]+,\s*)?(\d{1,2})(?:st|nd|rd|th|\.)?[ -]*([^\W\d_]{3,})[.,]?[ -]*(\d{4}|\d{2})\b"
)
MONTH_FIRST = re.compile(
    r"(?:[^\W\d_]+,\s*)?([^\W\d_]{3,})\.?[ -]*(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})\b"
)
TIME_BEHIND = re.compile(
    r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?$"
)

MONTHS = {
    folded(word): number
    for number, words in enumerate(
        (
            "jan january januar janvier janv enero gennaio ene gen",
            "feb february februar février fevrier févr febrero febbraio",
            "mar march märz maerz mrz mars marzo",
            "apr april avril avr abril aprile abr",
            "may mai mayo maggio mag",
            "jun june juni juin junio giugno giu",
            "jul july juli juillet juil julio luglio lug",
            "aug august août aout agosto ago",
            "sep sept september septembre septiembre settembre set",
            "oct october oktober okt octobre octubre ottobre ott",
            "nov november novembre noviembre",
            "dec december dezember dez décembre decembre déc diciembre dicembre dic",
        ),
        1,
    )
    for word in words.split()
}


def first_of(texts: Iterable[str]) -> First | None:
    """Whether days or months come first in a column of dates, where one of them tells.

    A dot between them is written where days come first. ``None``: none tells, or they disagree.
    """
    told: set[First] = set()
    for text in texts:
        found = NUMERIC.match(text.strip())
        if found is None:
            continue
        one, two = int(found[1]), int(found[3])
        if found[2] == "." or (one > 12 >= two):
            told.add("day")
        elif two > 12 >= one:
            told.add("month")
    return told.pop() if len(told) == 1 else None


def day(cell: str | float | datetime, first: First | None = None) -> str:
    """A day as the lab writes times; an hour beside it is left out, unless it is ISO 8601.

    Args:
        cell: a date; its text in any usual form; or the number by which sheets count days.
        first: what comes first in ``01/03/2024``.

    Raises:
        Invalid: it is no day, or can be read as two.
    """
    if isinstance(cell, datetime):
        return _within(cell)
    if not isinstance(cell, str):
        return _serial(float(cell))
    text = " ".join(cell.split())
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _serial(float(text))
    try:
        return _within(datetime.fromisoformat(text))
    except ValueError:
        return _parsed(TIME_BEHIND.sub("", text), first)


def _serial(number: float) -> str:
    compact = COMPACT.fullmatch(str(int(number))) if number.is_integer() else None
    if compact:
        return _made(int(compact[1] + compact[2]), int(compact[3]), int(compact[4]), str(number))
    if not SERIALS[0] <= number <= SERIALS[1]:
        raise Invalid(f"{number:g} is no date; write it like 2025-03-01.")
    return as_text(SERIAL_START + timedelta(days=int(number)))


def _parsed(text: str, first: First | None) -> str:
    if found := YEAR_FIRST.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]), text)
    if found := NUMERIC.fullmatch(text):
        return _numeric(int(found[1]), int(found[3]), _year(found[4]), first, found[2], text)
    if (found := WORDS.fullmatch(text)) and folded(found[2]) in MONTHS:
        return _made(_year(found[3]), MONTHS[folded(found[2])], int(found[1]), text)
    if (found := MONTH_FIRST.fullmatch(text)) and folded(found[1]) in MONTHS:
        return _made(int(found[3]), MONTHS[folded(found[1])], int(found[2]), text)
    raise Invalid(f"{text[:60]!r} is no date; write it like 2025-03-01.")


def _numeric(one: int, two: int, year: int, first: First | None, mark: str, text: str) -> str:
    if first is None and mark == ".":
        first = "day"
    if one > 12 or two > 12 or one == two:
        first = "day" if two <= 12 else "month"
    if first is None:
        raise Invalid(f"{text!r} can be read as two days; write it like {year}-03-01.")
    number, month = (one, two) if first == "day" else (two, one)
    return _made(year, month, number, text)


def _year(digits: str) -> int:
    return (
        int(digits)
        if len(digits) == 4
        else int(digits) + (2000 if int(digits) <= CENTURY else 1900)
    )


def _made(year: int, month: int, number: int, text: str) -> str:
    try:
        return _within(datetime(year, month, number, tzinfo=UTC))
    except ValueError as exc:
        raise Invalid(f"{text[:60]!r} is no date; write it like 2025-03-01.") from exc


def _within(time: datetime) -> str:
    if not EARLIEST <= time.year <= LATEST:
        raise Invalid(f"The year {time.year} cannot be right.")
    return as_text(time)
