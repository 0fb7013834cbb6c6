"""Versions of items made on demand, brought back and thrown away."""

from functools import partial

from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.items import content_fields
from pydatalab.models.people import Person
from pydatalab.services import access, blocks, items, versions
from pydatalab.services.edits import edited
from pydatalab.store.query import Document, Is


def save_version(
    lab: Lab, who: Person, name: str, action: versions.Action, agent: str | None = None
) -> tuple[Document, bool]:
    """Keep what an item holds as a version, if its last one holds something else.

    Returns:
        The item, and whether a version was made.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not change it.
    """

    def numbered(item: Document) -> Document:
        access.require(access.may_change(who, item), "keep versions of it")
        if not versions.differs(versions.mend(lab, item)["data"], item):
            return item
        return item | {"version": versions.number_for(lab, item, who, action)}

    read = partial(items.get_item, lab, who, name)
    item, made = edited(lab.store.items, read, numbered, access.reading(who))
    if made:
        versions.keep(lab, item, who, action, agent)
    return item, made


def remove_version(lab: Lab, who: Person, name: str, version_id: str) -> None:
    """Throw a version away for good; its number is not given again.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: ``who`` can see no such item, or it has no such version.
        Invalid: it is what the item holds now.
    """
    access.require_admin(who)
    item = items.get_item(lab, who, name)
    snapshot = versions.version_by_id(lab, item, version_id)
    if snapshot["version"] == item["version"]:
        raise Invalid("The newest version is what the item holds now, and stays.")
    lab.store.versions.remove(Is("immutable_id", version_id))


def restore_version(
    lab: Lab, who: Person, name: str, number: int, agent: str | None = None
) -> tuple[Document, Document]:
    """Let an item hold again what it held in a version; this is kept as a version too.

    Fields, blocks and links come back. Ids, owners, collections and files stay as they are; blocks
    that were added since are deleted, and can be brought back.

    Returns:
        The item, and the snapshot that it was restored from.

    Raises:
        NotFound: ``who`` can see no such item, or it has no such version.
        Forbidden: ``who`` may see it, but not change it.
        Invalid: what it held then breaks a rule of today.
    """
    item = items.get_item(lab, who, name)
    snapshot = versions.version(lab, item, number)
    then = snapshot["data"]
    if then["type"] != item["type"]:
        raise Invalid(f"Version {number} is of type {then['type']}, which cannot be restored.")

    def restored(item: Document) -> Document:
        access.require(access.may_change(who, item), "restore its versions")
        return items.finished(lab, who, _as_then(item, then), item, then)

    source = snapshot["immutable_id"]
    saved, _ = items.save_item(lab, who, name, restored, "restored", agent, restored_from=source)
    return saved, snapshot


def _as_then(item: Document, then: Document) -> Document:
    """An item with what it held then."""
    content = {name: then[name] for name in content_fields(item["type"]) if name in then}
    return item | {
        **items.validated(item["type"], content),
        "blocks_obj": then["blocks_obj"],
        "display_order": blocks.true_order(then["blocks_obj"], then["display_order"]),
        "deleted_blocks": _deleted_blocks(item, then),
        "relationships": [
            *(one for one in then.get("relationships") or [] if one.get("type") != "collections"),
            *(one for one in item.get("relationships") or [] if one.get("type") == "collections"),
        ],
    }


def _deleted_blocks(item: Document, then: Document) -> Document:
    """The deleted blocks of an item, with those that it did not have then."""
    places = {key: place for place, key in enumerate(item["display_order"])}
    added = {
        key: {"block": block, "place": places.get(key)} for key, block in item["blocks_obj"].items()
    }
    deleted = (item.get("deleted_blocks") or {}) | added
    return {key: one for key, one in deleted.items() if key not in then["blocks_obj"]}
