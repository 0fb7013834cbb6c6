"""Documents as existing clients expect them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.items import ITEM_TYPES, content_fields
from pydatalab.models.people import Person
from pydatalab.services import blocks, files, people, presentation, relationships
from pydatalab.store.query import Document

SYSTEM_FIELDS = (
    "type", "item_id", "refcode", "immutable_id", "last_modified", "creator_ids", "group_ids",
    "relationships", "display_order", "file_ObjectIds", "version", "revision", "revisions",
)  # fmt: skip

ROW_FIELDS = (
    "type", "item_id", "refcode", "name", "chemform", "characteristic_chemical_formula", "status",
    "date", "last_modified", "GHS_codes", "smiles", "inchi_key", "molar_mass", "CAS",
    "chemical_purity", "barcode", "supplier", "location",
)  # fmt: skip

OBJECT_ID = re.compile(r"[0-9a-f]{24}")

NEVER_STORED = frozenset(
    {"computed", "metadata", "bokeh_plot_data", "b64_encoded_image", "errors", "warnings"}
)
"""Keys of a block that clients send back, but that the server alone works out."""


READ_FOR_ROWS = (*presentation.READ_FOR_ROWS, "blocks_obj")
"""Fields of which rows are made."""


def item(lab: Lab, who: Person, document: Document) -> dict[str, Any]:
    """A whole item: every field of its type, null where unset, with names and files joined."""
    known = presentation.with_masses(relationships.with_fresh_names(lab, who, document))
    fields = (*SYSTEM_FIELDS, *content_fields(document["type"]))
    names = presentation.Names(lab, who, [document]).of(document)
    return {name: known.get(name) for name in fields} | {
        **names,
        "relationships": presentation.visible_links(document, names),
        "collections": [_collection_reference(one) for one in names["collections"]],
        "files": [file(one) for one in files.files_of(lab, document)],
        "blocks_obj": {key: block(one) for key, one in document["blocks_obj"].items()},
    }


def kept_state(lab: Lab, who: Person, data: Document) -> dict[str, Any]:
    """What an item held in a version, as far as ``who`` may see it."""
    links = presentation.kept_state(lab, who, data)["relationships"]
    fields = (*SYSTEM_FIELDS, *content_fields(data["type"]))
    return {name: data.get(name) for name in fields} | {
        "relationships": links,
        "blocks_obj": {key: block(one) for key, one in data["blocks_obj"].items()},
    }


def object_id(sent: Any) -> str:
    """An id of a document as a client names it.

    Raises:
        Invalid: it is none.
    """
    if not isinstance(sent, str) or not OBJECT_ID.fullmatch(sent):
        raise Invalid(f"{str(sent)[:60]!r} is no id: 24 hexadecimal digits are wanted.")
    return sent


def _collection_reference(named: Mapping[str, Any]) -> dict[str, Any]:
    return {name: named[name] for name in ("immutable_id", "collection_id")}


def rows(lab: Lab, who: Person, documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Items as rows of a list, in one shape for all types."""
    names = presentation.Names(lab, who, documents)
    return [_row(one) | names.of(one) for one in documents]


def _row(document: Document) -> dict[str, Any]:
    known = presentation.with_masses(document)
    order = document.get("display_order") or []
    blocks_obj = document.get("blocks_obj") or {}
    shown = [blocks_obj[key] for key in order if key in blocks_obj]
    return {name: known.get(name) for name in ROW_FIELDS} | {
        "blocks": [{"blocktype": one["blocktype"], "title": one.get("title")} for one in shown],
        "nblocks": len(order),
        "nfiles": len(document.get("file_ObjectIds") or []),
    }


def file(document: Document) -> dict[str, Any]:
    """A file's record, without where it lies on the server."""
    fields = (
        "type", "immutable_id", "name", "original_name", "extension", "size", "checksums",
        "source", "time_added", "last_modified", "last_modified_remote", "source_server_name",
        "source_path", "metadata", "creator_ids",
    )  # fmt: skip
    return {name: document.get(name) for name in fields} | {
        "_id": document["immutable_id"],
        "item_ids": document.get("item_ids") or [],
        "blocks": [],
        "location": None,
        "url_path": None,
        "is_live": bool(document.get("is_live")),
        "representation": None,
        "revision": document.get("revision", 1),
    }


def block(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A block as stored; unset fields are left out."""
    return {name: value for name, value in stored.items() if value is not None}


def collection(lab: Lab, who: Person, document: Document, *, counted: bool) -> dict[str, Any]:
    """A collection with its owners."""
    full = presentation.collections_in_full(lab, who, [document], counted=counted)[0]
    kept = ("immutable_id", "collection_id", "title", "description", "last_modified", "num_items")
    return {name: full[name] for name in (*kept, "creators", "groups")} | {
        "type": "collections",
        "creator_ids": document.get("creator_ids") or [],
        "group_ids": document.get("group_ids") or [],
        "relationships": None,
        "blocks_obj": document.get("blocks_obj") or {},
        "display_order": document.get("display_order") or [],
    }


def person(document: Document, **more: Any) -> dict[str, Any]:
    """A person as a search shows them: only what everybody may know."""
    return people.summary(document) | {"type": "people"} | more


def changes_of(document: Document, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a client wants changed: it may send back a whole item, or a part of it.

    Keys that nobody knows or that the server owns are passed over. A molar mass that was worked out
    and comes back as it was is not taken for one that somebody gave.
    """
    masses = document["derived"].get("masses") or {}
    changes = {
        name: value
        for name, value in sent.items()
        if name in content_fields(document["type"])
        and not (name in masses and document.get(name) is None and value == masses[name])
    }
    if "blocks_obj" in sent or "display_order" in sent:
        changes |= _changed_blocks(document, sent)
    if sent.get("collections") is not None:
        changes["collections"] = collection_ids(sent["collections"])
    return changes


def _changed_blocks(document: Document, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Blocks merged one by one: what a stale client left out is not deleted by that."""
    stored = document["blocks_obj"]
    merged = dict(stored)
    blocks_obj = sent.get("blocks_obj") or {}
    if not isinstance(blocks_obj, Mapping):
        raise Invalid("blocks_obj must be an object: a block for each block_id.")
    for key, one in blocks_obj.items():
        if key in stored and isinstance(one, Mapping):
            merged[key] = merged_block(stored[key], one)
    order = sent.get("display_order")
    named = order if isinstance(order, list) else document["display_order"]
    wanted = [one for one in named if isinstance(one, str)]
    return {"blocks_obj": merged, "display_order": blocks.true_order(merged, wanted)}


def merged_block(stored: Document, sent: Mapping[str, Any]) -> Document:
    """A stored block with what a client sent: an absent key is kept, null clears.

    Raises:
        Invalid: a key that every block has is of another type.
    """
    fixed = {"block_id", "blocktype", "item_id"}
    given = {k: v for k, v in sent.items() if k not in NEVER_STORED and k not in fixed}
    for name in ("title", "freeform_comment", "file_id"):
        if not isinstance(given.get(name), str | None):
            raise Invalid(f"{name} of a block must be text, or null.")
    ids = given.get("file_ids")
    if ids is not None and not (isinstance(ids, list) and all(isinstance(i, str) for i in ids)):
        raise Invalid("file_ids of a block must be a list of ids, or null.")
    return {**stored, **given, **_files_agreed(stored, given)}


def _files_agreed(stored: Document, given: Mapping[str, Any]) -> dict[str, Any]:
    """The files of a block, told by whichever of ``file_id`` and ``file_ids`` a client changed."""
    one, many = stored.get("file_id"), stored.get("file_ids") or []
    if (given.get("file_ids", many) or []) != many:
        many = given["file_ids"] or []
        return {"file_ids": many, "file_id": many[0] if many else None}
    if given.get("file_id", one) != one:
        one = given["file_id"]
        return {"file_ids": [one] if one else [], "file_id": one}
    return {}


def collection_ids(sent: Any) -> list[str]:
    """Ids of collections that a client names in any of its ways; what is no name is passed over."""
    named = [one for one in sent if isinstance(one, Mapping)] if isinstance(sent, list) else []
    ids = [one.get("immutable_id") or one.get("collection_id") for one in named]
    return [one for one in ids if isinstance(one, str)]


def ids_of(sent: Any) -> list[str]:
    """Ids of people or groups, each given as an object."""
    named = [one for one in sent if isinstance(one, Mapping)] if isinstance(sent, list) else []
    ids = [one.get("immutable_id") for one in named]
    return [one for one in ids if isinstance(one, str) and OBJECT_ID.fullmatch(one)]


def new_item(sent: Mapping[str, Any]) -> dict[str, Any]:
    """A new item as a client sends it, in the words of the services."""
    kind = sent.get("type")
    known = content_fields(kind) if isinstance(kind, str) and kind in ITEM_TYPES else frozenset()
    fields = {name: value for name, value in sent.items() if name in known}
    if fields.get("status", "") is None:
        del fields["status"]
    item_id = sent.get("item_id")
    return fields | {
        "type": sent.get("type"),
        "item_id": item_id if item_id not in ("", None) else None,
        "collections": collection_ids(sent.get("collections")),
        "creator_ids": ids_of(sent.get("creators")),
        "group_ids": ids_of(sent.get("groups")),
        "relationships": _links(sent.get("relationships")),
    }


LINK_FIELDS = ("relation", "type", "item_id", "refcode", "immutable_id", "description")


def _links(sent: Any) -> list[dict[str, Any]]:
    """Links to other items that a client makes by hand. Collections are named by ``collections``.

    Raises:
        Invalid: something in them is no text.
    """
    named = [one for one in sent if isinstance(one, Mapping)] if isinstance(sent, list) else []
    links = [{name: one.get(name) for name in LINK_FIELDS} for one in named]
    if not all(isinstance(value, str | None) for one in links for value in one.values()):
        raise Invalid("The fields of a relationship are text, or null.")
    return [one for one in links if one["type"] != "collections"]
