"""Collections."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ValidationError

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject, how_many, required
from pydatalab.api.compat.envelope import error, ok
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.errors import Conflict, DatalabError, Forbidden, NotFound
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import collections, items, presentation, search
from pydatalab.store.query import Order, Query

router = APIRouter()

MOST = 10_000


@router.get("/collections")
def list_collections(lab: OpenLab, who: CurrentPerson) -> Response:
    """All collections that the caller may see."""
    query = Query(order=Order("last_modified", descending=True), limit=MOST)
    found = collections.find_collections(lab, who, query).documents
    data = [wire.collection(lab, who, one, counted=True) for one in found]
    return ok({"data": data, "collections": data, "items": data})


@router.put("/collections")
def create_collection(body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Make a collection, with ``starting_members`` put into it."""
    data = required(body, "data", dict)
    fields = {name: data.get(name) for name in ("collection_id", "title", "description")}
    try:
        made = collections.create_collection(
            lab, who, fields,
            creator_ids=wire.ids_of(data.get("additional_creators")),
            group_ids=wire.ids_of(data.get("groups")),
        )  # fmt: skip
    except Conflict as taken:
        raise Conflict(taken.message, collection_id=fields["collection_id"]) from None
    members = data.get("starting_members")
    named = members if isinstance(members, list) else []
    warnings = _filled(lab, who, made["collection_id"], named)
    answer: dict[str, Any] = {"data": wire.collection(lab, who, made, counted=True)}
    return ok(answer | ({"warnings": warnings} if warnings else {}), 201)


def _filled(lab: Lab, who: Person, collection_id: str, members: list[Any]) -> list[str]:
    """Put items into a new collection; what went wrong with some."""
    warnings = []
    for member in members:
        item_id = str(member.get("item_id")) if isinstance(member, dict) else str(member)
        try:
            item = items.get_item_by_id(lab, who, item_id)
            collections.add_item(lab, who, collection_id, item["refcode"])
        except DatalabError as problem:
            warnings.append(f"{item_id}: {problem.message}")
    return warnings


@router.get("/collections/{collection_id}")
def get_collection(collection_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """A collection with its items."""
    found = collections.get_collection(lab, who, collection_id)
    children = items.everything(lab, who, collections.members(found), wire.READ_FOR_ROWS)
    return ok(
        {
            "collection_id": collection_id,
            "data": wire.collection(lab, who, found, counted=False) | {"num_items": len(children)},
            "child_items": wire.rows(lab, who, children),
        }
    )


@router.patch("/collections/{collection_id}")
def change_collection(
    collection_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson
) -> Response:
    """Change title or description."""
    data = required(body, "data", dict) if body.get("data") else {}
    fields = {name: data[name] for name in ("title", "description") if name in data}
    try:
        change = collections.CollectionChange.model_validate(fields)
        collections.change_collection(lab, who, collection_id, change)
    except ValidationError as exc:
        raise items.invalid(exc) from exc
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    return ok({})


@router.delete("/collections/{collection_id}")
def delete_collection(collection_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Delete a collection; its items stay."""
    try:
        collections.delete_collection(lab, who, collection_id)
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    return ok({})


@router.post("/collections/{collection_id}")
def add_items(collection_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Put items, named by refcode, into a collection."""
    refcodes = required(required(body, "data", dict), "refcodes", list)
    if not refcodes:
        return error(400, "No refcodes were given.")
    collections.get_collection(lab, who, collection_id)
    problems = collections.add_items(lab, who, collection_id, [str(one) for one in refcodes])
    if len(problems) == len(refcodes):
        return error(404, problems[0].message)
    return ok({})


@router.delete("/collections/{collection_id}/items")
def remove_items(
    collection_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson
) -> Response:
    """Take items, named by refcode, out of a collection."""
    refcodes = required(body, "refcodes", list)
    if not refcodes:
        return error(400, "No refcodes were given.")
    removed = 0
    for refcode in refcodes:
        try:
            collections.remove_item(lab, who, collection_id, str(refcode))
            removed += 1
        except (NotFound, Forbidden):
            continue
    if not removed:
        return error(404, "None of these items is in the collection.")
    if removed < len(refcodes):
        message = f"{removed} of {len(refcodes)} items were taken out."
        return ok({"status": "partial-success", "message": message, "removed_count": removed}, 207)
    return ok({"removed_count": removed})


@router.get("/search-collections")
@router.get("/search/collections")
def search_collections(
    lab: OpenLab, who: CurrentPerson, query: str | None = None, nresults: str = "100"
) -> Response:
    """Collections that mention some words."""
    if query is None:
        return error(400, "Say what to search for: ?query=.")
    limit = how_many(nresults)
    found = search.search_collections(lab, who, query, limit=limit)
    return ok({"data": [presentation.collection_reference(one) for one in found]})
