"""Whether documents meet a condition, in plain Python: for what an engine's indexes leave over."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from pydatalab.models.folding import folded
from pydatalab.store.lines import LineMatcher
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

Check = Callable[[list[Document]], list[bool]]
"""Tells of each document whether it meets the condition."""

SHORT = 2
"""Parts of at most so many letters must begin a word."""


@contextmanager
def checking(condition: Condition) -> Iterator[Check]:
    """A check that works until the end of the block.

    Raises:
        Invalid: a pattern is no regular expression; or, from the check, it takes too long.
    """
    with ExitStack() as until_done:
        yield _check(condition, until_done)


def _check(condition: Condition, until_done: ExitStack) -> Check:
    match condition:
        case Is(field, value):
            return _each(lambda document: value in values_at(document, field))
        case OneOf(field, sought):
            return _each(lambda document: any(v in sought for v in values_at(document, field)))
        case Between(field, low, high):
            return _each(
                lambda document: any(is_between(v, low, high) for v in values_at(document, field))
            )
        case Mentions(text):
            parts = parts_of(text)
            return _each(lambda document: mentions(text_of(document), parts))
        case Matches(pattern):
            matcher = until_done.enter_context(LineMatcher(pattern))
            return lambda documents: matcher.match([text_of(document) for document in documents])
        case Every(conditions):
            return _combined(all, [_check(each, until_done) for each in conditions])
        case Some(conditions):
            return _combined(any, [_check(each, until_done) for each in conditions])


def _each(holds: Callable[[Document], bool]) -> Check:
    return lambda documents: [holds(document) for document in documents]


def _combined(rule: Callable[[Iterator[bool]], bool], checks: list[Check]) -> Check:
    def check(documents: list[Document]) -> list[bool]:
        answers = [check(documents) for check in checks]
        return [rule(answer[at] for answer in answers) for at in range(len(documents))]

    return check


def values_at(document: Any, field: str) -> list[Any]:
    """What stands at a dotted path: a list's members, or the one value; nothing there is a null."""
    name, _, rest = field.partition(".")
    value = document.get(name) if isinstance(document, dict) else None
    members = value if isinstance(value, list) else [value]
    return [found for one in members for found in values_at(one, rest)] if rest else members


def value_at(document: Any, field: str) -> Any:
    """What stands at a dotted path that leads through no list; nothing there is a null."""
    name, _, rest = field.partition(".")
    value = document.get(name) if isinstance(document, dict) else None
    return value_at(value, rest) if rest else value


def is_between(value: Any, low: str | None, high: str | None) -> bool:
    """Whether a text lies within both ends; what is no text lies nowhere."""
    return (
        isinstance(value, str) and (low is None or low <= value) and (high is None or value <= high)
    )


def text_of(document: Document) -> str:
    """The text that searches look into."""
    derived = document.get("derived")
    text = derived.get("text") if isinstance(derived, dict) else None
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
