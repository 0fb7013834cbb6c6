"""Which collections an item is in, as the item itself keeps it."""

from collections.abc import Sequence
from typing import Any

from pydatalab.errors import NotFound
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import access
from pydatalab.store.query import Document, OneOf, Query, Some


def link(collection: Document) -> dict[str, Any]:
    """Membership in a collection, as an item keeps it."""
    return {
        "relation": None,
        "type": "collections",
        "immutable_id": collection["immutable_id"],
    }


def named(lab: Lab, who: Person, ids: Sequence[str]) -> list[Document]:
    """Collections by ``collection_id`` or ``immutable_id``, as far as ``who`` may see them.

    One that is called by the ``immutable_id`` of another is not taken for it.
    """
    wanted = tuple(ids)
    where = Some((OneOf("immutable_id", wanted), OneOf("derived.live_id", wanted)))
    query = Query(where, limit=2 * len(wanted) + 1)
    found = lab.store.collections.find(query, scope=access.reading_collections(who)).documents
    meant = {one["immutable_id"] for one in found}
    return [
        one for one in found if one["immutable_id"] in wanted or one["collection_id"] not in meant
    ]


def to_fill(lab: Lab, who: Person, ids: Sequence[str]) -> list[Document]:
    """These collections, all of which ``who`` may put items into.

    Raises:
        NotFound: one is not there, or not ``who``'s to fill.
    """
    if not ids:
        return []
    found = [one for one in named(lab, who, ids) if access.may_change(who, one)]
    known = {one[name] for one in found for name in ("immutable_id", "collection_id")}
    missing = [one for one in ids if one not in known]
    if missing:
        raise NotFound(f"There is no collection {missing[0]} that you may put items into.")
    return found


def check_new(lab: Lab, who: Person, item: Document, ids: Sequence[str]) -> None:
    """See whether ``who`` may fill those of these collections that the item is not in.

    Raises:
        NotFound: one is not there, or not ``who``'s to fill.
    """
    now_in = [
        one["immutable_id"]
        for one in item.get("relationships") or []
        if one.get("type") == "collections"
    ]
    names = {one["collection_id"] for one in named(lab, who, now_in)}
    to_fill(lab, who, [one for one in ids if one not in names.union(now_in)])


def relinked(lab: Lab, who: Person, item: Document, ids: Sequence[str]) -> list[dict[str, Any]]:
    """An item's relationships, with just these collections of those that ``who`` may fill.

    Collections that ``who`` may not fill stay as they are; unknown ones are passed over.
    """
    links = item.get("relationships") or []
    now_in = [one["immutable_id"] for one in links if one.get("type") == "collections"]
    known = [*named(lab, who, ids), *named(lab, who, now_in)]
    may_gather = access.may_gather(who, item)
    fillable = {one["immutable_id"] for one in known if may_gather and access.may_change(who, one)}
    wanted = {one["immutable_id"]: one for one in named(lab, who, ids)}
    kept = [
        one
        for one in links
        if one.get("type") != "collections"
        or one["immutable_id"] not in fillable
        or one["immutable_id"] in wanted
    ]
    new = [one for key, one in wanted.items() if key in fillable and key not in now_in]
    return kept + [link(one) for one in new]
