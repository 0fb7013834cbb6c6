"""Brings one item of an archive back, with its versions and files, among all that is there."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydatalab import __version__
from pydatalab.backups.gathering import Gathered
from pydatalab.errors import Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import now
from pydatalab.store.kinds import FILES, ITEMS, VERSIONS
from pydatalab.store.query import Document, Every, Is, Order, Query, Scope

ALL = Scope.all()

TRIES = 40
"""How often an item is written anew when somebody else saves it in between."""


def put_back(lab: Lab, found: Gathered, replace: bool) -> tuple[Mapping[str, int], tuple[str, ...]]:
    """Write the one item that was gathered; how many documents, and what to look at.

    One that is there already keeps its present state among its versions.

    Raises:
        Conflict: it is there, or another item has its id.
    """
    item = next(found.of_kind(ITEMS.name))
    present = _present(lab, item["refcode"])
    if present and not present.get("deleted_at") and not replace:
        raise Conflict(
            f"The item {item['refcode']} is there. Confirm (by command: --yes) that it is to be put"
            " back as the archive has it; its present state is then kept as a version."
        )
    _refuse_other(lab, item)
    notes = tuple(filter(None, [_put_file(lab, file, item) for file in found.of_kind(FILES.name)]))
    versions = sum(_put_version(lab, version) for version in found.of_kind(VERSIONS.name))
    _put_item(lab, item)
    files = found.spools[FILES.name].count if FILES.name in found.spools else 0
    return {ITEMS.name: 1, FILES.name: files, VERSIONS.name: versions}, (*found.notes, *notes)


def _present(lab: Lab, refcode: str) -> Document | None:
    with suppress(NotFound):
        return lab.store.items.get(Is("refcode", refcode), scope=ALL)
    return None


def _refuse_other(lab: Lab, item: Document) -> None:
    """Go on only if no other item has the id of this one.

    Raises:
        Conflict: one has.
    """
    if item.get("deleted_at"):
        return
    query = Query(Is("derived.live_id", item["item_id"]), limit=1, fields=("refcode",))
    for other in lab.store.items.find(query, scope=ALL).documents:
        if other["refcode"] != item["refcode"]:
            raise Conflict(
                f"The item {other['refcode']} has the id {item['item_id']} now. Give it another,"
                f" and restore {item['refcode']} then."
            )


def _put_item(lab: Lab, item: Document) -> None:
    for _ in range(TRIES):
        present = _present(lab, item["refcode"])
        try:
            if present is None:
                lab.store.items.add(item)
                return
            _replace(lab, present, item)
        except Conflict as lost:
            if lost.details.get("field"):
                raise
            continue
        return
    raise Conflict("Others keep saving this item. Try again in a moment.")


def _replace(lab: Lab, present: Document, item: Document) -> None:
    """Put an item in the place of its present state, which is kept as a version before."""
    number = max(present["version"], _last_version(lab, item["refcode"]))
    if not _is_kept(lab, present):
        number += 1
        _put_version(lab, _snapshot(present | {"version": number}, "manual_save"))
    counters: dict[str, Any] = {
        "immutable_id": present["immutable_id"],
        "version": number + 1,
        "edit": present["edit"] + 1,
        "last_modified": now(),
    }
    restored = item | counters
    lab.store.items.replace(restored, was=present["edit"], scope=ALL)
    _put_version(lab, _snapshot(restored, "restored"))


def _last_version(lab: Lab, refcode: str) -> int:
    query = Query(Is("refcode", refcode), Order("version", descending=True), limit=1)
    return max((one["version"] for one in lab.store.versions.find(query).documents), default=0)


def _is_kept(lab: Lab, present: Document) -> bool:
    """Whether the state that an item is in is among its versions."""
    where = Every((Is("refcode", present["refcode"]), Is("version", present["version"])))
    found = lab.store.versions.find(Query(where, limit=1)).documents
    return bool(found) and found[0].get("data") == _content(present)


def _snapshot(item: Document, action: str) -> Document:
    return {
        "immutable_id": new_object_id(),
        "refcode": item["refcode"],
        "version": item["version"],
        "edit": item["edit"],
        "timestamp": now(),
        "action": action,
        "user_id": None,
        "datalab_version": __version__,
        "user_agent": None,
        "data": _content(item),
    }


def _content(item: Document) -> Document:
    return {name: value for name, value in item.items() if name != "derived"}


def _put_version(lab: Lab, version: Document) -> bool:
    """Add a version, unless there is one of its number; whether it was added."""
    try:
        lab.store.versions.add(version)
    except Conflict:
        return False
    return True


def _put_file(lab: Lab, file: Document, item: Document) -> str | None:
    """Bring a file's record back; a word on one that others hold with other bytes."""
    where = Is("immutable_id", file["immutable_id"])
    try:
        present = lab.store.files.get(where)
    except NotFound:
        lab.store.files.add(file)
        return None
    if _hash(present) == _hash(file):
        return None
    held = Query(Is("file_ObjectIds", file["immutable_id"]), limit=1_000, fields=("refcode",))
    others = {one["refcode"] for one in lab.store.items.find(held, scope=ALL).documents}
    if others - {item["refcode"]}:
        return f"The file {file.get('name')} has other bytes now, and other items hold it too: it stays."
    lab.store.files.replace(_revised(present, file), was=present.get("edit"))
    return None


def _revised(present: Document, file: Document) -> Document:
    """A file's record as it was, with the bytes of today among its revisions."""
    was = {name: present.get(name) for name in ("checksums", "size", "last_modified", "revision")}
    return file | {
        "last_modified": now(),
        "revision": (present.get("revision") or 1) + 1,
        "revisions": [*(present.get("revisions") or []), was],
        "edit": (present.get("edit") or 1) + 1,
    }


def _hash(file: Document) -> str | None:
    found: str | None = (file.get("checksums") or {}).get("sha256")
    return found
