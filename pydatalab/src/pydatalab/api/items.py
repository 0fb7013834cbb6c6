"""Items: ``/v1/items``."""

import re
from typing import Annotated, Any

from fastapi import Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from pydatalab.api import item_schemas, problems, schemas
from pydatalab.api.answers import Json, listed, not_modified, tagged
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.listing import Cursor, ItemList, Limit, Several, several
from pydatalab.api.routing import Router
from pydatalab.errors import Conflict, DatalabError, Invalid
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import (
    creation,
    items,
    memberships,
    presentation,
    relationships,
    sharing,
    snapshots,
    versions,
)
from pydatalab.store.query import Document

router = Router(prefix="/items", tags=["items"])

NEW_ITEM: TypeAdapter[item_schemas.NewItem] = TypeAdapter(item_schemas.NewItem)

IfMatch = Annotated[
    str | None, Header(description="ETag of the edit that the change was made from")
]


Number = Annotated[int, Path(ge=1, le=1_000_000_000)]


@router.get("", response_model=schemas.listed(item_schemas.Row))
def list_items(
    lab: OpenLab,
    who: CurrentPerson,
    type: Several = (),
    status: Several = (),
    creator: Several = (),
    collection: Several = (),
    date_from: str | None = None,
    date_to: str | None = None,
    q: str = "",
    deleted: bool = False,
    sort: str = "-last_modified",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    """The items that you may see, a page at a time; or, with ``deleted``, those that were deleted
    and that you may bring back.

    ``type``, ``status``, ``creator`` (id of a person) and ``collection`` can be given several times.
    ``sort`` is one of ``date``, ``last_modified``, ``item_id``, ``name``, with ``-`` for descending.
    """
    filters = {
        "type": type, "status": status, "creator": creator, "collection": collection,
        "date_from": date_from, "date_to": date_to, "q": q,
    }  # fmt: skip
    asked = ItemList(sort, deleted, filters)
    query = asked.query(lab, who, cursor, limit)
    page = items.find_items(lab, who, query, types=several(type), deleted=deleted)
    rows = presentation.rows(lab, who, page.documents)
    return listed(rows, asked.cursor_of(page.next_cursor), page.total, page.exact)


@router.post("", status_code=201, response_model=item_schemas.Item)
def create_item(new: item_schemas.NewItem, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make an item; without ``item_id`` it is called after its refcode. 409 if the id is taken."""
    item = creation.create_item(
        lab, who, _given(lab, who, new.model_dump(mode="json", exclude_unset=True))
    )
    return tagged(presentation.item_in_full(lab, who, item), 201)


def _given(lab: Lab, who: Person, new: dict[str, Any]) -> dict[str, Any]:
    source = new.pop("copy_from", None)
    return creation.copy_of(lab, who, source, new) if source else new


@router.post("/batch", response_model=schemas.listed(item_schemas.Made))
def create_items(new: item_schemas.NewItems, lab: OpenLab, who: CurrentPerson) -> Json:
    """Make many items, each on its own: one that is refused does not stop the others."""
    made = creation.create_items(lab, who, [_checked(lab, who, one) for one in new.items])
    rows = iter(presentation.rows(lab, who, [one for one in made if isinstance(one, dict)]))
    return listed([_made(one, rows) for one in made])


def _checked(lab: Lab, who: Person, new: dict[str, Any]) -> dict[str, Any] | DatalabError:
    """A new item as for one, or what is wrong with it."""
    try:
        fields = NEW_ITEM.validate_python(new).model_dump(mode="json", exclude_unset=True)
        return _given(lab, who, fields)
    except ValidationError as exc:
        return items.invalid(exc)
    except DatalabError as problem:
        return problem


def _made(one: Document | DatalabError, rows: Any) -> dict[str, Any]:
    if isinstance(one, DatalabError):
        status = problems.status_of(one)
        problem = problems.details_of(status, one.message, one.details)
        return {"status": status, "item": None, "problem": problem}
    return {"status": 201, "item": next(rows), "problem": None}


@router.get("/{refcode}", response_model=item_schemas.Item)
def get_item(refcode: str, request: Request, lab: OpenLab, who: CurrentPerson) -> Response:
    """One item with everything that its page shows."""
    item = items.get_item(lab, who, refcode)
    etag = f'"{item["edit"]}"'
    if not_modified(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return tagged(presentation.item_in_full(lab, who, item))


@router.patch(
    "/{refcode}",
    response_model=item_schemas.Item,
    responses={409: {"description": "Somebody saved it since", "model": item_schemas.SavedSince}},
)
def change_item(
    refcode: str,
    change: item_schemas.ItemChange,
    lab: OpenLab,
    who: CurrentPerson,
    if_match: IfMatch = None,
) -> Json:
    """Save a change: ``null`` clears a field, an absent one is kept.

    Name the edit that it was made from (``If-Match`` or ``edit``): if somebody saved the item since,
    409 says what it holds now (``current``) and which fields differ (``changed``). Without it the
    last save wins, field by field.
    """
    changes = change.model_dump(mode="json", exclude_unset=True)
    made_from = _edit(if_match, changes.pop("edit", None))
    if changes.get("collections"):
        memberships.check_new(lab, who, items.get_item(lab, who, refcode), changes["collections"])
    try:
        item, _ = items.change_item(lab, who, refcode, changes, made_from=made_from)
    except Conflict as lost:
        if "current" not in lost.details:
            raise
        current = presentation.item_in_full(lab, who, lost.details["current"])
        raise Conflict(lost.message, **{**lost.details, "current": current}) from None
    return tagged(presentation.item_in_full(lab, who, item))


def _edit(if_match: str | None, edit: int | None) -> int | None:
    """The edit that a change was made from, by header or body."""
    if if_match is None or if_match.strip() == "*":
        return edit
    number = if_match.strip().removeprefix("W/").strip('"')
    if not re.fullmatch("[0-9]{1,18}", number):
        raise Invalid(
            f"If-Match: {if_match} is no ETag of an item; send the one of its last answer."
        )
    return int(number)


@router.delete("/{refcode}", response_model=item_schemas.Deleted)
def delete_item(refcode: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Hide an item. Nothing of it is lost: ``POST …/restore`` brings it back."""
    item = items.delete_item(lab, who, refcode)
    return Json({"refcode": item["refcode"], "deleted_at": item["deleted_at"]})


@router.post("/{refcode}/restore", response_model=item_schemas.Item)
def restore_item(refcode: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Bring a deleted item back. 409 if its id was given away meanwhile."""
    return tagged(presentation.item_in_full(lab, who, items.restore_item(lab, who, refcode)))


@router.patch("/{refcode}/sharing", response_model=item_schemas.Item)
def share_item(refcode: str, change: schemas.Sharing, lab: OpenLab, who: CurrentPerson) -> Json:
    """Say who owns an item and which groups see and change it; what is absent is kept.

    Its first creator stays, and so do you if you are one of them.
    """
    wanted = sharing.Sharing(change.creator_ids, change.group_ids)
    item = sharing.share_item(lab, who, refcode, wanted)
    return tagged(presentation.item_in_full(lab, who, item))


@router.get("/{refcode}/relationships", response_model=item_schemas.Relationships)
def item_relationships(refcode: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """What an item was made from, and what was made from it."""
    item = items.get_item(lab, who, refcode)
    return Json(
        {
            "made_from": relationships.made_from(lab, who, item),
            "made_into": relationships.made_into(lab, who, item),
        }
    )


@router.get("/{refcode}/graph", response_model=item_schemas.Graph)
def item_graph(
    refcode: str, lab: OpenLab, who: CurrentPerson, depth: Annotated[int, Query(ge=0, le=10)] = 1
) -> Json:
    """The items around one, as far as ``depth`` links away."""
    item = items.get_item(lab, who, refcode)
    return Json(relationships.graph(lab, who, [item], depth))


@router.get("/{refcode}/versions", response_model=schemas.listed(item_schemas.Version))
def item_versions(refcode: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """The kept states of an item, newest first."""
    names = ("version", "timestamp", "action", "creator")
    found = versions.versions(lab, items.get_item(lab, who, refcode))
    return listed([{name: one[name] for name in names} for one in found])


@router.get("/{refcode}/versions/{version}", response_model=dict[str, Any])
def item_version(refcode: str, version: Number, lab: OpenLab, who: CurrentPerson) -> Json:
    """One kept state of an item."""
    kept = versions.version(lab, items.get_item(lab, who, refcode), version)
    return Json(presentation.kept_state(lab, who, kept["data"]))


@router.post("/{refcode}/versions/{version}/restore", response_model=item_schemas.Item)
def restore_version(refcode: str, version: Number, lab: OpenLab, who: CurrentPerson) -> Json:
    """Let an item hold again what it held in a version; this is kept as a version too.

    Fields and blocks come back; owners, collections and files stay as they are.
    """
    item, _ = snapshots.restore_version(lab, who, refcode, version)
    return tagged(presentation.item_in_full(lab, who, item))
