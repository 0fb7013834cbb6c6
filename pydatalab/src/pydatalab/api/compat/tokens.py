"""Access tokens of items."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pydatalab.api.compat.envelope import error, ok
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.errors import Forbidden, NotFound
from pydatalab.services import people, tokens
from pydatalab.store.query import Document

router = APIRouter()


@router.post("/items/{refcode}/issue-access-token")
def issue_token(refcode: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Make a token by which anybody may read an item."""
    try:
        return ok({"token": tokens.issue_token(lab, who, refcode)}, 201)
    except Forbidden as refused:
        raise NotFound(refused.message) from None


@router.get("/items/{refcode}/access-token-info")
def token_info(refcode: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Whether an item has a token, and who made it."""
    try:
        token = tokens.newest_token(lab, who, refcode)
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    if token is None:
        return ok({"has_token": False})
    maker = people.summaries(lab, [token["user"]]).get(token["user"])
    said = {
        "token": _masked(token),
        "created_at": token["created_at"],
        "created_by": token["user"],
        "created_by_info": maker,
    }
    return ok({"has_token": True, "token_info": said})


@router.post("/items/{refcode}/invalidate-access-token")
def revoke_tokens(refcode: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """End all tokens of an item."""
    try:
        ended = tokens.revoke_tokens(lab, who, refcode)
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    if not ended:
        return error(404, "The item has no access token.")
    return ok({"message": f"{ended} access tokens were ended."})


@router.get("/access-tokens")
def list_tokens(lab: OpenLab, who: CurrentPerson) -> Response:
    """All tokens; for administrators."""
    return ok({"tokens": [_listed(one) for one in tokens.all_tokens(lab, who)]})


def _listed(token: Document) -> dict[str, Any]:
    item, maker = token["item"] or {}, token["maker"] or {}
    return {
        "_id": token["immutable_id"],
        "refcode": token["refcode"],
        "active": token["active"],
        "created_at": token["created_at"],
        "invalidated_at": token.get("invalidated_at"),
        "token": _masked(token),
        "item_id": item.get("item_id"),
        "item_name": item.get("name"),
        "item_type": item.get("type", "deleted"),
        "created_by": maker.get("display_name"),
        "created_by_info": maker or None,
    }


def _masked(token: Document) -> str:
    """A few letters of a token's hash, to tell it from others."""
    return f"{token['hash'][:8]}...{token['hash'][-8:]}"
