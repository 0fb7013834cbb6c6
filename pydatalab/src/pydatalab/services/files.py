"""Files of items: attached, replaced, detached, found."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import PurePath
from typing import Any, Literal

from pydatalab.errors import Conflict, NotFound
from pydatalab.files.names import ascii_name, safe_name
from pydatalab.files.vault import Blob
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.people import Person
from pydatalab.models.times import now
from pydatalab.services import access, items, recognition
from pydatalab.services.edits import edit_document
from pydatalab.store.query import Document, Is, OneOf, Query

SameName = Literal["keep_both", "replace", "refuse"]
"""What becomes of a file when the item has another of the same name with other bytes."""


FILE_FIELDS = frozenset({"file_id", "file_ids"})
"""What a stored block keeps its files in."""


Same = Callable[[Document], bool]
"""Whether a file that an item has is the one that is to be attached."""


def attach_file(
    lab: Lab, who: Person, refcode: str, name: str, blob: Blob, *, same_name: SameName = "keep_both"
) -> tuple[Document, bool]:
    """Attach bytes that the vault has to an item.

    Returns:
        The file's record, and whether it is new: bytes that the item has already are not doubled.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not change it.
        Conflict: with ``refuse``: the item has a file of this name; ``details["existing"]``,
            and ``details["also_in"]``: the other items that hold it, as far as ``who`` sees them.
    """
    item = items.get_item(lab, who, refcode)
    access.require(access.may_change(who, item), "attach files to it")
    held = files_of(lab, item)
    same = _of_bytes(blob)
    if found := next(filter(same, held), None):
        return found, False
    namesake = next((one for one in held if one["original_name"] == safe_name(name)), None)
    if namesake and same_name == "refuse":
        held_by = holders(lab, who, namesake["immutable_id"])
        raise Conflict(
            f"The item has another file {name} already.",
            existing=namesake,
            also_in=[one for one in held_by if one["refcode"] != item["refcode"]],
        )
    if namesake and same_name == "replace":
        return replace_file(lab, who, refcode, namesake["immutable_id"], blob), True
    return _attached_once(lab, who, refcode, _new_file(lab, who, name, blob), same)


def attach_copy(
    lab: Lab, who: Person, refcode: str, name: str, blob: Blob, origin: Document
) -> tuple[Document, bool]:
    """Attach what was copied from elsewhere into the vault.

    Args:
        lab: the lab.
        who: attaches it.
        refcode: of the item.
        name: of the file.
        blob: its bytes.
        origin: fields of the file that say where it came from.

    Returns:
        The file's record, and whether it is new: of one origin an item has one file.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not change it.
    """
    item = items.get_item(lab, who, refcode)
    access.require(access.may_change(who, item), "attach files to it")
    if found := next(filter(_from(origin), files_of(lab, item)), None):
        return found, False
    file = _new_file(lab, who, name, blob) | origin
    return _attached_once(lab, who, refcode, file, _from(origin))


def renew_copy(
    lab: Lab, file_id: str, blob: Blob, origin: Document, *, is_beginning: bool
) -> Document:
    """Give a copied file what stands at its origin now; the bytes before are kept as a revision.

    Args:
        lab: the lab.
        file_id: of the file.
        blob: what stands there now.
        origin: fields of the file that say so.
        is_beginning: whether the bytes before are the beginning of these: then these keep them.
    """

    def renewed(file: Document) -> Document:
        if file["checksums"]["sha256"] == blob.sha256:
            return file | origin
        return _revised(lab, file, blob, is_beginning=is_beginning) | origin

    before = lab.store.files.get(Is("immutable_id", file_id))
    after = edit_document(lab.store.files, file_id, renewed, counted=False, dated=False)
    if after["revision"] != before["revision"]:
        _touch_holders(lab, access.OPERATOR, file_id)
    return after


def _attached_once(
    lab: Lab, who: Person, refcode: str, file: Document, same: Same
) -> tuple[Document, bool]:
    """Attach a new file, unless the same was attached since the item was looked at."""
    lab.store.files.add(file)

    def attached(item: Document) -> Document:
        return item if any(map(same, files_of(lab, item))) else _with_file(who, item, file)

    item = items.edit_item(lab, who, refcode, attached)
    if file["immutable_id"] in item["file_ObjectIds"]:
        return file, True
    lab.store.files.remove(Is("immutable_id", file["immutable_id"]))
    return next(filter(same, files_of(lab, item)), file), False


def _of_bytes(blob: Blob) -> Same:
    return lambda file: bool(file["checksums"]["sha256"] == blob.sha256)


def _from(origin: Document) -> Same:
    place = ("source_server_name", "source_path")
    return lambda file: all(file.get(name) == origin[name] for name in place)


def _new_file(lab: Lab, who: Person, name: str, blob: Blob) -> Document:
    original = safe_name(name)
    stored = ascii_name(name)
    return {
        "type": "files",
        "immutable_id": new_object_id(),
        "name": stored,
        "original_name": original,
        "extension": PurePath(stored).suffix,
        "size": blob.size,
        "checksums": {"md5": blob.md5, "sha256": blob.sha256},
        **recognition.recognised(lab.vault, blob.sha256, original),
        "location": None,
        "source": "uploaded",
        "time_added": now(),
        "last_modified": now(),
        "is_live": False,
        "metadata": {},
        "revision": 1,
        "revisions": [],
        "creator_ids": [who.immutable_id],
        "edit": 1,
    }


def _with_file(who: Person, item: Document, file: Document) -> Document:
    access.require(access.may_change(who, item), "attach files to it")
    file_id = file["immutable_id"]
    if file_id in item["file_ObjectIds"]:
        return item
    names = {**(item.get("file_names") or {}), file_id: file.get("original_name") or file["name"]}
    return item | {"file_ObjectIds": [*item["file_ObjectIds"], file_id], "file_names": names}


def replace_file(lab: Lab, who: Person, refcode: str, file_id: str, blob: Blob) -> Document:
    """Give a file of an item other bytes; those before are kept among its revisions.

    Every item that holds the file has the new bytes then. Where one of them is not ``who``'s to
    change, it keeps what it has: the file of this item alone becomes another one.

    Raises:
        NotFound: ``who`` can see no such item, or it has no such file.
        Forbidden: ``who`` may see it, but not change it.
    """
    item = items.get_item(lab, who, refcode)
    access.require(access.may_change(who, item), "replace its files")
    if file_id not in item["file_ObjectIds"]:
        raise NotFound(f"{item['refcode']} has no file {file_id}.")
    file = lab.store.files.get(Is("immutable_id", file_id))
    if file["checksums"]["sha256"] == blob.sha256:
        return file
    changed = _revised(lab, file, blob) | {"is_live": False}
    if not _all_changeable(lab, who, file_id):
        return _put_in_place(lab, who, refcode, file_id, changed)
    lab.store.files.replace(changed, was=file.get("edit"))
    _touch_holders(lab, who, file_id)
    return changed


def _revised(lab: Lab, file: Document, blob: Blob, *, is_beginning: bool = False) -> Document:
    """A file's record with other bytes, and those before among its revisions.

    Bytes that are but the beginning of those after them need no blob of their own: their hash stays.
    """
    was = {name: file[name] for name in ("size", "last_modified", "revision")}
    if is_beginning:
        was |= {"beginning_sha256": file["checksums"]["sha256"]}
    else:
        was |= {"checksums": file["checksums"]}
    return file | {
        "size": blob.size,
        "checksums": {"md5": blob.md5, "sha256": blob.sha256},
        **recognition.recognised(lab.vault, blob.sha256, file["original_name"]),
        "last_modified": now(),
        "revision": file["revision"] + 1,
        "revisions": [*(file.get("revisions") or []), was],
        "edit": file.get("edit", 1) + 1,
    }


def _all_changeable(lab: Lab, who: Person, file_id: str) -> bool:
    """Whether ``who`` may change every item that holds a file, deleted ones included."""
    query = Query(Is("file_ObjectIds", file_id), limit=10_000, fields=("type", "derived"))
    held_by = lab.store.items.find(query, scope=access.WHOLE_LAB).documents
    return all(access.may_reach(who, item) for item in held_by)


def _put_in_place(lab: Lab, who: Person, refcode: str, file_id: str, changed: Document) -> Document:
    """Let an item hold ``changed``, as a file of its own, where it held the file ``file_id``."""
    own = changed | {"immutable_id": new_object_id(), "creator_ids": [who.immutable_id]}
    lab.store.files.add(own)

    def swapped(value: Any) -> Any:
        if isinstance(value, list):
            return [swapped(one) for one in value]
        return own["immutable_id"] if value == file_id else value

    def in_place(item: Document) -> Document:
        access.require(access.may_change(who, item), "replace its files")
        names = {swapped(key): name for key, name in (item.get("file_names") or {}).items()}
        blocks = {
            key: {
                name: swapped(value) if name in FILE_FIELDS else value
                for name, value in one.items()
            }
            for key, one in item["blocks_obj"].items()
        }
        ids = swapped(item["file_ObjectIds"])
        return item | {"file_ObjectIds": ids, "file_names": names, "blocks_obj": blocks}

    items.edit_item(lab, who, refcode, in_place)
    return own


def _touch_holders(lab: Lab, who: Person, file_id: str) -> None:
    """Let every item that holds a file show that it changed."""
    held = Query(Is("file_ObjectIds", file_id), limit=1_000, fields=("refcode",))
    for item in lab.store.items.find(held, scope=access.reading(who)).documents:
        items.edit_item(lab, who, item["refcode"], lambda one: one | {"touched_at": now()})


def attach_existing(lab: Lab, who: Person, refcode: str, file_id: str) -> Document:
    """Attach a file of another item, which ``who`` may see, to an item."""
    file = get_file(lab, who, file_id)
    items.edit_item(lab, who, refcode, lambda one: _with_file(who, one, file))
    return file


def detach_file(lab: Lab, who: Person, refcode: str, file_id: str) -> Document:
    """Take a file off an item; its bytes and record stay, so that attaching again undoes this.

    Raises:
        NotFound: ``who`` can see no such item, or it has no such file.
        Forbidden: ``who`` may see it, but not change it.
    """

    def without(item: Document) -> Document:
        access.require(access.may_change(who, item), "detach its files")
        if file_id not in item["file_ObjectIds"]:
            raise NotFound(f"{item['refcode']} has no file {file_id}.")
        left = [one for one in item["file_ObjectIds"] if one != file_id]
        detached = [*(item.get("detached_file_ids") or []), file_id]
        names = {k: v for k, v in (item.get("file_names") or {}).items() if k != file_id}
        return item | {"file_ObjectIds": left, "detached_file_ids": detached, "file_names": names}

    items.edit_item(lab, who, refcode, without)
    return lab.store.files.get(Is("immutable_id", file_id))


def reattach_file(lab: Lab, who: Person, refcode: str, file_id: str) -> Document:
    """Put a detached file back on its item.

    Raises:
        NotFound: it was not detached from this item.
    """

    file = lab.store.files.get(Is("immutable_id", file_id))

    def again(item: Document) -> Document:
        if file_id not in (item.get("detached_file_ids") or []):
            raise NotFound(f"{file_id} was not detached from {item['refcode']}.")
        left = [one for one in item["detached_file_ids"] if one != file_id]
        return _with_file(who, item | {"detached_file_ids": left}, file)

    items.edit_item(lab, who, refcode, again)
    return file


def get_file(lab: Lab, who: Person, file_id: str) -> Document:
    """The file, if ``who`` may see an item that holds it.

    Raises:
        NotFound: there is none, or none that ``who`` may see.
    """
    held = lab.store.items.count(
        Is("file_ObjectIds", file_id), scope=access.reading(who), at_most=1
    )
    if not held:
        raise NotFound(f"There is no file {file_id}, or you may not see it.")
    return lab.store.files.get(Is("immutable_id", file_id))


def files_of(lab: Lab, item: Document) -> list[Document]:
    """The records of an item's files, in the item's order."""
    return _in_order(lab, item["file_ObjectIds"])


def _in_order(lab: Lab, ids: Sequence[str]) -> list[Document]:
    if not ids:
        return []
    found = lab.store.files.find(Query(OneOf("immutable_id", tuple(ids)), limit=len(ids))).documents
    by_id = {one["immutable_id"]: one for one in found}
    return [by_id[one] for one in ids if one in by_id]


def holders(lab: Lab, who: Person, file_id: str) -> list[Document]:
    """The items that hold a file, by refcode and id, as far as ``who`` may see them."""
    query = Query(Is("file_ObjectIds", file_id), limit=100, fields=("refcode", "item_id"))
    found = lab.store.items.find(query, scope=access.reading(who)).documents
    return [{"refcode": one["refcode"], "item_id": one["item_id"]} for one in found]


def distinct_names(
    many: Sequence[Document], taken: Collection[str] = ()
) -> Iterator[tuple[str, Document]]:
    """Files with the names that they have in one folder, each another."""
    used = set(taken)
    for file in many:
        name = file.get("original_name") or file["name"]
        if name in used:
            name = f"{file['immutable_id']}-{name}"
        used.add(name)
        yield name, file
