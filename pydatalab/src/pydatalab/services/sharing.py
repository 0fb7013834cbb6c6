"""Sharing: who owns an item or a collection, and which groups see and change it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import access, collections, items, owners
from pydatalab.store.query import Document


@dataclass(frozen=True)
class Sharing:
    """What is to be said of owners and groups; a list that is ``None`` stays as it is."""

    creator_ids: Sequence[str] | None = None
    group_ids: Sequence[str] | None = None
    adding: bool = False
    """Whether these join those that are there, rather than replace them."""


def share_item(lab: Lab, who: Person, name: str, sharing: Sharing) -> Document:
    """Say who owns an item and which groups it is shared with; this is kept as a version.

    Its first creator stays, and whoever gives an item away stays one of its creators. Somebody who
    may do this for another reason does not become one.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not share it.
        Invalid: a person or group is unknown.
    """
    owners.require_known(lab, sharing.creator_ids or (), sharing.group_ids or ())

    def shared(item: Document) -> Document:
        return items.finished(lab, who, _shared(who, item, sharing), item)

    return items.save_item(lab, who, name, shared, "permissions_update")[0]


def share_collection(lab: Lab, who: Person, collection_id: str, sharing: Sharing) -> Document:
    """Say who owns a collection and which groups it is shared with; as ``share_item``."""
    owners.require_known(lab, sharing.creator_ids or (), sharing.group_ids or ())
    return collections.edit_collection(
        lab, who, collection_id, lambda one: _shared(who, one, sharing)
    )


def _shared(who: Person, document: Document, sharing: Sharing) -> Document:
    access.require(access.may_share(who, document), "say who else may")
    owners = document.get("creator_ids") or []
    shown = document.get("group_ids") or []
    if sharing.creator_ids is not None:
        staying = owners if sharing.adding else [*owners[:1], *_only(who.immutable_id, owners)]
        document = document | {"creator_ids": _unique(staying, sharing.creator_ids)}
    if sharing.group_ids is not None:
        staying = shown if sharing.adding else []
        document = document | {"group_ids": _unique(staying, sharing.group_ids)}
    return document


def _only(one: str, among: Sequence[str]) -> list[str]:
    return [one] if one in among else []


def _unique(first: Sequence[str], more: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*first, *more]))
