"""Collections: ``/v1/collections``."""

from fastapi.responses import Response

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed, tagged
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.listing import COUNTED, Cursor, Limit
from pydatalab.api.routing import Router
from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import access, collections, items, presentation, sharing
from pydatalab.store.query import Document, Mentions, Order, Query

router = Router(prefix="/collections", tags=["collections"])


@router.get("", response_model=schemas.listed(schemas.Collection))
def list_collections(
    lab: OpenLab,
    who: CurrentPerson,
    q: str = "",
    deleted: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    """The collections that you may see, those changed last first; or, with ``deleted``, those that
    were deleted and that you may bring back."""
    order = Order("last_modified", descending=True)
    query = Query(Mentions(q), order, limit=limit, after=cursor, count_to=COUNTED)
    page = collections.find_collections(lab, who, query, deleted=deleted)
    shown = presentation.collections_in_full(lab, who, page.documents)
    return listed(shown, page.next_cursor, page.total, page.exact)


@router.post("", status_code=201, response_model=schemas.Collection)
def create_collection(new: schemas.NewCollectionRequest, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make a collection. 409 if its id is taken."""
    for refcode in new.items:
        item = items.get_item(lab, who, refcode)
        access.require(access.may_change(who, item), f"put {item['refcode']} into a collection")
    fields = new.model_dump(mode="json", exclude={"items"})
    collection = collections.create_collection(lab, who, fields)
    for problem in collections.add_items(lab, who, new.collection_id, new.items):
        raise problem
    return _shown(lab, who, collection, 201)


@router.get("/{collection_id}", response_model=schemas.Collection)
def get_collection(collection_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """One collection; its items are listed by ``/v1/items?collection=``."""
    return _shown(lab, who, collections.get_collection(lab, who, collection_id))


@router.patch("/{collection_id}", response_model=schemas.Collection)
def change_collection(
    collection_id: str, change: collections.CollectionChange, lab: OpenLab, who: CurrentPerson
) -> Json:
    """Change title or description; ``edit`` names the edit that it was made from."""
    try:
        changed = collections.change_collection(lab, who, collection_id, change)
    except Conflict as lost:
        if "current" not in lost.details:
            raise
        current = presentation.collections_in_full(lab, who, [lost.details["current"]])[0]
        raise Conflict(lost.message, current=current) from None
    return _shown(lab, who, changed)


@router.patch("/{collection_id}/sharing", response_model=schemas.Collection)
def share_collection(
    collection_id: str, change: schemas.Sharing, lab: OpenLab, who: CurrentPerson
) -> Json:
    """Say who owns a collection and which groups see it and its items; what is absent is kept.

    Its first creator stays, and so do you if you are one of them.
    """
    wanted = sharing.Sharing(change.creator_ids, change.group_ids)
    return _shown(lab, who, sharing.share_collection(lab, who, collection_id, wanted))


@router.delete("/{collection_id}", status_code=204, response_class=Response)
def delete_collection(collection_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Hide a collection; its items stay. ``POST …/restore`` brings it back."""
    collections.delete_collection(lab, who, collection_id)
    return Response(status_code=204)


@router.post("/{collection_id}/restore", response_model=schemas.Collection)
def restore_collection(collection_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Bring a deleted collection back."""
    return _shown(lab, who, collections.restore_collection(lab, who, collection_id))


@router.put("/{collection_id}/items/{refcode}", status_code=204, response_class=Response)
def add_item(collection_id: str, refcode: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Put an item into a collection."""
    collections.add_item(lab, who, collection_id, refcode)
    return Response(status_code=204)


@router.delete("/{collection_id}/items/{refcode}", status_code=204, response_class=Response)
def remove_item(collection_id: str, refcode: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Take an item out of a collection."""
    collections.remove_item(lab, who, collection_id, refcode)
    return Response(status_code=204)


def _shown(lab: Lab, who: Person, collection: Document, status: int = 200) -> Json:
    return tagged(presentation.collections_in_full(lab, who, [collection])[0], status)
