"""What is asked of the store, as data. Each engine compiles it into its own language.

A field is named by its dotted path in the document: ``derived.principals``. Where a field holds a
list, a condition on it speaks of any member.
"""

import re
from dataclasses import dataclass
from typing import Any

from pydatalab.errors import Invalid

Document = dict[str, Any]
"""JSON types only. Times are text as ``models.times`` writes them, so that they sort as text."""


@dataclass(frozen=True)
class Is:
    """The field is this value, or a list that has it."""

    field: str
    value: str | int | None


@dataclass(frozen=True)
class OneOf:
    """The field is one of these values, or a list that has one. None of no values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """The field is at least ``low`` and at most ``high``; an open end is ``None``. Null is neither."""

    field: str
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class Mentions:
    """The item's text (``derived.text``) has every part of these words, anywhere, in any order.

    Parts are split at blanks and folded as ``models.folding`` does; a part of one or two letters
    must begin a word (stand at the start or behind something that is no letter or digit).
    No parts: everything matches.
    """

    text: str


@dataclass(frozen=True)
class Matches:
    """One line of the item's text (``derived.text``) matches this regular expression, in any case."""

    pattern: str


@dataclass(frozen=True)
class Every:
    """All of these conditions hold; without any, everything matches."""

    conditions: "tuple[Condition, ...]" = ()


@dataclass(frozen=True)
class Some:
    """At least one of these conditions holds; without any, nothing matches."""

    conditions: "tuple[Condition, ...]"


Condition = Is | OneOf | Between | Mentions | Matches | Every | Some

EVERYTHING = Every()


@dataclass(frozen=True)
class Order:
    """By which field, and which way. Nulls and missing fields come before all values.

    Equal values come in the order of ``immutable_id``, the same way.
    """

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """One page of documents."""

    where: Condition = EVERYTHING
    order: Order = Order("immutable_id")
    limit: int = 50
    after: str | None = None
    """``Page.next_cursor`` of the page before, of a query with the same order."""
    fields: tuple[str, ...] | None = None
    """Top-level fields to give (``immutable_id`` always); ``None``: all."""
    count_to: int = 0
    """Count the matches exactly up to this number; 0: do not count."""


@dataclass(frozen=True)
class Page:
    """One page of what was found."""

    documents: list[Document]
    next_cursor: str | None
    """Where the next page begins; ``None`` on the last."""
    total: int | None = None
    """How many match in all, or ``Query.count_to`` if more do; ``None`` if not counted."""
    exact: bool = True
    """Whether ``total`` is all, rather than where counting stopped."""


@dataclass(frozen=True)
class Scope:
    """What a person may see: documents of which ``derived.principals`` has one of these."""

    principals: frozenset[str] | None

    @classmethod
    def all(cls) -> "Scope":
        """Everything, deleted things too: for jobs, backups, migrations and commands alone."""
        return cls(None)

    def sees(self, document: Document) -> bool:
        """Whether this document is within."""
        if self.principals is None:
            return True
        return not self.principals.isdisjoint(document["derived"]["principals"])


def valid_pattern(pattern: str) -> None:
    """Refuse what is no regular expression.

    Raises:
        Invalid: with the reason.
    """
    try:
        re.compile(pattern)
    except re.error as exc:
        raise Invalid(f"{pattern!r} is not a regular expression: {exc}.") from exc
