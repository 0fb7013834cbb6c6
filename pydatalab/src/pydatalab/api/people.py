"""People, groups and keys: ``/v1/me``, ``/v1/people``, ``/v1/groups``, ``/v1/api-keys``."""

from fastapi import Request
from fastapi.responses import Response

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.bodies import JsonRoute
from pydatalab.api.deps import COOKIE, Anybody, CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.errors import Unauthenticated
from pydatalab.models.people import (
    Account,
    AccountChange,
    GroupChange,
    GroupSummary,
    NewGroup,
    PersonSummary,
)
from pydatalab.services import accounts, groups, people

router = Router(tags=["people"], route_class=JsonRoute)


@router.get("/me", response_model=Account)
def me(lab: OpenLab, who: Anybody) -> Json:
    """Yourself; also while the account waits to be activated."""
    if who is None or who.account_status == "deactivated":
        raise Unauthenticated("Sign in first, or send an API key.")
    return Json(accounts.account(lab, who.immutable_id))


@router.patch("/me", response_model=Account)
def change_me(change: AccountChange, lab: OpenLab, who: CurrentPerson) -> Json:
    """Change your name or e-mail."""
    people.change_account(lab, who, who.immutable_id, change)
    return Json(accounts.account(lab, who.immutable_id))


@router.delete("/session", status_code=204, response_class=Response)
def sign_out(request: Request, lab: OpenLab) -> Response:
    """Sign out of this browser."""
    if token := request.cookies.get(COOKIE):
        accounts.close_session(lab, token)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/people", response_model=schemas.listed(PersonSummary))
def list_people(lab: OpenLab, _: CurrentPerson, q: str = "") -> Json:
    """People of the lab, by name."""
    return listed([people.summary(one) for one in people.find_people(lab, q)])


@router.get("/groups", response_model=schemas.listed(GroupSummary))
def list_groups(lab: OpenLab, _: CurrentPerson, q: str = "") -> Json:
    """Groups of the lab, by name."""
    return listed([groups.summary(one) for one in groups.find_groups(lab, q)])


@router.post("/groups", status_code=201, response_model=schemas.Group)
def create_group(new: NewGroup, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make a group. Administrators only."""
    return Json(groups.in_full(lab, groups.add_group(lab, who, new)), 201)


@router.get("/groups/{group_id}", response_model=schemas.Group)
def get_group(group_id: str, lab: OpenLab, _: CurrentPerson) -> Json:
    """A group with its people."""
    return Json(groups.in_full(lab, groups.get_group(lab, group_id)))


@router.patch("/groups/{group_id}", response_model=schemas.Group)
def change_group(group_id: str, change: GroupChange, lab: OpenLab, who: CurrentPerson) -> Json:
    """Change what a group is called. Administrators only."""
    return Json(groups.in_full(lab, groups.change_group(lab, who, group_id, change)))


@router.delete("/groups/{group_id}", status_code=204, response_class=Response)
def remove_group(group_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Remove a group. Administrators only."""
    groups.remove_group(lab, who, group_id)
    return Response(status_code=204)


@router.put("/groups/{group_id}/members/{person_id}", status_code=204, response_class=Response)
def add_member(group_id: str, person_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Add a person to a group. Administrators only."""
    groups.add_member(lab, who, group_id, person_id)
    return Response(status_code=204)


@router.delete("/groups/{group_id}/members/{person_id}", status_code=204, response_class=Response)
def remove_member(group_id: str, person_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Take a person out of a group. Administrators only."""
    groups.remove_member(lab, who, group_id, person_id)
    return Response(status_code=204)


@router.get("/api-keys", response_model=schemas.listed(schemas.ApiKey))
def list_api_keys(lab: OpenLab, who: CurrentPerson) -> Json:
    """Your API keys, without the keys themselves."""
    return listed(accounts.api_keys(lab, who))


@router.post("/api-keys", status_code=201, response_model=schemas.MadeApiKey)
def make_api_key(new: schemas.NewApiKey, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make an API key; the key itself is in this answer alone."""
    return Json(accounts.make_api_key(lab, who.immutable_id, new.name), 201)


@router.delete("/api-keys/{key_id}", status_code=204, response_class=Response)
def revoke_api_key(key_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """End one of your API keys."""
    accounts.revoke_api_key(lab, who, key_id)
    return Response(status_code=204)
