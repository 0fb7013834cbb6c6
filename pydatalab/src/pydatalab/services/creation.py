"""Making items: one, many at once, or after the model of another."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydatalab.errors import Conflict, DatalabError, Invalid
from pydatalab.lab import Lab
from pydatalab.models.derived import item_derived
from pydatalab.models.identifiers import NAME_RULE, is_short_name, new_object_id, new_refcode
from pydatalab.models.items import (
    COMMUNITY_TYPES,
    CONSTITUENT_FIELDS,
    ITEM_TYPES,
    content_fields,
)
from pydatalab.models.people import Person
from pydatalab.models.times import now
from pydatalab.services import items, memberships, owners, versions
from pydatalab.services.edits import TRIES
from pydatalab.store.query import Document


def create_item(
    lab: Lab, who: Person, new: Mapping[str, Any], agent: str | None = None
) -> Document:
    """Make an item.

    Args:
        new: fields of its type, with ``type``; besides ``item_id`` (made from the refcode where
            missing), ``collections`` (their ``immutable_id``), ``creator_ids`` of people who share
            it, ``group_ids``, ``relationships``, and, from old clients, blocks.

    Raises:
        Invalid: a field breaks a rule, or a person or group is not known.
        Conflict: the ``item_id`` is taken.
        NotFound: a collection is not there, or not ``who``'s to fill.
    """
    document = _added(lab, new_document(lab, who, new), automatic=not new.get("item_id"))
    versions.keep(lab, document, who, "created", agent)
    return document


def _added(lab: Lab, document: Document, *, automatic: bool) -> Document:
    """The item as it was stored: under another refcode where a random one was taken already."""
    for _ in range(TRIES):
        try:
            lab.store.items.add(document)
        except Conflict as taken:
            if not automatic and taken.details.get("field") != "refcode":
                raise items.taken(document["item_id"]) from None
            document = _renamed(lab, document, automatic=automatic)
        else:
            return document
    raise Conflict("No free refcode was found. Try again.")


def create_items(
    lab: Lab, who: Person, many: Sequence[Mapping[str, Any] | DatalabError]
) -> list[Document | DatalabError]:
    """Make many items, each on its own; what became of each, in order. Errors among them stay.

    Raises:
        Invalid: they are more than the lab takes at once.
    """
    if len(many) > lab.largest_batch:
        raise Invalid(f"At most {lab.largest_batch} items can be made at once.")
    made: list[Document | DatalabError] = [_document_or_error(lab, who, one) for one in many]
    places = [place for place, one in enumerate(made) if isinstance(one, dict)]
    new = [one for one in made if isinstance(one, dict)]
    for place, conflict in zip(places, lab.store.items.add_all(new), strict=True):
        if conflict is not None:
            asked: Any = many[place]
            made[place] = _added_or_error(lab, made[place], automatic=not asked.get("item_id"))
    return made


def _added_or_error(lab: Lab, document: Any, *, automatic: bool) -> Document | DatalabError:
    try:
        return _added(lab, document, automatic=automatic)
    except DatalabError as problem:
        return problem


def _document_or_error(
    lab: Lab, who: Person, new: Mapping[str, Any] | DatalabError
) -> Document | DatalabError:
    if isinstance(new, DatalabError):
        return new
    try:
        return new_document(lab, who, new)
    except DatalabError as problem:
        return problem


def new_document(lab: Lab, who: Person, new: Mapping[str, Any]) -> Document:
    """The document of a new item, not written yet; ``new`` as for ``create_item``.

    Raises:
        Invalid: a field breaks a rule.
    """
    refcode = new_refcode(lab.prefix)
    item_id = _valid_item_id(new.get("item_id")) or refcode.partition(":")[2]
    item_type = _valid_type(new.get("type"))
    fields = {name: value for name, value in new.items() if name in content_fields(item_type)}
    fields = {"date": now()} | fields
    owners.require_known(lab, new.get("creator_ids") or (), new.get("group_ids") or ())
    linked = memberships.to_fill(lab, who, new.get("collections") or [])
    mine = [] if item_type in COMMUNITY_TYPES else [who.immutable_id]
    document: Document = {
        **items.validated(item_type, fields),
        "immutable_id": new_object_id(),
        "item_id": item_id,
        "refcode": refcode,
        "last_modified": now(),
        "creator_ids": list(dict.fromkeys([*mine, *(new.get("creator_ids") or [])])),
        "group_ids": list(new.get("group_ids") or []),
        "file_ObjectIds": [],
        "blocks_obj": {},
        "display_order": [],
        "relationships": [*(new.get("relationships") or []), *map(memberships.link, linked)],
        "revision": 1,
        "revisions": None,
        "version": 1,
        "edit": 1,
    }
    return items.finished(lab, who, document)


def _renamed(lab: Lab, document: Document, *, automatic: bool) -> Document:
    """The same with another refcode; and item_id, where that was made from the refcode."""
    refcode = new_refcode(lab.prefix)
    item_id = refcode.partition(":")[2] if automatic else document["item_id"]
    renamed = document | {"refcode": refcode, "item_id": item_id}
    return renamed | {"derived": document["derived"] | item_derived(renamed)}


def _valid_type(item_type: Any) -> str:
    if not isinstance(item_type, str) or item_type not in ITEM_TYPES:
        raise Invalid(f"An item needs a type, one of: {', '.join(ITEM_TYPES)}.")
    return str(item_type)


def _valid_item_id(item_id: Any) -> str | None:
    """An id as it will be stored.

    Raises:
        Invalid: it may not be used as one.
    """
    if item_id is None:
        return None
    text = str(item_id).strip()
    if isinstance(item_id, bool) or not is_short_name(text):
        raise Invalid(f"{text!r} cannot be an item's id: {NAME_RULE}.")
    return text


def copy_of(lab: Lab, who: Person, source: str, new: Mapping[str, Any]) -> dict[str, Any]:
    """What a new item holds that is copied from another: its fields, overlaid with the new ones.

    Blocks, files, owners, collections and versions are not copied. Constituents that the new item
    names come behind those of the source.

    Raises:
        NotFound: the source is not there, or not ``who``'s to see.
    """
    item = items.get_item(lab, who, source)
    fields = {name: item[name] for name in content_fields(item["type"]) if name in item}
    del fields["date"]
    merged = {"type": item["type"], **fields, **{k: v for k, v in new.items() if v is not None}}
    for name in CONSTITUENT_FIELDS:
        if fields.get(name):
            merged[name] = _together(fields[name], new.get(name) or [])
    return merged


def _together(copied: list[Any], added: Any) -> Any:
    """Constituents behind those that were copied, each once; what is none is left to be refused."""
    if not isinstance(added, list):
        return added
    known = [part["item"] for part in copied if part["item"].get("item_id")]
    ids = [one["item_id"] for one in known]
    return copied + [part for part in added if _item_id_of(part) not in ids]


def _item_id_of(part: Any) -> Any:
    item = part.get("item") if isinstance(part, Mapping) else None
    return item.get("item_id") if isinstance(item, Mapping) else None
