"""Items: reading, changing, deleting and bringing back."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError

from pydatalab.chemistry.masses import masses_of
from pydatalab.errors import Conflict, Invalid
from pydatalab.lab import Lab
from pydatalab.models.derived import item_derived
from pydatalab.models.faults import faults, said
from pydatalab.models.identifiers import full_refcode
from pydatalab.models.items import (
    ITEM_TYPES,
    content_fields,
)
from pydatalab.models.people import Person
from pydatalab.models.times import now
from pydatalab.services import access, memberships, relationships, versions
from pydatalab.services.edits import Edit, edited
from pydatalab.store.query import EVERYTHING, Condition, Document, Is, Order, Page, Query, Scope

Changes = Mapping[str, Any] | Callable[[Document], Mapping[str, Any]]


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
    lab: Lab,
    who: Person,
    query: Query,
    *,
    types: Sequence[str] = tuple(ITEM_TYPES),
    deleted: bool = False,
) -> Page:
    """A page of the items that ``who`` may see; or of the deleted ones that they may bring back."""
    unknown = set(types) - set(ITEM_TYPES)
    if unknown:
        raise Invalid(
            f"There is no type {', '.join(sorted(unknown))}. Types: {', '.join(ITEM_TYPES)}."
        )
    scope = access.bin_of(who) if deleted else access.reading(who)
    return lab.store.items.find(query, scope=scope)


def finished(lab: Lab, who: Person, item: Document, *before: Document) -> Document:
    """The item with all that follows from what it holds, ready to be written.

    Args:
        before: states of it that others may have written, whose constituents are not named anew.
    """
    true = relationships.with_true_constituents(lab, who, item, before)
    linked = true | {"relationships": relationships.stored_relationships(true)}
    return linked | {"derived": item_derived(linked) | {"masses": masses_of(linked)}}


def taken(item_id: str) -> Conflict:
    """That an id is in use."""
    return Conflict(f"There is an item {item_id} already. Choose another id.", item_id=item_id)


def validated(item_type: str, fields: Mapping[str, Any]) -> Document:
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
    errors = faults(exc.errors(include_url=False, include_input=False))
    return Invalid(f"This cannot be stored: {said(errors, 'the item')}.", errors=errors)


def change_item(
    lab: Lab,
    who: Person,
    name: str,
    changes: Changes,
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
        Conflict: it was saved since; ``details["current"]`` is what it holds now, and
            ``details["changed"]`` names the fields that differ.
    """

    def changed(item: Document) -> Document:
        access.require(access.may_change(who, item), "change it")
        if made_from is not None and made_from != item["edit"]:
            raise _stale(lab, who, item, made_from, changes)
        return with_changes(lab, who, item, changes)

    return save_item(lab, who, name, changed, action, agent)


def save_item(
    lab: Lab,
    who: Person,
    name: str,
    edit: Edit,
    action: versions.Action,
    agent: str | None = None,
    *,
    restored_from: str | None = None,
) -> tuple[Document, bool]:
    """Apply a change that is kept as a version.

    Returns:
        The item, and whether anything changed.

    Raises:
        NotFound: ``who`` can see no such item.
        Conflict: others kept saving it.
    """

    def numbered(item: Document) -> Document:
        after = edit(item)
        if not versions.differs(item, after):
            return item
        return after | {"version": versions.number_for(lab, item, who, action)}

    read = partial(get_item, lab, who, name)
    item, changed = edited(lab.store.items, read, numbered, access.reading(who))
    if changed:
        versions.keep(lab, item, who, action, agent, restored_from)
    return item, changed


def _stale(lab: Lab, who: Person, item: Document, made_from: int, changes: Changes) -> Conflict:
    """That an item was saved since, and what became of it: since that edit, as far as its versions
    tell, else against what the change would make of it."""
    names = versions.changed_since(lab, item, made_from)
    if names is None:
        names = versions.differing(with_changes(lab, who, item, changes), item)
    message = f"{item['refcode']} was changed by somebody else meanwhile."
    return Conflict(message, current=item, changed=names)


def with_changes(lab: Lab, who: Person, item: Document, sent: Changes) -> Document:
    """The item as a change leaves it, not written yet.

    Raises:
        Invalid: a field breaks a rule.
    """
    changes = sent(item) if callable(sent) else sent
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
    changed = item | validated(item["type"], content)
    changed |= {name: changes[name] for name in ("blocks_obj", "display_order") if name in changes}
    if "collections" in changes:
        linked = memberships.relinked(lab, who, item, changes["collections"] or [])
        changed |= {"relationships": linked}
    return finished(lab, who, changed, item)


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

    def whole(item: Document) -> Document:
        after = edit(item)
        return item if after == item else finished(lab, who, after, item)

    try:
        return edited(lab.store.items, lambda: lab.store.items.get(where, scope=seen), whole, seen)[
            0
        ]
    except Conflict as lost:
        if lost.details.get("field"):
            item = lab.store.items.get(where, scope=seen)
            raise taken(item["item_id"]) from None
        raise


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
