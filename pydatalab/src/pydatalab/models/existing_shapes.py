"""What all documents of the datalab before this one need to be ones of ours: types of JSON, an id and
times as ours, lists and texts that are such, and a place for what is not.
"""

import base64
import hashlib
import re
import string
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from pydatalab.models.base import moment
from pydatalab.models.times import as_text

Document = dict[str, Any]

PUT_ASIDE = "not_adopted"
"""Field of a document that holds what could not be taken over as it was."""

_IDS = ("creator_ids", "group_ids", "file_ObjectIds", "managers", "groups")
"""Fields with a list of ids, or of what has one."""

_MAPS = ("relationships", "identities")
"""Fields with a list of maps."""

_TEXTS = (
    "type", "item_id", "refcode", "collection_id", "group_id", "title", "display_name", "contact_email",
    "account_status", "action", "user_id", "hash", "token", "user", "created_by", "original_name", "extension",
)  # fmt: skip
"""Fields with a text that others look up or show; a number there is one that somebody typed."""


def plain(value: Any) -> Any:
    """A value of MongoDB in types of JSON: ids and anything unheard-of as text, times as ours."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def taken_over(raw: Mapping[str, Any], without: Iterable[str] = ()) -> Document:
    """A document in types of JSON, under our name for its id, and with a time of its last change; lists
    and texts are such, or put aside."""
    document = {name: plain(one) for name, one in raw.items() if name not in {"_id", *without}}
    document = _shaped(document)
    given = str(raw.get("_id") or raw.get("immutable_id"))
    immutable_id = own_id(given)
    changed = time_of(document.get("last_modified")) or made_at(immutable_id)
    document |= {"immutable_id": immutable_id, "last_modified": changed}
    return document if immutable_id == given else with_aside(document, {"_id": given})


def _shaped(document: Document) -> Document:
    """A document whose lists of ids and maps, and texts, are just that; what is not is put aside."""
    fitting: Document = {}
    aside: Document = {}
    for name, value in document.items():
        fits, rest = _fitting(name, value)
        if rest not in (None, [], ""):
            aside[name] = rest
        if fits is not None or value is None:
            fitting[name] = fits
    if not isinstance(document.get(PUT_ASIDE, {}), Mapping):
        fitting[PUT_ASIDE] = {PUT_ASIDE: document[PUT_ASIDE]}
    return with_aside(fitting, aside)


def _fitting(name: str, value: Any) -> tuple[Any, Any]:
    """What of a value its field may have, and what it may not."""
    if name in _TEXTS and not isinstance(value, str):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return (str(value), None) if is_number else (None, value)
    if name not in (*_IDS, *_MAPS) or value is None:
        return value, None
    kinds = str | dict if name in {"groups", "managers"} else dict if name in _MAPS else str
    if name in _IDS and isinstance(value, str) and value:
        value = [value]  # one alone, which was found there as in a list
    if not isinstance(value, list):
        return None, value
    return (
        [one for one in value if isinstance(one, kinds)],
        [one for one in value if not isinstance(one, kinds)],
    )


def with_aside(document: Document, aside: Document) -> Document:
    """A document that keeps what it could not take over, beside what it kept so before."""
    return document | {PUT_ASIDE: document.get(PUT_ASIDE, {}) | aside} if aside else document


def time_of(value: Any) -> str | None:
    """A time as ours are; ``None`` where this is none."""
    with suppress(ValueError):
        return moment(value)
    return None


def own_id(given: Any) -> str:
    """An id as ours are; one that is not of 24 hexadecimal digits gives one that follows from it."""
    text = str(given)
    if re.fullmatch("[0-9a-f]{24}", text):
        return text
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def made_at(immutable_id: str) -> str:
    """When a document was made, which the first eight digits of its id tell."""
    try:
        return as_text(datetime.fromtimestamp(int(immutable_id[:8], 16), UTC))
    except (ValueError, OverflowError, OSError):
        return as_text(datetime.fromtimestamp(0, UTC))


def number_of(value: Any, otherwise: int = 1) -> int:
    """A whole number; another where this is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def id_of(one: Any) -> str:
    """The id of a person or group that is named by it, or stands there as a whole."""
    if isinstance(one, Mapping):
        return str(one.get("immutable_id") or one.get("_id"))
    return str(one)


def letters_of(immutable_id: str) -> str:
    """Six letters that follow from an id, for the refcode of what has none."""
    digest = hashlib.sha256(immutable_id.encode()).digest()
    return "".join(string.ascii_uppercase[byte % 26] for byte in digest[:6])
