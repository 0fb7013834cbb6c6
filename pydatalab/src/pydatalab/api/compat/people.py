"""People, groups and keys."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ValidationError

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject, how_many, required
from pydatalab.api.compat.envelope import bare, error, ok
from pydatalab.api.deps import Anybody, CurrentPerson, OpenLab, PersonInBrowser
from pydatalab.models.people import AccountChange, GroupChange, NewGroup
from pydatalab.services import access, accounts, groups, items, people, standing
from pydatalab.store.query import Is

router = APIRouter()


@router.get("/get-current-user")
def current_person(lab: OpenLab, who: Anybody) -> Response:
    """Whoever asks, without envelope; also while the account waits to be activated."""
    if who is None or who.account_status == "deactivated":
        return bare({"status": "failure", "message": "Sign in first, or send an API key."}, 401)
    document = lab.store.people.get(Is("immutable_id", who.immutable_id))
    account = accounts.account(lab, who.immutable_id)
    identities = document.get("identities") or []
    managers = document.get("managers") or []
    return bare(account | {"type": "people", "identities": identities, "managers": managers})


@router.get("/api-keys")
def list_keys(lab: OpenLab, who: PersonInBrowser) -> Response:
    """One's own API keys; from a browser alone."""
    keys = [{"_id": one["immutable_id"], **one} for one in accounts.api_keys(lab, who)]
    return ok({"api_keys": keys})


@router.post("/api-keys")
def make_key(body: JsonObject, lab: OpenLab, who: PersonInBrowser) -> Response:
    """Make an API key; from a browser alone."""
    made = accounts.make_api_key(lab, who.immutable_id, required(body, "name"))
    return ok({"key": made["key"], "name": made["name"]})


@router.delete("/api-keys/{key_id}")
def revoke_key(key_id: str, lab: OpenLab, who: PersonInBrowser) -> Response:
    """End one of one's own API keys; from a browser alone."""
    accounts.revoke_api_key(lab, who, key_id)
    return Response(status_code=204)


@router.get("/search-users")
@router.get("/search/users")
def search_people(
    lab: OpenLab, _: CurrentPerson, query: str | None = None, nresults: str = "100"
) -> Response:
    """People whose name or e-mail has some words."""
    if query is None:
        return error(400, "Say whom to search for: ?query=.")
    limit = how_many(nresults)
    return ok({"users": [wire.person(one) for one in people.find_people(lab, query, limit=limit)]})


@router.get("/users")
def list_people(lab: OpenLab, who: CurrentPerson) -> Response:
    """Everybody, with roles; for administrators."""
    access.require_admin(who)
    everybody = people.find_people(lab, limit=100_000)
    return ok(
        {
            "data": [
                accounts.account(lab, one["immutable_id"])
                | {"type": "people", "managers": one.get("managers") or []}
                for one in everybody
            ]
        }
    )


@router.patch("/users/{person_id}")
def change_person(person_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Change one's own name or e-mail; administrators anybody's, and the state of an account."""
    fields = {name: body[name] for name in ("display_name", "contact_email") if name in body}
    if fields.get("contact_email") == "":
        fields["contact_email"] = None
    if fields.get("display_name") in ("", None):
        fields.pop("display_name", None)
    try:
        change = AccountChange.model_validate(fields)
    except ValidationError as exc:
        raise items.invalid(exc) from exc
    people.change_account(lab, who, person_id, change)
    if "account_status" in body:
        standing.set_status(lab, who, person_id, required(body, "account_status"))
    return ok({"message": "The account was changed."})


@router.patch("/roles/{person_id}")
def set_role(person_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Give a person a role; for administrators."""
    standing.set_role(lab, who, person_id, required(body, "role"))
    return ok({})


@router.patch("/users/{person_id}/managers")
def set_managers(person_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Say who manages a person; for administrators."""
    standing.set_managers(
        lab, who, person_id, [str(one) for one in required(body, "managers", list)]
    )
    return ok({})


@router.get("/search/groups")
def search_groups(
    lab: OpenLab, _: CurrentPerson, query: str | None = None, nresults: str = "100"
) -> Response:
    """Groups that mention some words."""
    if query is None:
        return error(400, "Say what to search for: ?query=.")
    limit = how_many(nresults)
    found = groups.find_groups(lab, query, limit=limit)
    nothing: dict[str, Any] = {
        "managers": [],
        "members": None,
        "last_modified": None,
        "relationships": None,
    }
    data = [
        {"type": "groups", **groups.summary(one), "description": one.get("description"), **nothing}
        for one in found
    ]
    return ok({"data": data})


@router.get("/groups")
def list_groups(lab: OpenLab, who: CurrentPerson) -> Response:
    """All groups with their people; for administrators."""
    access.require_admin(who)
    return ok({"data": [groups.in_full(lab, one) for one in groups.find_groups(lab, limit=10_000)]})


@router.put("/groups")
def create_group(body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Make a group; for administrators."""
    known = {name: body[name] for name in NewGroup.model_fields if body.get(name) is not None}
    try:
        group = groups.add_group(lab, who, NewGroup.model_validate(known))
    except ValidationError as exc:
        raise items.invalid(exc) from exc
    return ok({"group_immutable_id": group["immutable_id"]})


@router.patch("/groups/{group_id}")
def change_group(group_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Change a group; for administrators."""
    known = {name: body[name] for name in GroupChange.model_fields if name in body}
    try:
        groups.change_group(lab, who, group_id, GroupChange.model_validate(known))
    except ValidationError as exc:
        raise items.invalid(exc) from exc
    return ok({"message": "The group was changed."})


@router.delete("/groups/{group_id}")
def remove_group(group_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Remove a group; for administrators."""
    groups.remove_group(lab, who, group_id)
    return ok({"message": "The group was removed."})


@router.put("/groups/{group_id}")
def add_member(group_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Add a person to a group; for administrators."""
    new = groups.add_member(lab, who, group_id, required(body, "user_id"))
    return ok({"message": "Added." if new else "They belonged to it already."})


@router.delete("/groups/{group_id}/members/{person_id}")
def remove_member(group_id: str, person_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Take a person out of a group; for administrators."""
    gone = groups.remove_member(lab, who, group_id, person_id)
    return ok({"message": "Taken out." if gone else "They did not belong to it."})
