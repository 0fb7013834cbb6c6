"""People: who they are, what they may see, and what they change about themselves."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args

from pydatalab.errors import Conflict, Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.accounts import Deed
from pydatalab.models.folding import folded
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.people import (
    AccountChange,
    AccountStatus,
    NewPerson,
    Person,
    Role,
)
from pydatalab.models.times import now
from pydatalab.services import access, histories, nesting
from pydatalab.services.edits import Edit, edit_document
from pydatalab.store.query import EVERYTHING, Document, Is, OneOf, Query

MOST_COLLECTIONS = 100_000
MOST_PEOPLE = 100_000


def person(lab: Lab, person_id: str, *, sudo: bool = False) -> Person:
    """Somebody with all that the access rule asks of them.

    Raises:
        NotFound: there is no such person.
    """
    return acting(lab, lab.store.people.get(Is("immutable_id", person_id)), sudo=sudo)


def acting(lab: Lab, document: Document, *, sudo: bool = False) -> Person:
    """The person of a document, with all that the access rule asks of them."""
    person_id = document["immutable_id"]
    managed = lab.store.people.find(
        Query(Is("managers", person_id), limit=10_000, fields=("immutable_id",))
    )
    role = role_of(lab, person_id)
    who = Person(
        immutable_id=person_id,
        display_name=document.get("display_name") or "",
        role=role,
        account_status=document.get("account_status") or "unverified",
        group_ids=nesting.with_containing(lab, nesting.groups_of(document)),
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


def has_administrator(lab: Lab, *, besides: str = "") -> bool:
    """Whether somebody active can administer the lab; somebody else than the person ``besides``."""
    admins = lab.store.roles.find(Query(Is("role", "admin"), limit=1_000)).documents
    ids = tuple(one["immutable_id"] for one in admins if one["immutable_id"] != besides)
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
        lab.store.people.add(document | email_kept(email))
    except Conflict:
        lab.store.roles.remove(Is("immutable_id", document["immutable_id"]))
        raise _taken(email) from None
    return document | email_kept(email)


def create_person(lab: Lab, who: Person, new: NewPerson) -> Document:
    """Make an active account as people ask for it by hand.

    Raises:
        Forbidden: ``who`` is no administrator.
        Conflict: somebody has this e-mail already.
    """
    access.require_admin(who)
    made = add_person(lab, new.display_name, contact_email=new.contact_email, role=new.role)
    return note(lab, who, made["immutable_id"], "created", after=new.role)


def edit_person(lab: Lab, person_id: str, edit: Edit) -> Document:
    """Apply a small change that is right on any state of a person's document.

    Raises:
        NotFound: there is no such person.
        Conflict: a unique field is taken, or others kept changing the person.
    """
    return edit_document(lab.store.people, person_id, edit)


def note(
    lab: Lab,
    who: Person,
    person_id: str,
    did: Deed,
    before: str | None = None,
    after: str | None = None,
) -> Document:
    """Write down what is about to be done to a person: before it is, so that nothing goes unnoted.

    Raises:
        NotFound: there is no such person.
    """
    return edit_person(lab, person_id, lambda one: histories.noted(one, who, did, before, after))


def _email_identity(email: str) -> dict[str, Any]:
    name = email.partition("@")[0]
    return {"identity_type": "email", "identifier": email, "name": name, "verified": False}


def person_called(lab: Lab, said: str) -> Document:
    """The person of this e-mail, id or name, however the name is capitalised.

    Raises:
        NotFound: nobody is.
        Conflict: several people are; they are named.
    """
    said = said.strip()
    for where in (Is("contact_email", said.lower()), Is("immutable_id", said)):
        found = lab.store.people.find(Query(where, limit=2)).documents
        if len(found) == 1:
            return found[0]
    everybody = lab.store.people.find(Query(limit=MOST_PEOPLE)).documents
    called = [one for one in everybody if folded(said) in _names(one)]
    called = [one for one in called if not one.get("merged_into")] or called
    if not called:
        raise NotFound(f"Nobody has the e-mail, id or name {said}.")
    if len(called) > 1:
        known = ", ".join(f"{one.get('contact_email') or one['immutable_id']}" for one in called)
        raise Conflict(f"Several people are called {said}. Say which, by e-mail or id: {known}.")
    return called[0]


def _names(document: Document) -> set[str]:
    """What a person is called exactly: by name, or as the identity that they sign in with."""
    identities = (one.get("identifier") for one in document.get("identities") or [])
    return {folded(name) for name in (document.get("display_name"), *identities) if name}


def change_account(lab: Lab, who: Person, person_id: str, change: AccountChange) -> Document:
    """Change a person's name or e-mail; ``None`` clears the e-mail, an absent field is kept.

    Raises:
        Forbidden: it is somebody else, and ``who`` is no administrator.
        NotFound: there is no such person.
        Conflict: somebody else has this e-mail.
    """
    if person_id != who.immutable_id:
        access.require_admin(who)
    fields = change.model_dump(exclude_unset=True)
    try:
        return edit_person(lab, person_id, lambda one: _with_account(lab, who, one, fields))
    except Conflict as lost:
        if lost.details.get("field"):
            raise _taken(fields.get("contact_email")) from None
        raise


def _with_account(lab: Lab, who: Person, before: Document, fields: Document) -> Document:
    """A person's document with another name or e-mail, and with what was before in its history."""
    after = before
    name, email = fields.get("display_name"), fields.get("contact_email")
    if name and name != before.get("display_name"):
        after = histories.noted(after, who, "name", before.get("display_name"), name)
        after |= {"display_name": name}
    if "contact_email" in fields and email != before.get("contact_email"):
        if email and lab.store.people.count(Is("contact_email", email), at_most=1):
            raise _taken(email)
        after = histories.noted(after, who, "email", before.get("contact_email"), email)
        after |= {"contact_email": email} | email_kept(email)
    if email and email != before.get("contact_email"):
        others = [one for one in before.get("identities") or [] if one.get("identifier") != email]
        after |= {"identities": [*others, _email_identity(email)]}
    return after


def email_kept(email: str | None) -> dict[str, Any]:
    """What keeps two people from having one e-mail, though both ask for it at the same time."""
    return {"derived": {"email": email.casefold() if email else None}}


def _taken(email: str | None) -> Conflict:
    return Conflict(f"Somebody has the e-mail {email} already.")


def count_people(lab: Lab) -> int:
    """How many accounts there are."""
    return lab.store.people.count(EVERYTHING)


def find_people(lab: Lab, words: str = "", *, limit: int = 100) -> list[Document]:
    """Active people whose name, e-mail or identity has all of these words; by name."""
    everybody = lab.store.people.find(Query(limit=MOST_PEOPLE)).documents
    parts = folded(words).split()
    found = [one for one in everybody if all(part in searched(one) for part in parts)]
    found = [one for one in found if one.get("account_status") != "deactivated"]
    return sorted(found, key=lambda one: folded(one.get("display_name") or ""))[:limit]


def searched(document: Document) -> str:
    """What a search for people looks through, folded."""
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


def present(lab: Lab, ids: Iterable[str]) -> set[str]:
    """Those of these ids that are a person's; not of an account that was merged into another."""
    wanted = tuple(dict.fromkeys(ids))
    query = Query(OneOf("immutable_id", wanted), limit=len(wanted) + 1, fields=("merged_into",))
    found = lab.store.people.find(query).documents
    return {one["immutable_id"] for one in found if not one.get("merged_into")}


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
