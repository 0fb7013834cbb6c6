"""The permission rule: who may see, change, delete and share what.

========================  =====  ======  ==========  ============
who                       see    change  delete      change owners
========================  =====  ======  ==========  ============
a creator                 yes    yes     yes         yes
who manages a creator     yes    yes     yes         yes
a member of its group     yes    yes     no          no
who sees its collection   yes    no      no          no
everybody, if public      yes    no      no          no
an administrator          asked  yes     yes         yes
========================  =====  ======  ==========  ============

Starting materials and equipment belong to the whole lab: whoever sees one may change it.
Putting an item into a collection shares it, and wants the same right as changing its owners.
An administrator sees what others may not only on asking (``sudo``), but changes without.
"""

from collections.abc import Mapping
from typing import Any

from pydatalab.errors import Forbidden
from pydatalab.models.derived import (
    DELETED,
    EVERYONE,
    LAB,
    collection_principal,
    group_principal,
    person_principal,
)
from pydatalab.models.items import COMMUNITY_TYPES
from pydatalab.models.people import Person
from pydatalab.store.query import Document, Scope

OPERATOR = Person("", "Whoever runs the server", role="admin", account_status="active", sudo=True)
"""Who acts by a command: nobody signed in, but one who may do everything."""

ALL_SHOWN = Scope(frozenset({LAB}))
"""Everything that is not deleted: to be counted, never to show what is found."""

BY_TOKEN = Scope(frozenset({LAB}))
"""What an access token may be for: the one item that it names, as long as that is not deleted."""

WHOLE_LAB = Scope(frozenset({LAB, DELETED + LAB}))
"""Everything, hidden or deleted: to look whether a rule holds, never to show what is found."""


def reading(who: Person) -> Scope:
    """What ``who`` may see."""
    if who.is_admin and who.sudo:
        return Scope(frozenset({LAB}))
    collections = map(collection_principal, who.collection_ids)
    return Scope(frozenset({*_as_anybody(who), *_as_owner(who), *_as_member(who), *collections}))


def reading_collections(who: Person) -> Scope:
    """Which collections ``who`` may see: there is no inheritance from collections to collections."""
    if who.is_admin and who.sudo:
        return Scope(frozenset({LAB}))
    return Scope(frozenset({*_as_anybody(who), *_as_owner(who), *_as_member(who)}))


def bin_of(who: Person) -> Scope:
    """What was deleted and ``who`` may bring back."""
    principals = {LAB} if who.is_admin and who.sudo else _as_owner(who)
    return Scope(frozenset(DELETED + principal for principal in principals))


def may_change(who: Person, document: Mapping[str, Any]) -> bool:
    """Whether ``who``, who sees it, may change what an item or collection holds."""
    if document.get("type") in COMMUNITY_TYPES:
        return True
    return may_delete(who, document) or _belongs_to(document, _as_member(who))


def may_delete(who: Person, document: Mapping[str, Any]) -> bool:
    """Whether ``who``, who sees it, may delete it."""
    return who.is_admin or _belongs_to(document, _as_owner(who))


def may_reach(who: Person, document: Document) -> bool:
    """Whether ``who`` may change a document, seen or not; of a deleted one, bring it back."""
    if bin_of(who).sees(document):
        return True
    return reading(who).sees(document) and may_change(who, document)


may_share = may_delete
"""Whoever may delete a thing may also say who owns and sees it."""


def may_gather(who: Person, document: Mapping[str, Any]) -> bool:
    """Whether ``who``, who sees it, may say which collections an item is in.

    Whoever sees a collection sees its items: so this is a way of sharing, and not for all who write.
    """
    return document.get("type") in COMMUNITY_TYPES or may_share(who, document)


def permissions(who: Person, document: Mapping[str, Any]) -> dict[str, bool]:
    """What ``who`` may do with what they see."""
    return {
        "write": may_change(who, document),
        "delete": may_delete(who, document),
        "share": may_share(who, document),
    }


def require(allowed: bool, what: str) -> None:
    """Go on only if allowed.

    Raises:
        Forbidden: it is not.
    """
    if not allowed:
        raise Forbidden(
            f"You may see this, but not {what}. Ask one of its creators, or an administrator."
        )


def require_admin(who: Person) -> None:
    """Go on only for an administrator.

    Raises:
        Forbidden: ``who`` is none.
    """
    if not who.is_admin:
        raise Forbidden("Only administrators may do this.")


def _as_anybody(who: Person) -> set[str]:
    return {EVERYONE} if who.account_status == "active" else set()


def _as_owner(who: Person) -> set[str]:
    return {person_principal(one) for one in {who.immutable_id, *who.managed_ids}}


def _as_member(who: Person) -> set[str]:
    return {group_principal(one) for one in who.group_ids}


def _belongs_to(document: Mapping[str, Any], principals: set[str]) -> bool:
    return not principals.isdisjoint(document["derived"]["principals"])
