"""Versions of items brought back."""

from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.items import content_fields
from pydatalab.models.people import Person
from pydatalab.services import access, blocks, items, versions
from pydatalab.store.query import Document


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
