"""Collections: items put together for a purpose. Membership is kept on the items."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import Field, ValidationError

from pydatalab.errors import Conflict, DatalabError, NotFound
from pydatalab.lab import Lab
from pydatalab.models.base import Line, Model, Prose
from pydatalab.models.derived import collection_derived
from pydatalab.models.identifiers import ShortName, new_object_id
from pydatalab.models.people import Person
from pydatalab.models.times import now
from pydatalab.services import access, items, owners
from pydatalab.services.edits import Edit, edited
from pydatalab.services.memberships import link
from pydatalab.store.query import (
    EVERYTHING,
    Condition,
    Document,
    Every,
    Is,
    Order,
    Page,
    Query,
    Scope,
)


class NewCollection(Model):
    """A collection to be made."""

    collection_id: ShortName
    title: Line = None
    description: Prose = None


class CollectionChange(Model):
    """What may change about a collection; ``null`` clears, an absent field is kept."""

    title: Line = None
    description: Prose = None
    edit: int | None = Field(default=None, ge=1)
    """The edit that the change was made from."""


def find_collections(lab: Lab, who: Person, query: Query, *, deleted: bool = False) -> Page:
    """A page of the collections that ``who`` may see; or of the deleted ones that they may bring
    back."""
    scope = access.bin_of(who) if deleted else _seen(who)
    return lab.store.collections.find(query, scope=scope)


def get_collection(lab: Lab, who: Person, collection_id: str) -> Document:
    """The collection of that ``collection_id``.

    Raises:
        NotFound: there is none, or none that ``who`` may see.
    """
    return lab.store.collections.get(
        Is("derived.live_id", collection_id), scope=access.reading_collections(who)
    )


def create_collection(
    lab: Lab,
    who: Person,
    new: Mapping[str, Any],
    *,
    creator_ids: Sequence[str] = (),
    group_ids: Sequence[str] = (),
) -> Document:
    """Make a collection.

    Raises:
        Invalid: a field breaks a rule, or a person or group is not known.
        Conflict: the ``collection_id`` is taken.
    """
    try:
        fields = NewCollection.model_validate(new).model_dump(mode="json")
    except ValidationError as exc:
        raise items.invalid(exc) from exc
    owners.require_known(lab, creator_ids, group_ids)
    document: Document = {
        "type": "collections",
        "immutable_id": new_object_id(),
        **fields,
        "creator_ids": list(dict.fromkeys([who.immutable_id, *creator_ids])),
        "group_ids": list(group_ids),
        "last_modified": now(),
        "edit": 1,
    }
    try:
        lab.store.collections.add(document | {"derived": collection_derived(document)})
    except Conflict:
        raise _taken(fields["collection_id"]) from None
    return document | {"derived": collection_derived(document)}


def change_collection(
    lab: Lab, who: Person, collection_id: str, change: CollectionChange
) -> Document:
    """Change what a collection is called; those who may see it but not change it are refused.

    Raises:
        NotFound: ``who`` can see no such collection.
        Forbidden: ``who`` may see it, but not change it.
        Conflict: it was saved since; ``details["current"]`` is what it holds now.
    """
    fields = change.model_dump(mode="json", exclude_unset=True)
    made_from = fields.pop("edit", None)

    def changed(collection: Document) -> Document:
        access.require(access.may_change(who, collection), "change it")
        if made_from is not None and made_from != collection["edit"]:
            raise Conflict(f"{collection_id} was changed meanwhile.", current=collection)
        return collection | fields

    return edit_collection(lab, who, collection_id, changed)


def edit_collection(lab: Lab, who: Person, collection_id: str, edit: Edit) -> Document:
    """Apply a change that is right on any state of a collection.

    Raises:
        NotFound: ``who`` can see no such collection.
        Conflict: others kept saving it.
    """
    return _edited(lab, lambda: get_collection(lab, who, collection_id), edit, _seen(who))


def _seen(who: Person) -> Scope:
    return access.reading_collections(who)


def _edited(lab: Lab, read: Callable[[], Document], edit: Edit, scope: Scope) -> Document:
    """As ``edits.edited``, with all that follows from what the collection holds."""

    def whole(collection: Document) -> Document:
        after = edit(collection)
        return after | {"derived": collection_derived(after)}

    try:
        return edited(lab.store.collections, read, whole, scope)[0]
    except Conflict as lost:
        if lost.details.get("field"):
            raise _taken(read()["collection_id"]) from None
        raise


def _taken(collection_id: str) -> Conflict:
    return Conflict(f"There is a collection {collection_id} already.", collection_id=collection_id)


def delete_collection(lab: Lab, who: Person, collection_id: str) -> Document:
    """Hide a collection; its items stay, and ``restore_collection`` brings it back with them."""

    def hidden(collection: Document) -> Document:
        access.require(access.may_delete(who, collection), "delete it")
        return collection | {"deleted_at": now(), "deleted_by": who.immutable_id}

    return edit_collection(lab, who, collection_id, hidden)


def restore_collection(lab: Lab, who: Person, collection_id: str) -> Document:
    """Bring a deleted collection back: of several with that id, the one deleted last.

    Raises:
        NotFound: there is none that ``who`` may bring back.
        Conflict: its id was given to another one meanwhile.
    """
    query = Query(Is("collection_id", collection_id), Order("last_modified", True), limit=1)

    def deleted() -> Document:
        found = lab.store.collections.find(query, scope=access.bin_of(who)).documents
        if not found:
            raise NotFound(f"There is no deleted collection {collection_id}.")
        return found[0]

    def shown(collection: Document) -> Document:
        return {k: v for k, v in collection.items() if k not in {"deleted_at", "deleted_by"}}

    return _edited(lab, deleted, shown, access.bin_of(who))


def members(collection: Document, where: Condition = EVERYTHING) -> Condition:
    """The condition that an item is in a collection."""
    return Every((Is("derived.collections", collection["immutable_id"]), where))


def count_members(lab: Lab, who: Person, collection: Document) -> int:
    """How many items of a collection ``who`` may see."""
    return lab.store.items.count(members(collection), scope=access.reading(who))


def add_item(lab: Lab, who: Person, collection_id: str, refcode: str) -> Document:
    """Put an item into a collection.

    Raises:
        NotFound: either is not there, or hidden from ``who``.
        Forbidden: ``who`` may not change both.
    """
    collection = get_collection(lab, who, collection_id)
    access.require(access.may_change(who, collection), "put items into it")

    def linked(item: Document) -> Document:
        access.require(access.may_gather(who, item), "put it into a collection")
        if collection["immutable_id"] in item["derived"]["collections"]:
            return item
        return item | {"relationships": [*(item.get("relationships") or []), link(collection)]}

    return items.edit_item(lab, who, refcode, linked)


def remove_item(lab: Lab, who: Person, collection_id: str, refcode: str) -> Document:
    """Take an item out of a collection, which is all that ``who`` must be able to change.

    Raises:
        NotFound: either is not there, or hidden from ``who``.
        Forbidden: ``who`` may not change the collection.
    """
    collection = get_collection(lab, who, collection_id)
    access.require(access.may_change(who, collection), "take items out of it")

    def unlinked(item: Document) -> Document:
        links = item.get("relationships") or []
        return item | {"relationships": [one for one in links if one != link(collection)]}

    return items.edit_item(lab, who, refcode, unlinked)


def add_items(
    lab: Lab, who: Person, collection_id: str, refcodes: Sequence[str]
) -> list[DatalabError]:
    """Put many items into a collection; what went wrong with some of them."""
    problems: list[DatalabError] = []
    for refcode in refcodes:
        try:
            add_item(lab, who, collection_id, refcode)
        except DatalabError as problem:
            problems.append(problem)
    return problems
