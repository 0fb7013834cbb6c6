"""Where a page ends and the next begins: a place in an order, as opaque text."""

import base64
import binascii
from typing import Any

import orjson

from pydatalab.errors import Invalid
from pydatalab.store.query import Document

Place = tuple[Any, str]
"""The value sorted by, and the ``immutable_id``."""


def place_of(document: Document, field: str) -> Place:
    """Where a document stands when sorted by a field."""
    value: Any = document
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value, document["immutable_id"]


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
        value, immutable_id = orjson.loads(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        )
    except (ValueError, TypeError, binascii.Error) as exc:
        raise Invalid("This is no cursor of a page. Begin again with the first page.") from exc
    if not isinstance(immutable_id, str) or not isinstance(value, str | int | float | None):
        raise Invalid("This is no cursor of a page. Begin again with the first page.")
    return value, immutable_id
