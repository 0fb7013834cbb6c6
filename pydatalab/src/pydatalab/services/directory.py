"""The people of the lab as administrators see them: a list, and one in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.folding import folded
from pydatalab.models.people import Person, Role
from pydatalab.services import access, accounts, groups, nesting, people
from pydatalab.services.access import ALL_SHOWN
from pydatalab.store.cursors import cursor_at, place_at
from pydatalab.store.query import Document, Every, Is, Query

STATUSES = ("unverified", "active", "deactivated")
"""In the order of the list: who waits to be activated stands first."""


@dataclass(frozen=True)
class Wanted:
    """Which people a list is to show; what is empty narrows nothing."""

    words: str = ""
    statuses: Sequence[str] = ()
    roles: Sequence[str] = ()
    group: str | None = None
    """A group that they belong to, itself or through others."""


@dataclass(frozen=True)
class PeoplePage:
    """One page of the list."""

    rows: list[dict[str, Any]]
    next_cursor: str | None
    total: int
    waiting: int
    """How many accounts of the whole lab wait to be activated."""


def list_accounts(
    lab: Lab, who: Person, wanted: Wanted, *, after: str | None = None, limit: int = 100
) -> PeoplePage:
    """A page of the people of the lab: first those who wait to be activated, then by name.

    Raises:
        Forbidden: ``who`` is no administrator.
        Invalid: there is no such status or role, or ``after`` is no cursor of this list.
    """
    access.require_admin(who)
    for given, known in ((wanted.statuses, STATUSES), (wanted.roles, get_args(Role))):
        if unknown := set(given) - set(known):
            raise Invalid(f"There is no {', '.join(sorted(unknown))}, only {', '.join(known)}.")
    everybody = lab.store.people.find(Query(limit=people.MOST_PEOPLE)).documents
    roles = {
        one["immutable_id"]: one.get("role", "user")
        for one in lab.store.roles.find(Query(limit=people.MOST_PEOPLE)).documents
    }
    found = sorted(_matching(lab, everybody, roles, wanted), key=_place)
    behind = [one for one in found if _place(one) > place_at(after)] if after else found
    shown = behind[:limit]
    return PeoplePage(
        rows=[_row(lab, one, roles.get(one["immutable_id"], "user")) for one in shown],
        next_cursor=cursor_at(_place(shown[-1])) if len(behind) > len(shown) else None,
        total=len(found),
        waiting=sum(_status(one) == "unverified" for one in everybody),
    )


def _matching(
    lab: Lab, everybody: list[Document], roles: dict[str, str], wanted: Wanted
) -> list[Document]:
    parts = folded(wanted.words).split()
    within = nesting.with_contained(lab, wanted.group) if wanted.group else None
    return [
        one
        for one in everybody
        if all(part in people.searched(one) for part in parts)
        and (not wanted.statuses or _status(one) in wanted.statuses)
        and (not wanted.roles or roles.get(one["immutable_id"], "user") in wanted.roles)
        and (within is None or not within.isdisjoint(nesting.groups_of(one)))
    ]


def _place(document: Document) -> tuple[str, str]:
    rank = STATUSES.index(_status(document))
    return f"{rank} {folded(document.get('display_name') or '')}", document["immutable_id"]


def _status(document: Document) -> str:
    status = document.get("account_status")
    return status if status in STATUSES else "unverified"


def _row(lab: Lab, document: Document, role: str) -> dict[str, Any]:
    person_id = document["immutable_id"]
    return people.summary(document) | {
        "contact_email": document.get("contact_email"),
        "role": role,
        "account_status": _status(document),
        "groups": list(groups.summaries(lab, nesting.groups_of(document)).values()),
        "last_seen": document.get("last_seen"),
        "num_items": lab.store.items.count(Is("creator_ids", person_id), scope=ALL_SHOWN),
        "num_api_keys": lab.store.api_keys.count(
            Every((Is("user", person_id), Is("type", "api_key")))
        ),
        "merged_into": document.get("merged_into"),
    }


def account_in_full(lab: Lab, who: Person, person_id: str) -> dict[str, Any]:
    """A person with all that administrators look after.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such person.
    """
    access.require_admin(who)
    document = lab.store.people.get(Is("immutable_id", person_id))
    managers = people.summaries(lab, document.get("managers") or [])
    managed = lab.store.people.find(Query(Is("managers", person_id), limit=1_000)).documents
    return _row(lab, document, people.role_of(lab, person_id)) | {
        "managers": list(managers.values()),
        "manages": [people.summary(one) for one in managed],
        "identities": [
            {name: one.get(name) for name in ("identity_type", "identifier", "name", "verified")}
            for one in document.get("identities") or []
        ],
        "merge_unfinished": bool(document.get("merged_into") and not document.get("merged_at")),
        "api_keys": accounts.api_keys(lab, who, person_id),
        "num_sessions": lab.store.sessions.count(Is("user", person_id)),
        "history": history(lab, document),
    }


def history(lab: Lab, document: Document) -> list[dict[str, Any]]:
    """What happened to a person's account, newest first, with the names of who did it."""
    lines = document.get("history") or []
    doers = people.summaries(lab, [one["by"] for one in lines if one["by"]])
    return [one | {"by": doers.get(one["by"] or "")} for one in reversed(lines)]
