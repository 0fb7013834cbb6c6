"""Runs of three letters, by which an engine finds the texts that mention something.

Behind each text stand the beginnings of its words, each with two marks before it. So one letter and
two marks, or two letters and one, are runs of three as well, and short parts are found like long.
"""

import re

MARK = "\1"
LENGTH = 3
MOST_RUNS = 60
"""Runs that are looked up for one query; what they find is looked at anyway."""

_BEGINNINGS = re.compile(r"(?=(\S{0,2}))[^\W_]*(?:[\W_]|\Z)")
"""The first letters of each word; nothing between two that are not letters."""


def found_exactly(parts: tuple[str, ...]) -> bool:
    """Whether what is found by runs needs no second look: no part is longer than a run."""
    return len(parts) <= MOST_RUNS and all(
        len(part) <= LENGTH and part == searchable(part) for part in parts
    )


def runs_of(part: str) -> list[str]:
    """The runs by which a part is found; none if it has what no index has."""
    if part != searchable(part):
        return []
    return _runs(MARK * (LENGTH - len(part)) + part)


def runs_in(text: str) -> list[str]:
    """All runs that a text is found by, each once."""
    return list(dict.fromkeys(_runs(with_beginnings(text))))


def with_beginnings(text: str) -> str:
    """A text as it is indexed."""
    plain = searchable(text)
    words = " ".join(dict.fromkeys(plain.split()))
    beginnings = dict.fromkeys(_BEGINNINGS.findall(words))
    beginnings.pop("", None)
    return (MARK * 2).join([plain, *beginnings])


def searchable(text: str) -> str:
    """The text without what would end it, or be taken for a mark, in the index."""
    return text.replace("\0", " ").replace(MARK, " ")


def _runs(text: str) -> list[str]:
    return [text[at : at + LENGTH] for at in range(len(text) - LENGTH + 1)]
