"""Tasks that look after people: accounts, roles, keys, sign-in links, and two accounts of one person."""

from typing import TYPE_CHECKING, Any

from pydatalab.commands.desk import Desk, Report, checked, in_columns, lab_task, several
from pydatalab.models.words import counted

if TYPE_CHECKING:
    from pydatalab.store.query import Document

PERSON = "the person's e-mail, name or id"


@lab_task(
    words="only people whose name or e-mail has these words",
    status="only those who are active, unverified or deactivated",
    role="only users, managers or admins",
)
def list_users(desk: Desk, words: str = "", status: str = "", role: str = "") -> Report:
    """List the people of the lab; who waits to be activated stands first."""
    from pydatalab.services import directory
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import MOST_PEOPLE

    wanted = directory.Wanted(words, several(status), several(role))
    found = directory.list_accounts(desk.lab, OPERATOR, wanted, limit=MOST_PEOPLE).rows
    head = ("name", "e-mail", "status", "role", "items", "last seen", "id")
    rows = [
        (
            one["display_name"],
            one["contact_email"] or "",
            "merged" if one["merged_into"] else one["account_status"],
            one["role"],
            str(one["num_items"]),
            (one["last_seen"] or "never")[:10],
            one["immutable_id"],
        )
        for one in found
    ]
    lines = in_columns([head, *rows]) if rows else ("There is nobody like that.",)
    return Report({"people": found}, lines)


@lab_task(
    display_name="the person's name",
    contact_email="the person's e-mail",
    role="user, manager or admin",
)
def create_user(desk: Desk, display_name: str, contact_email: str, role: str = "user") -> Report:
    """Make an active account; works beside a running server."""
    from pydatalab.models.people import NewPerson
    from pydatalab.services import people
    from pydatalab.services.access import OPERATOR

    fields = {"display_name": display_name, "contact_email": contact_email, "role": role}
    person = people.create_person(desk.lab, OPERATOR, checked(NewPerson, fields))
    name, account = person["display_name"], person["immutable_id"]
    return Report(
        {"immutable_id": account, "display_name": name, "role": role},
        (f"{name} ({role}) has the account {account}.",),
    )


@lab_task(person=PERSON, display_name="their new name", contact_email="their new e-mail")
def change_user(desk: Desk, person: str, display_name: str = "", contact_email: str = "") -> Report:
    """Change a person's name or e-mail."""
    from pydatalab.errors import Invalid
    from pydatalab.models.people import PersonChange

    asked = {"display_name": display_name, "contact_email": contact_email}
    if not any(asked.values()):
        raise Invalid("Say what to change: --display-name or --contact-email.")
    fields = {name: value for name, value in asked.items() if value}
    document = _change(desk, person, checked(PersonChange, fields))
    email = document.get("contact_email") or "no e-mail"
    return _report(document, f"The account is now of {document['display_name']}, {email}.")


@lab_task(person=PERSON)
def activate_user(desk: Desk, person: str) -> Report:
    """Let a person work here: their API keys work again, and they may sign in."""
    document = _set_status(desk, person, "active")
    return _report(document, f"{document['display_name']} is active.")


@lab_task(person=PERSON)
def deactivate_user(desk: Desk, person: str) -> Report:
    """End a person's sessions, and refuse their API keys, at once."""
    document = _set_status(desk, person, "deactivated")
    return _report(document, f"{document['display_name']} is deactivated and signed out.")


@lab_task(person=PERSON, role="user, manager or admin")
def set_role(desk: Desk, person: str, role: str) -> Report:
    """Give a person a role."""
    from pydatalab.services import standing
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    document = person_called(desk.lab, person)
    standing.set_role(desk.lab, OPERATOR, document["immutable_id"], role)
    return _report(document, f"{document['display_name']} has the role {role}.", role=role)


@lab_task(
    person="whom they manage: e-mail, name or id",
    manager="who may do what that person may: e-mail, name or id; several with commas between",
    nobody="let nobody manage the person",
)
def set_manager(desk: Desk, person: str, manager: str = "", nobody: bool = False) -> Report:
    """Say who manages a person, in place of whoever did."""
    from pydatalab.errors import Invalid
    from pydatalab.services import standing
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    if bool(manager) == nobody:
        raise Invalid("Say who manages the person with --manager, or --nobody.")
    document = person_called(desk.lab, person)
    named = [person_called(desk.lab, one) for one in several(manager)]
    ids = [one["immutable_id"] for one in named]
    standing.set_managers(desk.lab, OPERATOR, document["immutable_id"], ids)
    names = ", ".join(one["display_name"] for one in named) or "Nobody"
    verb = "manage" if len(named) > 1 else "manages"
    return _report(document, f"{names} {verb} {document['display_name']}.", managers=ids)


@lab_task(
    kept="the account that stays: e-mail, name or id",
    gone="the account that goes: e-mail, name or id",
    dry_run="only say what would change",
    yes="do it",
)
def merge_users(
    desk: Desk, kept: str, gone: str, dry_run: bool = False, yes: bool = False
) -> Report:
    """Make one account of two: items, files, keys, identities and history follow."""
    from pydatalab.errors import Invalid
    from pydatalab.services import merging
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    if dry_run and yes:
        raise Invalid("Say --dry-run or --yes, not both.")
    kept = person_called(desk.lab, kept)["immutable_id"]
    gone = merging.account_that_goes(desk.lab, gone)["immutable_id"]
    if yes:
        told = merging.merge_people(desk.lab, OPERATOR, kept, gone, desk.progress)
    else:
        told = merging.preview_merge(desk.lab, OPERATOR, kept, gone)
    last = "They are one account now." if yes else "Nothing was changed. Say --yes to do it."
    return Report(told | {"merged": yes}, (*_told(told), last), ok=yes or dry_run)


def _told(told: dict[str, Any]) -> tuple[str, ...]:
    """What a merge changes, a line each."""
    kept, gone = told["kept"]["display_name"], told["gone"]["display_name"]
    nouns = {
        "items": ("item",), "collections": ("collection",), "files": ("file",), "api_keys": ("API key",),
        "managed_people": ("person they manage", "people they manage"),
    }  # fmt: skip
    named = {
        "groups": "also be in the groups", "managers": "also be managed by", "identities": "also sign in as",
    }  # fmt: skip
    numbers = ", ".join(counted(told[name], *noun) for name, noun in nouns.items())
    return (
        f"From {gone} to {kept}: {numbers}.",
        *(f"{kept} will {words}: {', '.join(told[n])}." for n, words in named.items() if told[n]),
        f"{kept} keeps the role {told['role']}; the account of {gone} is closed.",
        *told["warnings"],
    )


@lab_task(contact_email="whose keys: e-mail, name or id")
def list_api_keys(desk: Desk, contact_email: str) -> Report:
    """List a person's API keys, without the keys themselves."""
    from pydatalab.services import accounts
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    person = person_called(desk.lab, contact_email)
    keys = accounts.api_keys(desk.lab, OPERATOR, person["immutable_id"])
    head = ("name", "key", "made", "id")
    rows = [
        (one["name"], one["digest"], (one.get("created_at") or "")[:10], one["immutable_id"])
        for one in keys
    ]
    none = (f"{person['display_name']} has no API keys.",)
    return Report({"api_keys": keys}, in_columns([head, *rows]) if rows else none)


@lab_task(contact_email="whose key it is: e-mail, name or id", name="what the key is called")
def create_api_key(desk: Desk, contact_email: str, name: str) -> Report:
    """Make an API key; it is printed once, alone on the last line."""
    from pydatalab.services import accounts
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    person = person_called(desk.lab, contact_email)
    key = accounts.add_api_key(desk.lab, OPERATOR, person["immutable_id"], name)
    said = f"The key {name!r} of {person['display_name']} is shown only now:"
    return Report(key, (said, key["key"]))


@lab_task(contact_email="whose key it is: e-mail, name or id", key="the key's name or id")
def revoke_api_key(desk: Desk, contact_email: str, key: str) -> Report:
    """End an API key of a person, for good."""
    from pydatalab.errors import Conflict, NotFound
    from pydatalab.services import accounts
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    person = person_called(desk.lab, contact_email)
    known = accounts.api_keys(desk.lab, OPERATOR, person["immutable_id"])
    meant = [one for one in known if key in {one["immutable_id"], one["name"]}]
    if not meant:
        raise NotFound(f"{person['display_name']} has no API key {key}. See admin.list-api-keys.")
    if len(meant) > 1:
        ids = ", ".join(one["immutable_id"] for one in meant)
        raise Conflict(f"Several keys are called {key}. Say which, by id: {ids}.")
    ended = meant[0]
    accounts.revoke_api_key(desk.lab, OPERATOR, ended["immutable_id"], person["immutable_id"])
    return _report(person, f"The key {ended['name']} of {person['display_name']} has ended.")


@lab_task(
    contact_email="whom it signs in: e-mail, name or id", address="where people reach the page"
)
def make_sign_in_link(
    desk: Desk, contact_email: str, address: str = "http://localhost:5001"
) -> Report:
    """Make a link that signs a person in once, within a day; it is printed alone on the last line."""
    from pydatalab.services import accounts
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    person = person_called(desk.lab, contact_email)
    token = accounts.offer_sign_in_link(desk.lab, OPERATOR, person["immutable_id"])
    link = f"{(desk.config.APP_URL or address).rstrip('/')}/sign-in/link?token={token}"
    said = f"Hand this link to {person['display_name']}; it works once, until tomorrow:"
    return Report({"link": link}, (said, link))


def _set_status(desk: Desk, person: str, status: str) -> "Document":
    from pydatalab.services import standing
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    return standing.set_status(
        desk.lab, OPERATOR, person_called(desk.lab, person)["immutable_id"], status
    )


def _change(desk: Desk, person: str, change: Any) -> "Document":
    from pydatalab.services import standing
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    document = person_called(desk.lab, person)
    return standing.change_person(desk.lab, OPERATOR, document["immutable_id"], change)


def _report(document: "Document", said: str, **more: Any) -> Report:
    known = {"immutable_id": document["immutable_id"], "display_name": document["display_name"]}
    return Report(known | more, (said,))
