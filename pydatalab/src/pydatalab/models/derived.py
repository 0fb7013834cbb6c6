"""What follows from one document, kept in it under ``derived`` in the same write.

The store finds, sorts and hides by these fields alone (``store.kinds``).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydatalab.models.folding import folded, plain
from pydatalab.models.identifiers import PUBLIC_ID
from pydatalab.models.items import CONSTITUENT_FIELDS, SEARCHED_FIELDS

EVERYONE = "everyone"
"""Principal of every active account: what is public."""
LAB = "lab"
"""Principal of the laboratory itself: everything that is not deleted, for administrators."""
DELETED = "deleted:"
"""Stands before the principals of what is deleted, so that only undoing finds it."""

MAX_TEXT = 200_000
"""Characters of one document that are searched."""


def person_principal(person_id: str) -> str:
    return f"person:{person_id}"


def group_principal(group_id: str) -> str:
    return f"group:{group_id}"


def collection_principal(collection_id: str) -> str:
    """Principal of those who may see a collection; the id is the collection's ``immutable_id``."""
    return f"collection:{collection_id}"


def owners(document: Mapping[str, Any]) -> list[str]:
    """Principals from creators and groups; whoever nobody made is everybody's."""
    creators = document.get("creator_ids") or []
    people = [person_principal(one) for one in creators if one != PUBLIC_ID]
    groups = [group_principal(one) for one in document.get("group_ids") or []]
    public = [EVERYONE] if not creators or PUBLIC_ID in creators else []
    return people + groups + public


def item_derived(item: Mapping[str, Any]) -> dict[str, Any]:
    """``derived`` of an item."""
    collections = [
        link["immutable_id"]
        for link in item.get("relationships") or []
        if link.get("type") == "collections" and link.get("immutable_id")
    ]
    principals = [LAB, *owners(item), *map(collection_principal, collections)]
    return {
        "principals": _hidden(principals) if item.get("deleted_at") else principals,
        "live_id": None if item.get("deleted_at") else item["item_id"],
        "item_id": folded(item["item_id"]),
        "name": folded(item.get("name") or ""),
        "collections": collections,
        "made_from": _refcodes(item, "made_from"),
        "part_of": _refcodes(item, "part_of"),
        "text": _text(_words(item)),
    }


def collection_derived(collection: Mapping[str, Any]) -> dict[str, Any]:
    """``derived`` of a collection."""
    deleted = collection.get("deleted_at")
    principals = [LAB, *owners(collection)]
    return {
        "principals": _hidden(principals) if deleted else principals,
        "live_id": None if deleted else collection["collection_id"],
        "name": folded(collection.get("title") or ""),
        "text": _text([collection.get(n) for n in ("collection_id", "title", "description")]),
    }


def _hidden(principals: Iterable[str]) -> list[str]:
    return [DELETED + principal for principal in principals]


def _refcodes(item: Mapping[str, Any], relation: str) -> list[str]:
    """Refcodes of the items that this one names in fields of that relation, each once."""
    fields = (name for name, kind in CONSTITUENT_FIELDS.items() if kind == relation)
    named = (part["item"].get("refcode") for name in fields for part in item.get(name) or [])
    return list(dict.fromkeys(refcode for refcode in named if refcode))


def _words(item: Mapping[str, Any]) -> list[Any]:
    blocks = (item.get("blocks_obj") or {}).values()
    return [
        *(item.get(name) for name in SEARCHED_FIELDS),
        *(block.get(name) for block in blocks for name in ("title", "freeform_comment")),
        *(item.get("file_names") or {}).values(),
    ]


def _text(values: Iterable[Any]) -> str:
    """The words of these fields, folded, a line each."""
    lines = (" ".join(folded(plain(str(value))).split()) for value in values if value)
    return "\n".join(line for line in lines if line)[:MAX_TEXT]
