"""Getting in: sessions, API keys, and the link that makes the first administrator."""

import hashlib
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from pydatalab.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.people import Person
from pydatalab.models.times import as_text, now
from pydatalab.services import access, groups, people
from pydatalab.store.query import Document, Every, Is, Query

FIRST_RUN = "first-run"
SIGN_IN = "sign-in"

LINK_LASTS = timedelta(days=1)

SEEN_TO = timedelta(hours=1)
"""How precisely it is kept when somebody was here."""

NAMELESS = "Administrator"
"""What the first administrator is called, until they say their name."""


def digest(secret: str) -> str:
    """What is kept of a key: its SHA-512, as existing databases have it."""
    return hashlib.sha512(secret.encode()).hexdigest()


def open_session(lab: Lab, person_id: str) -> str:
    """Sign somebody in; the token that their browser keeps."""
    token = secrets.token_urlsafe(32)
    ends = datetime.now(UTC) + timedelta(hours=lab.session_hours)
    lab.store.sessions.add(
        {
            "immutable_id": new_object_id(),
            "hash": digest(token),
            "user": person_id,
            "created_at": now(),
            "expires_at": as_text(ends),
        }
    )
    return token


def close_session(lab: Lab, token: str) -> None:
    """Sign out."""
    lab.store.sessions.remove(Is("hash", digest(token)))


def person_of_session(lab: Lab, token: str, *, sudo: bool = False) -> Person | None:
    """Whose browser this is, if the session still lasts."""
    try:
        session = lab.store.sessions.get(Is("hash", digest(token)))
    except NotFound:
        return None
    if session["expires_at"] < now():
        lab.store.sessions.remove(Is("immutable_id", session["immutable_id"]))
        return None
    return _person(lab, session["user"], sudo)


def person_of_key(lab: Lab, key: str, *, sudo: bool = False) -> Person | None:
    """Whose API key this is."""
    where = Every((Is("hash", digest(key)), Is("type", "api_key")))
    try:
        document = lab.store.api_keys.get(where)
    except NotFound:
        return None
    if document.get("expires_at") and document["expires_at"] < now():
        return None
    # An older key has its person's id as its own.
    return _person(lab, document.get("user") or document["immutable_id"], sudo)


def _person(lab: Lab, person_id: str, sudo: bool) -> Person | None:
    try:
        document = lab.store.people.get(Is("immutable_id", person_id))
    except NotFound:
        return None
    _see(lab, document)
    return people.acting(lab, document, sudo=sudo)


def _see(lab: Lab, document: Document) -> None:
    """Keep that a person was here, to the hour.

    It counts as no edit, so that whoever changes the person meanwhile is not refused.
    """
    an_hour_ago = as_text(datetime.now(UTC) - SEEN_TO)
    edit = document.get("edit")
    active = document.get("account_status") == "active"
    if active and edit is not None and (document.get("last_seen") or "") < an_hour_ago:
        with suppress(Conflict, NotFound, Unavailable):
            lab.store.people.replace(document | {"last_seen": now()}, was=edit)


def make_api_key(lab: Lab, person_id: str, name: str) -> dict[str, Any]:
    """Make an API key for a person; the only time that the key itself is seen.

    Raises:
        Invalid: it has no name.
    """
    if not name.strip():
        raise Invalid("An API key needs a name, by which it is known later.")
    key = secrets.token_urlsafe(32)
    document: Document = {
        "immutable_id": new_object_id(),
        "type": "api_key",
        "user": person_id,
        "name": name.strip(),
        "hash": digest(key),
        "digest": f"{key[:3]}...{key[-4:]}",
        "created_at": now(),
        "expires_at": None,
        "version": 1,
    }
    lab.store.api_keys.add(document)
    return _shown(document) | {"key": key}


def add_api_key(lab: Lab, who: Person, person_id: str, name: str) -> dict[str, Any]:
    """Make an API key for oneself, or, as an administrator, for anybody; it is noted.

    Raises:
        Forbidden: it is somebody else, and ``who`` is no administrator.
        NotFound: there is no such person.
        Invalid: it has no name.
    """
    _require_own(who, person_id)
    if name.strip():
        people.note(lab, who, person_id, "made key", after=name.strip())
    return make_api_key(lab, person_id, name)


def api_keys(lab: Lab, who: Person, person_id: str | None = None) -> list[dict[str, Any]]:
    """One's own API keys, or as an administrator anybody's, without the keys themselves."""
    person_id = person_id or who.immutable_id
    _require_own(who, person_id)
    theirs = Every((Is("user", person_id), Is("type", "api_key")))
    return [_shown(one) for one in lab.store.api_keys.find(Query(theirs, limit=1_000)).documents]


def revoke_api_key(lab: Lab, who: Person, key_id: str, person_id: str | None = None) -> None:
    """End one of one's own keys, or as an administrator one of anybody's.

    Raises:
        Forbidden: it is somebody else's, and ``who`` is no administrator.
        NotFound: they have no such key.
    """
    person_id = person_id or who.immutable_id
    _require_own(who, person_id)
    theirs = Every((Is("immutable_id", key_id), Is("user", person_id)))
    try:
        key = lab.store.api_keys.get(theirs)
    except NotFound:
        raise NotFound("There is no such API key. It may have been revoked already.") from None
    people.note(lab, who, person_id, "revoked key", before=key.get("name"))
    lab.store.api_keys.remove(theirs)


def _require_own(who: Person, person_id: str) -> None:
    if person_id != who.immutable_id:
        access.require_admin(who)


def _shown(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in {"hash", "user", "edit"}}


def make_first_run_link(lab: Lab, person_id: str | None = None) -> str | None:
    """A token that makes its first user the administrator; none once there is one.

    Whoever uses it becomes the person of that id, or somebody new.

    Tokens of earlier starts end: only the one printed last works.
    """
    if people.has_administrator(lab):
        return None
    token = secrets.token_urlsafe(24)
    lab.store.sign_in_links.remove(Is("purpose", FIRST_RUN))
    lab.store.sign_in_links.add(
        {
            "immutable_id": new_object_id(),
            "hash": digest(token),
            "purpose": FIRST_RUN,
            "user": person_id,
        }
    )
    return token


def make_sign_in_link(lab: Lab, person_id: str) -> str:
    """A token that signs a person in once, within a day; those made for them before end.

    Raises:
        NotFound: there is no such person.
        Conflict: their account is deactivated.
    """
    if lab.store.people.get(Is("immutable_id", person_id)).get("account_status") == "deactivated":
        raise Conflict("This account is deactivated. Activate it first, then make the link.")
    token = secrets.token_urlsafe(24)
    mine = Every((Is("purpose", SIGN_IN), Is("user", person_id)))
    lab.store.sign_in_links.remove(mine)
    lab.store.sign_in_links.add(
        {
            "immutable_id": new_object_id(),
            "hash": digest(token),
            "purpose": SIGN_IN,
            "user": person_id,
            "expires_at": as_text(datetime.now(UTC) + LINK_LASTS),
        }
    )
    return token


def offer_sign_in_link(lab: Lab, who: Person, person_id: str) -> str:
    """As ``make_sign_in_link``, by an administrator who hands the link on; it is noted."""
    access.require_admin(who)
    token = make_sign_in_link(lab, person_id)
    people.note(lab, who, person_id, "made link")
    return token


def use_sign_in_link(lab: Lab, token: str) -> str:
    """Sign in by a link; the one that the start printed makes an administrator. A session's token.

    Raises:
        Forbidden: the link was used, is too old, or the lab has an administrator already.
    """
    where = Is("hash", digest(token))
    found = lab.store.sign_in_links.find(Query(where, limit=1)).documents
    if not found or not _usable(lab, found[0]) or not lab.store.sign_in_links.remove(where):
        raise Forbidden(
            "This sign-in link has been used, or a newer one was made. Ask for another."
        )
    person_id: str = found[0].get("user") or ""
    if found[0]["purpose"] == FIRST_RUN:
        person_id = person_id or people.add_person(lab, NAMELESS)["immutable_id"]
        people.set_role(lab, person_id, "admin")
    return open_session(lab, person_id)


def _usable(lab: Lab, link: Document) -> bool:
    if link["purpose"] == FIRST_RUN:
        return not people.has_administrator(lab)
    person = lab.store.people.find(Query(Is("immutable_id", link["user"]), limit=1)).documents
    may = bool(person) and person[0].get("account_status") != "deactivated"
    return may and bool(link["expires_at"] > now())


def require_account(who: Person | None) -> Person:
    """Go on only for somebody whose account may be used, now or once it is activated.

    Raises:
        Unauthenticated: nobody is signed in, or the account was deactivated.
    """
    if who is None or who.account_status == "deactivated":
        raise Unauthenticated("Sign in first, or send an API key.")
    return who


def require_active(who: Person | None) -> Person:
    """Go on only for somebody who may work here.

    Raises:
        Unauthenticated: nobody is signed in, or the account was deactivated.
        Forbidden: the account was not activated yet.
    """
    who = require_account(who)
    if who.account_status == "unverified":
        raise Forbidden("Your account waits to be activated by an administrator.")
    return who


def account(lab: Lab, person_id: str) -> dict[str, Any]:
    """A person as they see themselves."""
    document = lab.store.people.get(Is("immutable_id", person_id))
    ids = [group["immutable_id"] for group in document.get("groups") or []]
    return people.summary(document) | {
        "contact_email": document.get("contact_email"),
        "role": people.role_of(lab, person_id),
        "account_status": document.get("account_status") or "unverified",
        "groups": list(groups.summaries(lab, ids).values()),
    }
