"""Whether a document meets a condition, in plain Python: what an engine's own index leaves over."""

import re
import time
from collections.abc import Callable
from typing import Any

from pydatalab.errors import Invalid
from pydatalab.models.folding import folded
from pydatalab.store.query import (
    Between,
    Condition,
    Document,
    Every,
    Is,
    Matches,
    Mentions,
    OneOf,
    Some,
)

Check = Callable[[Document], bool]

SHORT = 2
"""Parts of at most so many letters must begin a word."""

LONGEST_PATTERN = 200
"""Letters that a regular expression may have."""

SECONDS_TO_MATCH = 2.0
"""How long one query may spend on regular expressions."""


def check_for(condition: Condition) -> Check:
    """A function that tells whether a document meets the condition.

    Raises:
        Invalid: a pattern is no regular expression; or, from the function, it takes too long.
    """
    match condition:
        case Is(field, value):
            return lambda document: value in values_at(document, field)
        case OneOf(field, values):
            return lambda document: any(value in values for value in values_at(document, field))
        case Between(field, low, high):
            return lambda document: any(
                is_between(value, low, high) for value in values_at(document, field)
            )
        case Mentions(text):
            parts = parts_of(text)
            return lambda document: mentions(text_of(document), parts)
        case Matches(pattern):
            finder = LineFinder(pattern)
            return lambda document: finder.finds(text_of(document))
        case Every(conditions):
            checks = [check_for(each) for each in conditions]
            return lambda document: all(check(document) for check in checks)
        case Some(conditions):
            checks = [check_for(each) for each in conditions]
            return lambda document: any(check(document) for check in checks)


def values_at(document: Any, field: str) -> list[Any]:
    """What stands at a dotted path: a list's members, or the one value; nothing there is a null."""
    name, _, rest = field.partition(".")
    value = document.get(name) if isinstance(document, dict) else None
    members = value if isinstance(value, list) else [value]
    if not rest:
        return members
    return [found for member in members for found in values_at(member, rest)]


def is_between(value: Any, low: str | None, high: str | None) -> bool:
    """Whether a text lies within both ends; what is no text lies nowhere."""
    return (
        isinstance(value, str) and (low is None or low <= value) and (high is None or value <= high)
    )


def text_of(document: Document) -> str:
    """The text that searches look into."""
    text = document.get("derived", {}).get("text")
    return text if isinstance(text, str) else ""


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of what somebody typed, folded, each once."""
    return tuple(dict.fromkeys(folded(text).split()))


def mentions(text: str, parts: tuple[str, ...]) -> bool:
    """Whether a folded text has every part; short ones at the beginning of a word."""
    return all(part in text and (len(part) > SHORT or _begins_a_word(text, part)) for part in parts)


def _begins_a_word(text: str, part: str) -> bool:
    at = text.find(part)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(part, at + 1)
    return at >= 0


class LineFinder:
    """Looks for a regular expression, line by line, within a time that ends."""

    def __init__(self, pattern: str) -> None:
        self._lines = line_pattern(pattern)
        self._pattern = pattern
        self._ends = time.monotonic() + SECONDS_TO_MATCH

    def finds(self, text: str) -> bool:
        """Whether a line of the text matches.

        Raises:
            Invalid: the time is up.
        """
        for line in text.split("\n"):
            if time.monotonic() > self._ends:
                raise Invalid(f"Looking for {self._pattern!r} takes too long. Make it simpler.")
            if self._lines.search(line):
                return True
        return False


def line_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to search in a line.

    Raises:
        Invalid: it is no regular expression, or too long.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise Invalid(f"A regular expression may have {LONGEST_PATTERN} letters at most.")
    try:
        return re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as exc:
        raise Invalid(f"{pattern!r} is not a regular expression: {exc}.") from exc
