"""People: who they are, what they may see, and what they change about themselves."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args

from pydantic import ValidationError

from pydatalab.errors import Conflict, Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.folding import folded
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.people import AccountChange, AccountStatus, NewPerson, Person, Role
from pydatalab.models.times import now
from pydatalab.services import access
from pydatalab.store.query import EVERYTHING, Document, Is, OneOf, Query

MOST_COLLECTIONS = 100_000


def person(lab: Lab, person_id: str, *, sudo: bool = False) -> Person:
    """Somebody with all that the access rule asks of them.

    Raises:
        NotFound: there is no such person.
    """
    document = lab.store.people.get(Is("immutable_id", person_id))
    managed = lab.store.people.find(
        Query(Is("managers", person_id), limit=10_000, fields=("immutable_id",))
    )
    role = role_of(lab, person_id)
    who = Person(
        immutable_id=person_id,
        display_name=document.get("display_name") or "",
        role=role,
        account_status=document.get("account_status") or "unverified",
        group_ids=frozenset(group["immutable_id"] for group in document.get("groups") or []),
        managed_ids=frozenset(one["immutable_id"] for one in managed.documents),
        sudo=sudo and role == "admin",
    )
    seen = lab.store.collections.find(
        Query(limit=MOST_COLLECTIONS, fields=("immutable_id",)),
        scope=access.reading_collections(who),
    )
    return replace(who, collection_ids=frozenset(one["immutable_id"] for one in seen.documents))


def role_of(lab: Lab, person_id: str) -> Role:
    """The role of a person; ``user`` where none was ever given."""
    try:
        given = lab.store.roles.get(Is("immutable_id", person_id)).get("role")
    except NotFound:
        return "user"
    known: dict[Any, Role] = {role: role for role in get_args(Role)}
    return known.get(given, "user")


def set_role(lab: Lab, person_id: str, role: str) -> None:
    """Give a person a role.

    Raises:
        Invalid: there is no such role.
        NotFound: there is no such person.
    """
    if role not in get_args(Role):
        raise Invalid(f"{role!r} is no role. Roles are: {', '.join(get_args(Role))}.")
    lab.store.people.get(Is("immutable_id", person_id))
    document = {"immutable_id": person_id, "role": role}
    try:
        lab.store.roles.replace(document)
    except NotFound:
        lab.store.roles.add(document)


def has_administrator(lab: Lab) -> bool:
    """Whether somebody active can administer the lab."""
    admins = lab.store.roles.find(Query(Is("role", "admin"), limit=1_000)).documents
    ids = tuple(one["immutable_id"] for one in admins)
    people = lab.store.people.find(Query(OneOf("immutable_id", ids), limit=1_000)).documents
    return any(one.get("account_status") == "active" for one in people)


def add_person(
    lab: Lab,
    display_name: str,
    *,
    contact_email: str | None = None,
    role: str = "user",
    account_status: AccountStatus = "active",
) -> Document:
    """Make an account.

    Raises:
        Conflict: somebody has this e-mail already.
        Invalid: there is no such role.
    """
    if role not in get_args(Role):
        raise Invalid(f"{role!r} is no role. Roles are: {', '.join(get_args(Role))}.")
    email = contact_email.strip().lower() if contact_email else None
    if email and lab.store.people.count(Is("contact_email", email), at_most=1):
        raise _taken(email)
    document: Document = {
        "type": "people",
        "immutable_id": new_object_id(),
        "display_name": display_name,
        "contact_email": email,
        "account_status": account_status,
        "identities": [_email_identity(email)] if email else [],
        "groups": [],
        "managers": [],
        "last_modified": now(),
        "edit": 1,
    }
    # The role comes first: without its person it gives nobody anything.
    lab.store.roles.add({"immutable_id": document["immutable_id"], "role": role})
    try:
        lab.store.people.add(document | _email_kept(email))
    except Conflict:
        lab.store.roles.remove(Is("immutable_id", document["immutable_id"]))
        raise _taken(email) from None
    return document | _email_kept(email)


def create_person(lab: Lab, display_name: str, contact_email: str, role: str) -> Document:
    """Make an active account as people ask for it by hand.

    Raises:
        Conflict: somebody has this e-mail already.
        Invalid: a name or e-mail that cannot be, or no such role.
    """
    try:
        given = NewPerson(display_name=display_name, contact_email=contact_email)
    except ValidationError as exc:
        fields = ", ".join(str(error["loc"][0]) for error in exc.errors())
        raise Invalid(f"This is no proper {fields.replace('_', ' ')}.") from exc
    return add_person(lab, given.display_name, contact_email=given.contact_email, role=role)


def _email_identity(email: str) -> dict[str, Any]:
    name = email.partition("@")[0]
    return {"identity_type": "email", "identifier": email, "name": name, "verified": False}


def person_by_email(lab: Lab, email: str) -> Document:
    """The person of this e-mail; or of this name, if only one has it.

    Raises:
        NotFound: nobody has it.
        Conflict: several people have it.
    """
    email = email.strip()
    for where in (Is("contact_email", email.lower()), Is("display_name", email)):
        found = lab.store.people.find(Query(where, limit=2)).documents
        if len(found) > 1:
            raise Conflict(f"Several people have the e-mail or name {email}.")
        if found:
            return found[0]
    raise NotFound(f"Nobody has the e-mail {email}.")


def change_account(lab: Lab, who: Person, person_id: str, change: AccountChange) -> Document:
    """Change a person's name or e-mail; ``None`` clears the e-mail, an absent field is kept.

    Raises:
        Forbidden: it is somebody else, and ``who`` is no administrator.
        NotFound: there is no such person.
        Conflict: somebody else has this e-mail.
    """
    if person_id != who.immutable_id:
        access.require_admin(who)
    document = lab.store.people.get(Is("immutable_id", person_id))
    fields = change.model_dump(exclude_unset=True)
    if fields.get("display_name", "") is None:
        del fields["display_name"]
    email = fields.get("contact_email")
    if email and email != document.get("contact_email"):
        if lab.store.people.count(Is("contact_email", email), at_most=1):
            raise _taken(email)
        kept = [one for one in document["identities"] if one.get("identifier") != email]
        fields["identities"] = [*kept, _email_identity(email)]
    was = document.get("edit", 1)
    changed = document | fields | {"last_modified": now(), "edit": was + 1}
    if "contact_email" in fields:
        changed |= _email_kept(email)
    try:
        lab.store.people.replace(changed, was=document.get("edit"))
    except Conflict as lost:
        if lost.details.get("field"):
            raise _taken(email) from None
        raise
    return changed


def _email_kept(email: str | None) -> dict[str, Any]:
    """What keeps two people from having one e-mail, though both ask for it at the same time."""
    return {"derived": {"email": email.casefold() if email else None}}


def _taken(email: str | None) -> Conflict:
    return Conflict(f"Somebody has the e-mail {email} already.")


def count_people(lab: Lab) -> int:
    """How many accounts there are."""
    return lab.store.people.count(EVERYTHING)


def set_account_status(lab: Lab, who: Person, person_id: str, status: str) -> Document:
    """Activate or deactivate an account.

    Raises:
        Forbidden: ``who`` is no administrator.
        Invalid: there is no such status.
        NotFound: there is no such person.
    """
    access.require_admin(who)
    if status not in get_args(AccountStatus):
        known = ", ".join(get_args(AccountStatus))
        raise Invalid(f"{status!r} is no state of an account. There are: {known}.")
    document = lab.store.people.get(Is("immutable_id", person_id))
    changed = document | {"account_status": status, "edit": document.get("edit", 1) + 1}
    lab.store.people.replace(changed, was=document.get("edit"))
    return changed


def find_people(lab: Lab, words: str = "", *, limit: int = 100) -> list[Document]:
    """Active people whose name, e-mail or identity has all of these words; by name."""
    everybody = lab.store.people.find(Query(limit=100_000)).documents
    parts = folded(words).split()
    found = [one for one in everybody if all(part in _searched(one) for part in parts)]
    found = [one for one in found if one.get("account_status") != "deactivated"]
    return sorted(found, key=lambda one: folded(one.get("display_name") or ""))[:limit]


def _searched(document: Document) -> str:
    names = [one.get("name") for one in document.get("identities") or []]
    values = [document.get("display_name"), document.get("contact_email"), *names]
    return folded(" ".join(value for value in values if value))


def summaries(lab: Lab, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """People by id, as they are named beside an item."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    found = lab.store.people.find(
        Query(
            OneOf("immutable_id", wanted),
            limit=len(wanted),
            fields=("display_name", "contact_email"),
        )
    )
    return {one["immutable_id"]: summary(one) for one in found.documents}


def summary(document: Document) -> dict[str, Any]:
    """A person as named beside an item."""
    return {
        "immutable_id": document["immutable_id"],
        "display_name": document.get("display_name") or "",
        "gravatar_hash": gravatar_hash(document),
    }


def gravatar_hash(document: Document) -> str:
    """What stands for a person's picture: MD5 of the e-mail, or of the name where there is none."""
    source = document.get("contact_email") or document.get("display_name") or ""
    return hashlib.md5(source.strip().lower().encode(), usedforsecurity=False).hexdigest()


def set_managers(lab: Lab, person_id: str, managers: list[str]) -> None:
    """Say who manages a person.

    Raises:
        NotFound: the person or a manager is unknown.
        Invalid: somebody would manage themselves, directly or through others.
    """
    document = lab.store.people.get(Is("immutable_id", person_id))
    for manager in managers:
        lab.store.people.get(Is("immutable_id", manager))
        if person_id in _managers_above(lab, manager):
            raise Invalid("Nobody can manage themselves, not through others either.")
    changed = document | {"managers": managers, "edit": document.get("edit", 1) + 1}
    lab.store.people.replace(changed, was=document.get("edit"))


def _managers_above(lab: Lab, person_id: str) -> set[str]:
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
