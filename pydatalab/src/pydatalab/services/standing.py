"""What an account may do: its status, its role and who manages it, as administrators say.

The lab always keeps an active administrator. Deactivating somebody ends their sessions and sign-in
links for good; their API keys are refused until they are activated again.
"""

from collections.abc import Sequence
from typing import get_args

from pydatalab.errors import Conflict, Invalid
from pydatalab.lab import Lab
from pydatalab.models.people import AccountStatus, Person, PersonChange, Role
from pydatalab.services import access, histories, people
from pydatalab.store.query import Document, Is, Query


def change_person(lab: Lab, who: Person, person_id: str, change: PersonChange) -> Document:
    """Change what is given of a person: all of it, or, where one part is refused, nothing.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such person, or manager.
        Conflict: the e-mail is taken, or the lab would have no active administrator.
        Invalid: somebody would manage themselves.
    """
    access.require_admin(who)
    given = change.model_dump(exclude_unset=True, exclude_none=True)
    role, status, managers = (given.get(name) for name in ("role", "account_status", "managers"))
    if status == "active":
        _require_whole(lab, person_id)
    if role not in {None, "admin"} or status not in {None, "active"}:
        _require_other_administrator(lab, person_id)
    if managers is not None:
        _require_managers(lab, person_id, managers)
    people.change_account(lab, who, person_id, change.of_account())
    if role is not None:
        set_role(lab, who, person_id, role)
    if managers is not None:
        set_managers(lab, who, person_id, managers)
    if status is not None:
        set_status(lab, who, person_id, status)
    return lab.store.people.get(Is("immutable_id", person_id))


def set_status(lab: Lab, who: Person, person_id: str, status: str) -> Document:
    """Activate or deactivate an account.

    Raises:
        Forbidden: ``who`` is no administrator.
        Invalid: there is no such status.
        NotFound: there is no such person.
        Conflict: they are the last active administrator, or were merged into somebody else.
    """
    access.require_admin(who)
    if status not in get_args(AccountStatus):
        known = ", ".join(get_args(AccountStatus))
        raise Invalid(f"{status!r} is no state of an account. There are: {known}.")
    if status == "active":
        _require_whole(lab, person_id)
    else:
        _require_other_administrator(lab, person_id)
    document = _with_status(lab, who, person_id, status)
    if status != "active" and not people.has_administrator(lab):
        _with_status(lab, who, person_id, "active")
        raise _last_administrator(document)
    if status == "deactivated":
        close_doors(lab, person_id)
    return document


def _with_status(lab: Lab, who: Person, person_id: str, status: str) -> Document:
    def changed(document: Document) -> Document:
        before = document.get("account_status") or "unverified"
        if before == status:
            return document
        return histories.noted(document, who, "status", before, status) | {"account_status": status}

    return people.edit_person(lab, person_id, changed)


def close_doors(lab: Lab, person_id: str) -> None:
    """End the sessions and sign-in links of somebody who may not work here any more."""
    lab.store.sessions.remove(Is("user", person_id))
    lab.store.sign_in_links.remove(Is("user", person_id))


def set_role(lab: Lab, who: Person, person_id: str, role: str) -> None:
    """Give a person a role.

    Raises:
        Forbidden: ``who`` is no administrator.
        Invalid: there is no such role.
        NotFound: there is no such person.
        Conflict: they are the last active administrator.
    """
    access.require_admin(who)
    if role not in get_args(Role):
        raise Invalid(f"{role!r} is no role. Roles are: {', '.join(get_args(Role))}.")
    document = lab.store.people.get(Is("immutable_id", person_id))
    before = people.role_of(lab, person_id)
    if before == role:
        return
    if role != "admin":
        _require_other_administrator(lab, person_id)
    people.note(lab, who, person_id, "role", before, role)
    people.set_role(lab, person_id, role)
    if role != "admin" and not people.has_administrator(lab):
        people.note(lab, who, person_id, "role", role, before)
        people.set_role(lab, person_id, before)
        raise _last_administrator(document)


def set_managers(lab: Lab, who: Person, person_id: str, managers: Sequence[str]) -> Document:
    """Say who manages a person.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: the person or a manager is unknown.
        Invalid: somebody would manage themselves, directly or through others.
    """
    access.require_admin(who)
    _require_managers(lab, person_id, managers)
    wanted = list(dict.fromkeys(managers))

    def changed(document: Document) -> Document:
        before = document.get("managers") or []
        if before == wanted:
            return document
        names = (_names(lab, ids) for ids in (before, wanted))
        return histories.noted(document, who, "managers", *names) | {"managers": wanted}

    return people.edit_person(lab, person_id, changed)


def _names(lab: Lab, ids: Sequence[str]) -> str | None:
    named = people.summaries(lab, ids)
    return ", ".join(named[one]["display_name"] for one in ids if one in named) or None


def _require_managers(lab: Lab, person_id: str, managers: Sequence[str]) -> None:
    for manager in managers:
        lab.store.people.get(Is("immutable_id", manager))
        if person_id in managers_above(lab, manager):
            raise Invalid("Nobody can manage themselves, not through others either.")


def managers_above(lab: Lab, person_id: str) -> set[str]:
    """A person and all who manage them, through any number of levels."""
    found: set[str] = set()
    waiting = [person_id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            above = lab.store.people.find(Query(Is("immutable_id", one), limit=1)).documents
            waiting += above[0].get("managers") or [] if above else []
    return found


def _require_whole(lab: Lab, person_id: str) -> None:
    document = lab.store.people.get(Is("immutable_id", person_id))
    if into := document.get("merged_into"):
        kept = people.summaries(lab, [into]).get(into, {}).get("display_name") or into
        raise Conflict(
            f"This account was merged into that of {kept} and stays closed. Use that one."
        )


def _require_other_administrator(lab: Lab, person_id: str) -> None:
    """Go on only if somebody else, too, can administer the lab, where this person can."""
    document = lab.store.people.get(Is("immutable_id", person_id))
    administers = document.get("account_status") == "active" and (
        people.role_of(lab, person_id) == "admin"
    )
    if administers and not people.has_administrator(lab, besides=person_id):
        raise _last_administrator(document)


def _last_administrator(document: Document) -> Conflict:
    return Conflict(
        f"{document.get('display_name') or 'This person'} is the last active administrator."
        " Make somebody else administrator first."
    )
