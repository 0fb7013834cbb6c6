"""Where a page ends and the next begins: a place in an order, as opaque text."""

import base64
from typing import Any

import orjson

from pydatalab.errors import Invalid
from pydatalab.store.conditions import value_at
from pydatalab.store.query import Document

NOT_A_CURSOR = Invalid("This is no cursor of such a list. Begin again with its first page.")

Place = tuple[Any, str]
"""The value sorted by, and the ``immutable_id``."""


def place_of(document: Document, field: str) -> Place:
    """Where a document stands when sorted by a field."""
    value = value_at(document, field)
    return value if isinstance(value, str | int | float) else None, document["immutable_id"]


def rank(place: Place) -> tuple[int, Any, str]:
    """What places are sorted by: nulls first, then numbers, then text; equals by id."""
    value, immutable_id = place
    if isinstance(value, str):
        return 2, value, immutable_id
    if isinstance(value, int | float):
        return 1, value, immutable_id
    return 0, 0, immutable_id


def cursor_at(place: Place) -> str:
    """The cursor of the page behind a place."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place_at(cursor: str) -> Place:
    """The place of a cursor.

    Raises:
        Invalid: the text is no cursor.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, immutable_id = orjson.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError) as exc:
        raise NOT_A_CURSOR from exc
    if not isinstance(immutable_id, str) or not isinstance(value, str | int | float | None):
        raise NOT_A_CURSOR
    return value, immutable_id


def text_place_at(cursor: str) -> Place:
    """The place of a cursor in an order of texts.

    Raises:
        Invalid: the text is no such cursor.
    """
    value, immutable_id = place_at(cursor)
    if not isinstance(value, str | None):
        raise NOT_A_CURSOR
    return value, immutable_id
