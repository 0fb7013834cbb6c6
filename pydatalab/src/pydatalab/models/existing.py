"""Documents of the datalab before this one, as this one keeps them.

Pure functions from what its MongoDB holds (``_id``, ObjectIds, dates) to our documents, whether they
come from a dump or from a running database. What cannot be taken over as it is (a status that no type
has, a date that is none) is put aside in the document's ``not_adopted``, so that nothing is lost.
"""

import itertools
from collections.abc import Callable, Collection, Container, Mapping
from pathlib import PurePath
from typing import Any, get_args

from pydantic import ValidationError

from pydatalab.models.derived import collection_derived, item_derived
from pydatalab.models.existing_shapes import (
    Document,
    id_of,
    letters_of,
    made_at,
    number_of,
    own_id,
    plain,
    taken_over,
    time_of,
    with_aside,
)
from pydatalab.models.items import CONSTITUENT_FIELDS, ITEM_TYPES, content_fields
from pydatalab.models.people import AccountStatus, Role
from pydatalab.models.titles import without_titles_of

UNKNOWN_BYTES = ""
"""SHA-256 in the record of a file whose bytes nobody has."""

LEFT_OUT = frozenset({"magic_links", "tasks", "version_counters", "system.indexes"})
"""Collections of no use here: what they told of is over, or is told otherwise."""

RENAMED = frozenset({"item_id", "refcode", "collection_id", "group_id", "contact_email"})
"""Fields that ``renamed`` knows how to change where two documents have the same."""

_JOINED = ("creators", "groups", "files", "collections", "derived")
"""Fields of items that are looked up when an item is read, and are in no document of ours."""


def adopted_item(
    raw: Mapping[str, Any],
    prefix: str,
    *,
    version: int = 1,
    file_names: Mapping[str, str] | None = None,
    masses: Callable[[Document], Mapping[str, float]] | None = None,
) -> Document:
    """An item of an existing database.

    Args:
        raw: the document in ``items``, or the ``data`` of a snapshot.
        prefix: stands before the refcode of an old item that has none.
        version: number of its newest snapshot.
        file_names: what its files are called, by their ids.
        masses: gives the molar masses that follow from the formulas of an item.
    """
    item = taken_over(raw, without=_JOINED)
    aside: Document = {}
    if item.get("type") not in ITEM_TYPES:
        aside |= {"type": item["type"]} if "type" in item else {}
        item["type"] = "samples"
    item = without_titles_of(item)
    item["refcode"] = item.get("refcode") or f"{prefix}:{letters_of(item['immutable_id'])}"
    item["item_id"] = item.get("item_id") or item["refcode"].partition(":")[2]
    item |= _content(item, aside) | _blocks(item, aside)
    for name in ("creator_ids", "group_ids", "file_ObjectIds", "relationships"):
        item[name] = item.get(name) or []
    item["relationships"] = _links(item["relationships"], aside)
    item["version"] = max(version, number_of(item.get("version")))
    item |= {"revision": number_of(item.get("revision")), "edit": 1}
    names = file_names or {}
    item["file_names"] = {one: names[one] for one in item["file_ObjectIds"] if one in names}
    item = with_aside(item, aside)
    return item | {"derived": item_derived(item) | {"masses": dict(masses(item) if masses else {})}}


def adopted_collection(raw: Mapping[str, Any]) -> Document:
    """A collection of items."""
    collection = taken_over(raw, without=("creators", "groups", "num_items", "derived"))
    collection |= {
        "type": "collections",
        "collection_id": collection.get("collection_id") or collection["immutable_id"],
        "creator_ids": collection.get("creator_ids") or [],
        "group_ids": collection.get("group_ids") or [],
        "edit": 1,
    }
    return collection | {"derived": collection_derived(collection)}


def adopted_file(
    raw: Mapping[str, Any], *, sha256: str | None, md5: str | None, size: int | None
) -> Document:
    """A file's record.

    Args:
        raw: the document in ``files``.
        sha256: of the bytes that were found for it, as ``md5`` and ``size``; ``None``: none were.
    """
    file = taken_over(raw, without=("creators", "groups"))
    aside: Document = {}
    said = file.get("checksums")
    said = said if isinstance(said, Mapping) else {}
    if sha256 and said.get("sha256") not in {None, sha256}:
        aside["checksums"] = dict(said)
    if file.get("location") is not None:
        aside["location"] = file["location"]
    if not isinstance(file.get("revisions"), list):
        aside |= {"revisions": file["revisions"]} if file.get("revisions") else {}
        file["revisions"] = []
    name = str(file.get("name") or file.get("original_name") or "file")
    checksums = {
        "md5": md5 or said.get("md5"),
        "sha256": sha256 or said.get("sha256") or UNKNOWN_BYTES,
    }
    file |= {
        "type": "files",
        "name": name,
        "original_name": file.get("original_name") or name,
        "extension": file.get("extension") or PurePath(name).suffix,
        "size": size if size is not None else number_of(file.get("size"), 0),
        "checksums": checksums,
        "location": None,
        "time_added": time_of(file.get("time_added")) or made_at(file["immutable_id"]),
        "metadata": file.get("metadata") or {},
        "revision": number_of(file.get("revision")),
        "creator_ids": file.get("creator_ids") or [],
        "edit": 1,
    }
    return with_aside(file, aside)


def name_of_bytes(raw: Mapping[str, Any], there: Collection[str]) -> str | None:
    """Which of the names in the folder of a file's record is the file; none if nothing is there."""
    for name in (raw.get("name"), PurePath(str(raw.get("location"))).name):
        if name in there:
            return str(name)
    return min(there, default=None)


def adopted_version(raw: Mapping[str, Any], prefix: str) -> Document:
    """A snapshot of an item, with the state that it holds."""
    version = taken_over(
        {name: one for name, one in raw.items() if name != "data"}, without=("creator",)
    )
    state = raw.get("data")
    if state and not isinstance(state, Mapping):
        version = with_aside(version, {"data": plain(state)})
    known = state if isinstance(state, Mapping) else {}
    data = adopted_item({"_id": version["immutable_id"], **known}, prefix)
    del data["derived"]
    return version | {
        "refcode": version.get("refcode") or data["refcode"],
        "version": number_of(version.get("version")),
        "timestamp": time_of(version.get("timestamp")) or version["last_modified"],
        "action": version.get("action") or "manual_save",
        "user_id": version.get("user_id"),
        "edit": 1,
        "data": data | {"version": number_of(version.get("version"))},
    }


def adopted_person(raw: Mapping[str, Any]) -> Document:
    """A person; what they may do (their role) stands apart."""
    person = taken_over(raw, without=("role",))
    status = person.get("account_status")
    if status and status not in get_args(AccountStatus):
        person = with_aside(person, {"account_status": status})
    email = person.get("contact_email")
    groups = [*(person.pop("groups", None) or []), *(person.pop("group_ids", None) or [])]
    ids = dict.fromkeys(id_of(one) for one in groups)
    email = email.strip().lower() or None if isinstance(email, str) else None
    return person | {
        "type": "people",
        "display_name": person.get("display_name") or email or "Somebody",
        "contact_email": email,
        "derived": {"email": email and email.casefold()},
        "account_status": status if status in get_args(AccountStatus) else "unverified",
        "identities": person.get("identities") or [],
        "groups": [{"immutable_id": one} for one in ids],
        "managers": [id_of(one) for one in person.get("managers") or []],
        "edit": 1,
    }


def adopted_role(raw: Mapping[str, Any]) -> Document:
    """The role of the person whose id it has; one that does not exist gives no rights."""
    role = raw.get("role")
    adopted: Document = {"immutable_id": own_id(raw["_id"]), "role": "user"}
    if role in get_args(Role):
        return adopted | {"role": role}
    return with_aside(adopted, {"role": plain(role)} if role else {})


def adopted_group(raw: Mapping[str, Any]) -> Document:
    """A group of people."""
    group = taken_over(raw, without=("members",))
    return group | {
        "type": "groups",
        "group_id": group.get("group_id") or group["immutable_id"],
        "display_name": group.get("display_name") or group.get("group_id") or "Group",
        "managers": [id_of(one) for one in group.get("managers") or []],
        "edit": 1,
    }


def adopted_key(raw: Mapping[str, Any]) -> Document:
    """An API key, or a token for one item; the hashes are the same, so they go on working."""
    key = taken_over(raw)
    token = key.pop("token", None)
    created_by = key.pop("created_by", None)
    del key["last_modified"]
    kind = key.get("type") or ("access_token" if token else "api_key")
    if kind == "access_token":
        key["active"] = key.get("active", not key.get("invalidated_at")) is True
    return key | {
        "type": kind,
        "hash": key.get("hash") or token,
        "user": key.get("user") or created_by or key["immutable_id"],
        "name": key.get("name") or "key of earlier times",
        "created_at": time_of(key.get("created_at")) or made_at(key["immutable_id"]),
        "expires_at": time_of(key.get("expires_at")),
        "edit": 1,
    }


def renamed(document: Document, field: str, taken: Container[str]) -> Document:
    """A document with another value of a field that another document has too; its own is put aside.

    A person loses the e-mail; an item gets a refcode that follows from its id; other names get a
    number.
    """
    own = str(document[field])
    new: str | None
    if field == "contact_email":
        new = None
    elif field == "refcode":
        new = f"{own.partition(':')[0]}:{letters_of(document['immutable_id'])}"
    else:
        new = next(name for n in itertools.count(2) if (name := f"{own}-{n}") not in taken)
    changed = with_aside(document | {field: new}, {field: own})
    return changed | _derived_of(changed)


def _derived_of(document: Document) -> Document:
    """What follows from a document whose name has changed."""
    if "collection_id" in document and document.get("type") == "collections":
        return {"derived": collection_derived(document)}
    if "refcode" in document and "derived" in document:
        masses = document["derived"].get("masses", {})
        return {"derived": item_derived(document) | {"masses": masses}}
    return {"derived": {"email": None}} if "contact_email" in document else {}


def _content(item: Document, aside: Document) -> Document:
    """The fields that people write, all there and valid; what is not goes aside."""
    item_type = ITEM_TYPES[item["type"]]
    known = content_fields(item["type"])
    content = {name: one for name, one in item.items() if name in known and one is not None}
    for name in CONSTITUENT_FIELDS:
        if isinstance(content.get(name), list):
            content[name] = [_constituent(one) for one in content[name]]
    while True:
        try:
            return item_type.model_validate(content).model_dump(mode="json")
        except ValidationError as exc:
            _put_aside(content, aside, exc)


def _put_aside(content: Document, aside: Document, exc: ValidationError) -> None:
    """Move what a validator refuses: a whole field, or one element of a list."""
    field, *inner = exc.errors()[0]["loc"]
    name = str(field)
    if inner and isinstance(inner[0], int) and isinstance(content[name], list):
        aside.setdefault(name, []).append(content[name][inner[0]])
        content[name] = [one for at, one in enumerate(content[name]) if at != inner[0]]
        return
    aside[name] = content.pop(name)


def _constituent(part: Any) -> Any:
    """A constituent; a quantity that is no amount counts as not measured."""
    if not isinstance(part, Mapping):
        return part
    return {"quantity": part.get("quantity"), **part, "unit": part.get("unit") or "g"}


def _blocks(item: Document, aside: Document) -> Document:
    """Blocks under their ids, and an order that names each once."""
    found = item.get("blocks_obj") or {}
    given = found if isinstance(found, Mapping) else {}
    blocks = {
        key: {**one, "block_id": key, "blocktype": str(one.get("blocktype") or "comment")}
        for key, one in given.items()
        if isinstance(one, Mapping)
    }
    if len(blocks) != len(found) if isinstance(found, Mapping) else found:
        aside["blocks_obj"] = found
    listed = item.get("display_order")
    order = [key for key in listed if isinstance(key, str)] if isinstance(listed, list) else []
    known = [key for key in order if key in blocks]
    return {"blocks_obj": blocks, "display_order": list(dict.fromkeys([*known, *blocks]))}


def _links(links: list[Document], aside: Document) -> list[Document]:
    """The links that say what they lead to; others are put aside."""
    names = ("immutable_id", "refcode", "item_id")
    whole: list[Document] = []
    others: list[Document] = []
    for link in links:
        needed = names[:1] if link.get("type") == "collections" else names
        leads = any(link.get(name) and isinstance(link[name], str) for name in needed)
        odd = any(not isinstance(link.get(name) or "", str) for name in (*names, "type"))
        (whole if leads and not odd else others).append(link)
    if others:
        aside["relationships"] = others
    return whole
