"""Exports: items with their files in one archive, described as an RO-Crate, for other notebooks.

An archive is made while it is fetched, of what the person who asked for it may see at that time.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from pydatalab.errors import NotFound
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.people import Person
from pydatalab.models.times import as_text, now
from pydatalab.services import collections, crates, files, items
from pydatalab.store.query import Document, Every, Is, Query

LASTS = timedelta(days=1)

Described = Callable[[Document], dict[str, Any]]
"""How an item is written into ``metadata.json``."""


@dataclass(frozen=True)
class Member:
    """One file of an archive: bytes that are here, or the digest of those in the vault."""

    path: str
    changed: str | None
    content: bytes = b""
    sha256: str | None = None


def export_items(lab: Lab, who: Person, refcode: str, others: Sequence[str] = ()) -> Document:
    """Have an item, and others with it, made into an archive.

    Raises:
        NotFound: ``who`` can see no such item.
    """
    wanted = [items.get_item(lab, who, one) for one in dict.fromkeys((refcode, *others))]
    refcodes = [one["refcode"] for one in wanted]
    named = {"name": wanted[0]["item_id"], "root": refcodes[0]}
    return _ordered(lab, who, {**named, "refcodes": refcodes})


def export_collection(lab: Lab, who: Person, collection_id: str) -> Document:
    """Have the items of a collection made into an archive.

    Raises:
        NotFound: ``who`` can see no such collection.
    """
    collections.get_collection(lab, who, collection_id)
    return _ordered(
        lab, who, {"name": collection_id, "root": collection_id, "collection_id": collection_id}
    )


def _ordered(lab: Lab, who: Person, wanted: Document) -> Document:
    _forget_old(lab)
    order: Document = {
        **wanted,
        "immutable_id": new_object_id(),
        "task_id": str(uuid.uuid4()),
        "user": who.immutable_id,
        "created_at": now(),
    }
    lab.store.exports.add(order)
    return order


def _oldest() -> str:
    return as_text(datetime.now(UTC) - LASTS)


def _forget_old(lab: Lab) -> None:
    oldest = _oldest()
    for one in lab.store.exports.find(Query(limit=1_000)).documents:
        if one["created_at"] < oldest:
            lab.store.exports.remove(Is("immutable_id", one["immutable_id"]))


def get_export(lab: Lab, who: Person, task_id: str) -> Document:
    """What ``who`` asked for.

    Raises:
        NotFound: they did not, or it is too long ago.
    """
    mine = Every((Is("task_id", task_id), Is("user", who.immutable_id)))
    found = lab.store.exports.find(Query(mine, limit=1)).documents
    if not found or found[0]["created_at"] < _oldest():
        raise NotFound("There is no such export. Ask for it anew.")
    return found[0]


def archive(lab: Lab, who: Person, order: Document, described: Described) -> Iterator[Member]:
    """The files of an archive, one by one; the description of them all comes last.

    Raises:
        NotFound: an item or the collection was deleted since, or hidden from ``who``.
    """
    exported = _items(lab, who, order)
    return _members(lab, order, exported, described)


def _items(lab: Lab, who: Person, order: Document) -> list[Document]:
    if "collection_id" not in order:
        return [items.get_item(lab, who, refcode) for refcode in order["refcodes"]]
    collection = collections.get_collection(lab, who, order["collection_id"])
    return items.everything(lab, who, collections.members(collection))


def _members(
    lab: Lab, order: Document, exported: Iterable[Document], described: Described
) -> Iterator[Member]:
    root, today = order["root"], order["created_at"]
    crate = crates.Crate(root)
    for item in exported:
        shown = described(item)
        folder = f"{root}/{item['item_id']}"
        held = list(files.distinct_names(files.files_of(lab, item), {"metadata.json"}))
        crate.add(item, shown, held)
        told = orjson.dumps(shown, option=orjson.OPT_INDENT_2)
        yield Member(f"{folder}/metadata.json", today, told)
        for file_name, file in held:
            changed = file.get("last_modified")
            yield Member(f"{folder}/{file_name}", changed, sha256=file["checksums"]["sha256"])
    yield Member(f"{root}/ro-crate-metadata.json", today, crate.metadata())
