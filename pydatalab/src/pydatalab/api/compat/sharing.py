"""Who owns items and collections, and which groups see them."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import Body, JsonObject
from pydatalab.api.compat.envelope import ok
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.errors import Forbidden, Invalid, NotFound
from pydatalab.services import sharing
from pydatalab.services.sharing import Sharing

router = APIRouter()


@router.patch("/items/{refcode}/permissions")
def share_item(refcode: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Say who owns an item and which groups see it."""
    return _shared(sharing.share_item, lab, who, refcode, _sharing(body, adding=False))


@router.put("/items/{refcode}/permissions")
def share_item_further(
    refcode: str, body: JsonObject, lab: OpenLab, who: CurrentPerson
) -> Response:
    """Add owners and groups to those that an item has."""
    return _shared(sharing.share_item, lab, who, refcode, _sharing(body, adding=True))


@router.patch("/collections/{collection_id}/permissions")
def share_collection(
    collection_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson
) -> Response:
    """Say who owns a collection and which groups see it."""
    return _shared(sharing.share_collection, lab, who, collection_id, _sharing(body, adding=False))


def _shared(share: Any, lab: Any, who: Any, name: str, wanted: Sharing) -> Response:
    try:
        share(lab, who, name, wanted)
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    return ok({})


def _sharing(body: Body, *, adding: bool) -> Sharing:
    creators, groups = _ids(body, "creators"), _ids(body, "groups")
    if creators is None and groups is None:
        raise Invalid("The body needs the key 'creators' or 'groups'.")
    return Sharing(creators, groups, adding)


def _ids(body: Body, name: str) -> list[str] | None:
    named = body.get(name)
    if named is None:
        return None
    ids = wire.ids_of(named)
    if not isinstance(named, list) or len(ids) != len(named):
        raise Invalid(f"{name} must be a list of objects, each with an immutable_id.")
    return ids
