"""Documents as MongoDB keeps them.

Layout: ``_id`` is ``immutable_id``; all else stands as it is, but for a field with what BSON cannot
hold (a name with a dot, a very large number), which is kept as JSON text in ``_json``. ``_keys`` has
what no other document of the kind may have, ``_runs`` what a text is searched by, ``_write`` is
another after each write.
"""

from typing import Any

import bson
import orjson
from bson import ObjectId

from pydatalab.errors import Invalid, TooLarge
from pydatalab.store.conditions import text_of, values_at
from pydatalab.store.kinds import Kind
from pydatalab.store.mongo.filters import KEYS, RUNS, key_of
from pydatalab.store.query import Document
from pydatalab.store.runs import runs_in

JSON = "_json"
WRITE = "_write"
OWN = (KEYS, RUNS, JSON, WRITE)

LARGEST = 15 * 1024 * 1024
"""Bytes of a document; MongoDB takes a little more."""


def stored(kind: Kind, document: Document) -> dict[str, Any]:
    """A document as it is written.

    Raises:
        Invalid: JSON has no way to write it.
        TooLarge: MongoDB does not take so much in one document.
    """
    fields = {name: value for name, value in document.items() if name != "immutable_id"}
    kept = {name: value for name, value in fields.items() if _fits(name, value)}
    odd = {name: _as_json(value) for name, value in fields.items() if name not in kept}
    own: dict[str, Any] = {KEYS: _keys(kind, document), WRITE: ObjectId()}
    if kind.text:
        own[RUNS] = runs_in(text_of(document))
    if odd:
        own[JSON] = odd
    made = {"_id": ObjectId(document["immutable_id"]), **kept, **own}
    if _size(made) > LARGEST:
        name = document.get("refcode") or document["immutable_id"]
        raise TooLarge(f"This {kind.noun} ({name}) has become too large to be kept in one piece.")
    return made


def restored(found: dict[str, Any]) -> Document:
    """A document as it was given to be written."""
    fields = {name: value for name, value in found.items() if name not in OWN and name != "_id"}
    odd = {name: orjson.loads(text) for name, text in found.get(JSON, {}).items()}
    return {"immutable_id": str(found["_id"]), **fields, **odd}


def _keys(kind: Kind, document: Document) -> list[str]:
    """What no other document may have; never empty, since MongoDB takes two that have none for equal."""
    keys = [key_of(("immutable_id",), (document["immutable_id"],))]
    for fields in kind.unique:
        values = tuple((values_at(document, field) or [None])[0] for field in fields)
        if None not in values:
            keys.append(key_of(fields, values))
    return keys


def _fits(name: str, value: Any) -> bool:
    """Whether BSON holds a field as it is."""
    if not isinstance(value, dict | list | int):
        return True
    try:
        bson.encode({name: value}, check_keys=True)
    except (bson.errors.InvalidDocument, OverflowError, UnicodeEncodeError):
        return False
    return True


def _size(made: dict[str, Any]) -> int:
    """Bytes of a document as it is sent."""
    try:
        return len(bson.encode(made))
    except (bson.errors.InvalidDocument, UnicodeEncodeError) as exc:
        raise Invalid(f"This cannot be stored: {exc}.") from exc


def _as_json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError as exc:
        raise Invalid(f"This cannot be stored as JSON: {exc}.") from exc
