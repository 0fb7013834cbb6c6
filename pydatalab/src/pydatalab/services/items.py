"""Items: making, reading, changing, deleting and bringing back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from pydatalab.chemistry.formulas import molar_mass
from pydatalab.errors import Conflict, DatalabError, Invalid
from pydatalab.lab import Lab
from pydatalab.models.derived import item_derived
from pydatalab.models.identifiers import full_refcode, is_short_name, new_object_id, new_refcode
from pydatalab.models.items import (
    COMMUNITY_TYPES,
    CONSTITUENT_FIELDS,
    FORMULA_FIELDS,
    ITEM_TYPES,
    content_fields,
)
from pydatalab.models.people import Person
from pydatalab.models.times import now
from pydatalab.services import access, memberships, relationships, versions
from pydatalab.store.query import EVERYTHING, Condition, Document, Is, Order, Page, Query, Scope

Edit = Callable[[Document], Document]

TRIES = 40
"""How often a save is tried anew when somebody else saves in between: more than save at once."""

MOST_SAID = 100
"""Faults of one item that are named."""


def get_item(lab: Lab, who: Person, name: str) -> Document:
    """The stored item of that refcode, with or without the lab's prefix.

    Raises:
        NotFound: there is none, or none that ``who`` may see.
    """
    refcode = full_refcode(name, lab.prefix)
    return lab.store.items.get(Is("refcode", refcode), scope=access.reading(who))


def get_item_by_id(lab: Lab, who: Person, item_id: str) -> Document:
    """The stored item of that ``item_id``.

    Raises:
        NotFound: there is none, or none that ``who`` may see.
    """
    return lab.store.items.get(Is("derived.live_id", item_id), scope=access.reading(who))


def find_items(
    lab: Lab, who: Person, query: Query, *, types: Sequence[str] = tuple(ITEM_TYPES)
) -> Page:
    """A page of the items that ``who`` may see."""
    unknown = set(types) - set(ITEM_TYPES)
    if unknown:
        raise Invalid(
            f"There is no type {', '.join(sorted(unknown))}. Types: {', '.join(ITEM_TYPES)}."
        )
    return lab.store.items.find(query, scope=access.reading(who))


def create_item(
    lab: Lab, who: Person, new: Mapping[str, Any], agent: str | None = None
) -> Document:
    """Make an item.

    Args:
        new: fields of its type, with ``type``; besides ``item_id`` (made from the refcode where
            missing), ``collections`` (their ``immutable_id``), ``creator_ids`` of people who share
            it, ``group_ids``, ``relationships``, and, from old clients, blocks.

    Raises:
        Invalid: a field breaks a rule.
        Conflict: the ``item_id`` is taken.
        NotFound: a collection is not there, or not ``who``'s to fill.
    """
    document = _added(lab, _new_document(lab, who, new), automatic=not new.get("item_id"))
    versions.keep(lab, document, who, "created", agent)
    return document


def _added(lab: Lab, document: Document, *, automatic: bool) -> Document:
    """The item as it was stored: under another refcode where a random one was taken already."""
    for _ in range(TRIES):
        try:
            lab.store.items.add(document)
        except Conflict as taken:
            if not automatic and taken.details.get("field") != "refcode":
                raise _taken(document["item_id"]) from None
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
        return _new_document(lab, who, new)
    except DatalabError as problem:
        return problem


def _new_document(lab: Lab, who: Person, new: Mapping[str, Any]) -> Document:
    refcode = new_refcode(lab.prefix)
    item_id = _valid_item_id(new.get("item_id")) or refcode.partition(":")[2]
    item_type = _valid_type(new.get("type"))
    fields = {name: value for name, value in new.items() if name in content_fields(item_type)}
    fields = {"date": now()} | fields
    linked = memberships.to_fill(lab, who, new.get("collections") or [])
    mine = [] if item_type in COMMUNITY_TYPES else [who.immutable_id]
    document: Document = {
        **_validated(item_type, fields),
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
    return finished(lab, who, document)


def finished(lab: Lab, who: Person, item: Document) -> Document:
    """The item with all that follows from what it holds, ready to be written."""
    true = relationships.with_true_constituents(lab, who, item)
    linked = true | {"relationships": relationships.stored_relationships(true)}
    return linked | {"derived": item_derived(linked) | {"masses": _masses(linked)}}


def _masses(item: Document) -> dict[str, float]:
    """Molar masses in g/mol that follow from formulas, where they can be worked out."""
    masses = {
        name: molar_mass(item[formula])
        for name, formula in FORMULA_FIELDS.items()
        if item.get(formula)
    }
    return {name: mass for name, mass in masses.items() if mass is not None}


def _renamed(lab: Lab, document: Document, *, automatic: bool) -> Document:
    """The same with another refcode; and item_id, where that was made from the refcode."""
    refcode = new_refcode(lab.prefix)
    item_id = refcode.partition(":")[2] if automatic else document["item_id"]
    renamed = document | {"refcode": refcode, "item_id": item_id}
    return renamed | {"derived": document["derived"] | item_derived(renamed)}


def _taken(item_id: str) -> Conflict:
    return Conflict(f"There is an item {item_id} already. Choose another id.", item_id=item_id)


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
        raise Invalid(
            f"{text!r} cannot be an item's id: 1 to 40 letters, digits, dots, dashes or underscores,"
            " beginning and ending with a letter or digit."
        )
    return text


def _validated(item_type: str, fields: Mapping[str, Any]) -> Document:
    """Fields of an item as they are stored.

    Raises:
        Invalid: with what is wrong with each field.
    """
    try:
        item = ITEM_TYPES[item_type].model_validate({**fields, "type": item_type})
    except ValidationError as exc:
        raise invalid(exc) from exc
    return item.model_dump(mode="json")


def invalid(exc: ValidationError) -> Invalid:
    """What a validator found, for people and for programs."""
    found = exc.errors(include_url=False, include_context=False, include_input=False)
    errors = [
        {"loc": list(map(str, error["loc"])), "msg": error["msg"].removeprefix("Value error, ")}
        for error in found[:MOST_SAID]
    ]
    words = "; ".join(f"{'.'.join(error['loc']) or 'the item'}: {error['msg']}" for error in errors)
    return Invalid(f"This cannot be stored: {words}.", errors=errors)


def copy_of(lab: Lab, who: Person, source: str, new: Mapping[str, Any]) -> dict[str, Any]:
    """What a new item holds that is copied from another: its fields, overlaid with the new ones.

    Blocks, files, owners, collections and versions are not copied. Constituents that the new item
    names come behind those of the source.

    Raises:
        NotFound: the source is not there, or not ``who``'s to see.
    """
    item = get_item(lab, who, source)
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


def change_item(
    lab: Lab,
    who: Person,
    name: str,
    changes: Mapping[str, Any] | Callable[[Document], Mapping[str, Any]],
    *,
    made_from: int | None = None,
    action: versions.Action = "auto_save",
    agent: str | None = None,
) -> tuple[Document, bool]:
    """Save a change: ``None`` clears a field, an absent one is kept.

    Args:
        changes: fields of the item's type; ``collections`` (their ``immutable_id``) replaces those
            that ``who`` may fill; ``blocks_obj``/``display_order`` from old clients. Those that
            depend on what the item holds are told by a function of it.
        made_from: the edit it was typed on; ``None``: the last save wins, field by field.

    Returns:
        The item, and whether anything changed.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not change it.
        Invalid: a field breaks a rule.
        Conflict: it was saved since; ``details["current"]`` is what it holds now.
    """
    for _ in range(TRIES):
        item = get_item(lab, who, name)
        access.require(access.may_change(who, item), "change it")
        if made_from is not None and made_from != item["edit"]:
            raise Conflict(
                f"{item['refcode']} was changed by somebody else meanwhile.", current=item
            )
        changed = _changed(lab, who, item, changes(item) if callable(changes) else changes)
        if not versions.differs(item, changed):
            return item, False
        number = versions.number_for(lab, item, who, action)
        changed |= {"version": number, "edit": item["edit"] + 1, "last_modified": now()}
        try:
            lab.store.items.replace(changed, was=item["edit"], scope=access.reading(who))
        except Conflict:
            continue
        versions.keep(lab, changed, who, action, agent)
        return changed, True
    raise Conflict("Others keep saving this item. Try again in a moment.")


def _changed(lab: Lab, who: Person, item: Document, changes: Mapping[str, Any]) -> Document:
    fields = content_fields(item["type"])
    unknown = set(changes) - fields - {"collections", "blocks_obj", "display_order"}
    if unknown:
        raise Invalid(
            f"{item['type']} have no field {', '.join(sorted(unknown))}.",
            errors=[{"loc": [name], "msg": "is no field of this type"} for name in sorted(unknown)],
        )
    defaults = ITEM_TYPES[item["type"]]().model_dump(mode="json")
    content = {name: value for name, value in item.items() if name in fields}
    for name, value in changes.items():
        if name in fields:
            content[name] = defaults[name] if value is None else value
    changed = item | _validated(item["type"], content)
    changed |= {name: changes[name] for name in ("blocks_obj", "display_order") if name in changes}
    if "collections" in changes:
        linked = memberships.relinked(lab, who, item, changes["collections"] or [])
        changed |= {"relationships": linked}
    return finished(lab, who, changed)


def edit_item(
    lab: Lab, who: Person, name: str, edit: Edit, *, scope: Scope | None = None
) -> Document:
    """Apply a small change that is right on any state of the item: a block added, a file attached.

    Raises:
        NotFound: ``who`` can see no such item.
        Conflict: others kept saving it.
    """
    seen = scope or access.reading(who)
    where = Is("refcode", full_refcode(name, lab.prefix))
    for _ in range(TRIES):
        item = lab.store.items.get(where, scope=seen)
        changed = edit(item)
        if changed == item:
            return item
        changed |= {"edit": item["edit"] + 1, "last_modified": now()}
        changed = finished(lab, who, changed)
        try:
            lab.store.items.replace(changed, was=item["edit"], scope=seen)
        except Conflict as lost:
            if lost.details.get("field"):
                raise _taken(item["item_id"]) from None
            continue
        return changed
    raise Conflict("Others keep saving this item. Try again in a moment.")


def delete_item(lab: Lab, who: Person, name: str) -> Document:
    """Hide an item; nothing of it is lost, and ``restore_item`` brings it back.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not delete it.
    """

    def hide(item: Document) -> Document:
        access.require(access.may_delete(who, item), "delete it")
        return item | {"deleted_at": now(), "deleted_by": who.immutable_id}

    return edit_item(lab, who, name, hide)


def restore_item(lab: Lab, who: Person, name: str) -> Document:
    """Bring a deleted item back.

    Raises:
        NotFound: there is no deleted item of that refcode that ``who`` may bring back.
        Conflict: its ``item_id`` was given to another one meanwhile.
    """

    def show(item: Document) -> Document:
        return {k: v for k, v in item.items() if k not in {"deleted_at", "deleted_by"}}

    return edit_item(lab, who, name, show, scope=access.bin_of(who))


def count_all(lab: Lab, item_type: str) -> int:
    """How many items of a type the whole lab has, whoever may see them."""
    return lab.store.items.count(Is("type", item_type), scope=access.ALL_SHOWN)


def everything(
    lab: Lab, who: Person, where: Condition = EVERYTHING, fields: tuple[str, ...] | None = None
) -> list[Document]:
    """All items that ``who`` may see, newest first, for clients that know no pages."""
    found: list[Document] = []
    after: str | None = None
    while True:
        query = Query(
            where, Order("date", descending=True), limit=1_000, after=after, fields=fields
        )
        page = lab.store.items.find(query, scope=access.reading(who))
        found += page.documents
        after = page.next_cursor
        if after is None:
            return found
