"""Exports of items and collections."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject
from pydatalab.api.compat.envelope import ok
from pydatalab.api.contents import archive_response
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.errors import Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import exports, items
from pydatalab.store.query import Document

router = APIRouter()

KIND = "application/vnd.eln+zip"


@router.post("/collections/{collection_id}/export")
def export_collection(collection_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Have a collection made into an archive."""
    return _accepted(exports.export_collection(lab, who, collection_id))


@router.post("/items/{item_id}/export")
def export_item(item_id: str, body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Have an item, or several, made into an archive; named by ``item_id`` or refcode."""
    item = _named(lab, who, item_id)
    related: Any = []
    if body.get("include_related"):
        related = body.get("related_item_ids")
        if not isinstance(related, list) or not all(isinstance(one, str) for one in related):
            raise Invalid("related_item_ids must be a list of the items to be exported too.")
    others = [_named(lab, who, one)["refcode"] for one in related]
    return _accepted(exports.export_items(lab, who, item["refcode"], others))


def _named(lab: Lab, who: Person, name: str) -> Document:
    try:
        return items.get_item_by_id(lab, who, name)
    except NotFound:
        return items.get_item(lab, who, name)


def _accepted(order: Document) -> Response:
    task = order["task_id"]
    return ok({"task_id": task, "status_url": f"/exports/{task}/status"}, 202)


@router.get("/exports/{task_id}/status")
def export_status(task_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Whether an archive can be fetched: at once, as it is made while it is sent."""
    order = exports.get_export(lab, who, task_id)
    return ok(
        {
            "status": "ready",
            "created_at": order["created_at"],
            "completed_at": order["created_at"],
            "stages": [],
            "download_url": f"/exports/{task_id}/download",
        }
    )


@router.get("/exports/{task_id}/download")
def download_export(task_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """The archive."""
    order = exports.get_export(lab, who, task_id)
    members = exports.archive(lab, who, order, partial(wire.item, lab, who))
    parts = (
        (one.path, one.changed, lab.vault.read_range(one.sha256) if one.sha256 else [one.content])
        for one in members
    )
    return archive_response(f"{order['name']}.eln.zip", parts, KIND)
