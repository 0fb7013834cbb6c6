"""Access tokens: whoever has one may read one item, without an account."""

import secrets
from typing import Any

from pydatalab.errors import NotFound, Unauthenticated
from pydatalab.lab import Lab
from pydatalab.models.identifiers import full_refcode, new_object_id
from pydatalab.models.people import Person
from pydatalab.models.times import now
from pydatalab.services import access, items, people
from pydatalab.services.accounts import digest
from pydatalab.store.query import EVERYTHING, Condition, Document, Every, Is, OneOf, Order, Query

KIND = Is("type", "access_token")

BEARER = Person("", "Whoever has the token", role="user", account_status="unverified")
"""Somebody who sees nothing but what the token is for."""


def issue_token(lab: Lab, who: Person, name: str) -> str:
    """Make a token for an item; the only time that it is seen.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not change it.
    """
    item = _changeable(lab, who, name)
    token = secrets.token_urlsafe(16)
    lab.store.api_keys.add(
        {
            "immutable_id": new_object_id(),
            "type": "access_token",
            "user": who.immutable_id,
            "refcode": item["refcode"],
            "hash": digest(token),
            "active": True,
            "created_at": now(),
            "edit": 1,
        }
    )
    return token


def item_by_token(lab: Lab, name: str, token: str) -> Document:
    """The item that a token is for.

    Raises:
        Unauthenticated: it is no token for that item, or was revoked.
    """
    refcode = full_refcode(name, lab.prefix)
    where = Every((Is("hash", digest(token)), KIND, Is("refcode", refcode), Is("active", True)))
    try:
        lab.store.api_keys.get(where)
        return lab.store.items.get(Is("refcode", refcode), scope=access.BY_TOKEN)
    except NotFound:
        raise Unauthenticated("This link does not give access to the item any more.") from None


def newest_token(lab: Lab, who: Person, name: str) -> Document | None:
    """The last token of an item that still works.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not change it.
    """
    found = _found(lab, Every((Is("refcode", _changeable(lab, who, name)["refcode"]), ACTIVE)))
    return found[0] if found else None


ACTIVE = Is("active", True)


def revoke_tokens(lab: Lab, who: Person, name: str) -> int:
    """End all tokens of an item; how many there were.

    Raises:
        NotFound: ``who`` can see no such item.
        Forbidden: ``who`` may see it, but not change it.
    """
    refcode = _changeable(lab, who, name)["refcode"]
    working = _found(lab, Every((Is("refcode", refcode), ACTIVE)))
    for one in working:
        ended = {"active": False, "invalidated_at": now(), "invalidated_by": who.immutable_id}
        lab.store.api_keys.replace(one | ended)
    return len(working)


def all_tokens(lab: Lab, who: Person) -> list[dict[str, Any]]:
    """Every token of the lab with its item and maker; for administrators.

    Raises:
        Forbidden: ``who`` is none.
    """
    access.require_admin(who)
    found = _found(lab, EVERYTHING)
    makers = people.summaries(lab, [one["user"] for one in found])
    wanted = tuple({one["refcode"] for one in found})
    named = Query(
        OneOf("refcode", wanted),
        limit=len(wanted) + 1,
        fields=("refcode", "item_id", "name", "type"),
    )
    there = lab.store.items.find(named, scope=access.BY_TOKEN).documents
    by_refcode = {one["refcode"]: one for one in there}
    return [
        {**one, "item": by_refcode.get(one["refcode"]), "maker": makers.get(one["user"])}
        for one in found
    ]


def _changeable(lab: Lab, who: Person, name: str) -> Document:
    item = items.get_item(lab, who, name)
    access.require(access.may_change(who, item), "give others access to it")
    return item


def _found(lab: Lab, where: Condition) -> list[Document]:
    query = Query(Every((KIND, where)), Order("created_at", descending=True), limit=10_000)
    return lab.store.api_keys.find(query).documents
