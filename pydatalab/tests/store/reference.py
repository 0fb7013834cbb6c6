"""What any store must answer, said once more as plainly as can be: filter, sort, cut.

Slow and simple on purpose. It shares with the engines the questions (``query``) and the folding of
text, nothing else.
"""

import re
from typing import Any

from pydatalab.models.folding import folded
from pydatalab.store.query import (
    Between,
    Condition,
    Every,
    Is,
    Matches,
    Mentions,
    OneOf,
    Order,
    Scope,
    Some,
)

Document = dict[str, Any]


def listed(
    documents: list[Document], where: Condition, order: Order, scope: Scope
) -> list[Document]:
    """All documents in scope that meet the condition, in order."""
    found = [document for document in documents if scope.sees(document) and holds(where, document)]
    return sorted(found, key=lambda each: _sort_key(each, order.field), reverse=order.descending)


def holds(where: Condition, document: Document) -> bool:
    """Whether a document meets a condition."""
    match where:
        case Is(field, value):
            return value in values(document, field)
        case OneOf(field, allowed):
            return not set(allowed).isdisjoint(values(document, field))
        case Between(field, low, high):
            return any(
                (low is None or value >= low) and (high is None or value <= high)
                for value in values(document, field)
                if isinstance(value, str)
            )
        case Mentions(text):
            return all(
                _mentions(document["derived"]["text"], part) for part in folded(text).split()
            )
        case Matches(pattern):
            lines = document["derived"]["text"].split("\n")
            return any(re.search(pattern, line, re.IGNORECASE) for line in lines)
        case Every(conditions):
            return all(holds(each, document) for each in conditions)
        case Some(conditions):
            return any(holds(each, document) for each in conditions)


def values(document: Any, path: str) -> list[Any]:
    """The members of the list at a path, or the one value there, or null if there is nothing."""
    found = [document]
    for name in path.split("."):
        found = [each.get(name) if isinstance(each, dict) else None for each in found]
        found = [
            member for each in found for member in (each if isinstance(each, list) else [each])
        ]
    return found


def _mentions(text: str, part: str) -> bool:
    places = (match.start() for match in re.finditer(f"(?={re.escape(part)})", text))
    return any(len(part) > 2 or at == 0 or not text[at - 1].isalnum() for at in places)


def _sort_key(document: Document, field: str) -> tuple[bool, str, str]:
    value = values(document, field)[0]
    return value is not None, value or "", document["immutable_id"]
