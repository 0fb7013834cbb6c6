"""People and keys: ``/v1/me``, ``/v1/people``, ``/v1/api-keys``."""

from fastapi import Request
from fastapi.responses import Response

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.deps import COOKIE, CurrentPerson, OpenLab, PersonWithAccount
from pydatalab.api.listing import Cursor, Limit, Several, several
from pydatalab.api.routing import Router
from pydatalab.models.accounts import (
    AccountInFull,
    AccountRow,
    ApiKey,
    MergeAsked,
    MergePreview,
    SignInLink,
)
from pydatalab.models.jobs import Job
from pydatalab.models.people import (
    Account,
    AccountChange,
    NewPerson,
    PersonChange,
    PersonSummary,
)
from pydatalab.services import accounts, directory, merging, people, standing

router = Router(tags=["people"])


@router.get("/me", response_model=Account)
def me(lab: OpenLab, who: PersonWithAccount) -> Json:
    """Yourself; also while the account waits to be activated."""
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


@router.post("/people", status_code=201, response_model=AccountInFull)
def create_person(new: NewPerson, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make an active account. Administrators only."""
    made = people.create_person(lab, who, new)
    return Json(directory.account_in_full(lab, who, made["immutable_id"]), 201)


@router.get("/people/accounts", response_model=schemas.listed(AccountRow))
def list_accounts(
    lab: OpenLab,
    who: CurrentPerson,
    q: str = "",
    status: Several = (),
    role: Several = (),
    group: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Json:
    """People with status, role and what they have: first who waits to be activated, then by name.

    `group` narrows to those who belong to the group of this `immutable_id`, itself or through others.
    Administrators only.
    """
    wanted = directory.Wanted(q, several(status), several(role), group)
    page = directory.list_accounts(lab, who, wanted, after=cursor, limit=limit)
    return listed(page.rows, page.next_cursor, page.total)


@router.get("/people/{person_id}", response_model=AccountInFull)
def get_person(person_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """A person with keys, managers and history. Administrators only."""
    return Json(directory.account_in_full(lab, who, person_id))


@router.patch("/people/{person_id}", response_model=AccountInFull)
def change_person(person_id: str, change: PersonChange, lab: OpenLab, who: CurrentPerson) -> Json:
    """Change a person's name, e-mail, role, status or managers. Administrators only.

    Deactivating ends sessions at once, and refuses keys until the account is active again. 409 if the
    lab would have no active administrator.
    """
    standing.change_person(lab, who, person_id, change)
    return Json(directory.account_in_full(lab, who, person_id))


@router.post("/people/{person_id}/api-keys", status_code=201, response_model=schemas.MadeApiKey)
def make_key_for_person(
    person_id: str, new: schemas.NewApiKey, lab: OpenLab, who: CurrentPerson
) -> Json:
    """Make an API key for a person; the key itself is in this answer alone. Administrators only."""
    return Json(accounts.add_api_key(lab, who, person_id, new.name), 201)


@router.delete("/people/{person_id}/api-keys/{key_id}", status_code=204, response_class=Response)
def revoke_key_of_person(person_id: str, key_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """End an API key of a person. Administrators only."""
    accounts.revoke_api_key(lab, who, key_id, person_id)
    return Response(status_code=204)


@router.post("/people/{person_id}/sign-in-link", status_code=201, response_model=SignInLink)
def make_sign_in_link(person_id: str, request: Request, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make a link that signs a person in once, within a day. Administrators only."""
    token = accounts.offer_sign_in_link(lab, who, person_id)
    return Json({"link": f"{request.base_url}sign-in/link?token={token}"}, 201)


@router.get("/people/{person_id}/merge", response_model=MergePreview)
def preview_merge(person_id: str, gone: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """What merging the account `gone` into this one would change. Administrators only."""
    return Json(merging.preview_merge(lab, who, person_id, gone))


@router.post("/people/{person_id}/merge", status_code=202, response_model=Job)
def merge(person_id: str, asked: MergeAsked, lab: OpenLab, who: CurrentPerson) -> Json:
    """Hand all that another account has to this one, and close that one: the job that does it.

    Administrators only. What was interrupted is finished by asking again.
    """
    return Json(merging.ask_for_merge(lab, who, person_id, asked.person_id), 202)


@router.get("/api-keys", response_model=schemas.listed(ApiKey))
def list_api_keys(lab: OpenLab, who: CurrentPerson) -> Json:
    """Your API keys, without the keys themselves."""
    return listed(accounts.api_keys(lab, who))


@router.post("/api-keys", status_code=201, response_model=schemas.MadeApiKey)
def make_api_key(new: schemas.NewApiKey, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make an API key; the key itself is in this answer alone."""
    return Json(accounts.add_api_key(lab, who, who.immutable_id, new.name), 201)


@router.delete("/api-keys/{key_id}", status_code=204, response_class=Response)
def revoke_api_key(key_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """End one of your API keys."""
    accounts.revoke_api_key(lab, who, key_id)
    return Response(status_code=204)
