"""Versions of items."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject
from pydatalab.api.compat.differences import differences
from pydatalab.api.compat.envelope import ok
from pydatalab.api.compat.items import agent_of
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.errors import Forbidden, Invalid, NotFound
from pydatalab.services import items, snapshots, versions
from pydatalab.store.query import Document

router = APIRouter(prefix="/items/{refcode}")

SAID = ("version", "timestamp", "action", "user_id", "creator", "datalab_version")
SAID_SOMETIMES = ("user_agent", "restored_from_version")


def _snapshot(one: Document, data: dict[str, Any]) -> dict[str, Any]:
    known = {name: one.get(name) for name in SAID}
    some = {name: one[name] for name in SAID_SOMETIMES if one.get(name)}
    return {**known, **some, "_id": one["immutable_id"], "refcode": one["refcode"], "data": data}


@router.get("/versions")
def list_versions(refcode: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """The versions of an item, newest first."""
    found = versions.versions(lab, items.get_item(lab, who, refcode))
    return ok({"versions": [_snapshot(one, {"version": one["version"]}) for one in found]})


@router.get("/versions/{version_id}")
def get_version(refcode: str, version_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """A version with what the item held."""
    item = items.get_item(lab, who, refcode)
    found = versions.version_by_id(lab, item, wire.object_id(version_id))
    return ok({"version": _snapshot(found, wire.kept_state(lab, who, found["data"]))})


@router.get("/compare-versions")
def compare_versions(
    refcode: str, lab: OpenLab, who: CurrentPerson, v1: str = "", v2: str = ""
) -> Response:
    """What is different between two versions."""
    item = items.get_item(lab, who, refcode)
    first, second = (versions.version_by_id(lab, item, wire.object_id(one)) for one in (v1, v2))
    states = [wire.kept_state(lab, who, one["data"]) for one in (first, second)]
    return ok(
        {
            "diff": differences(*states),
            "v1_version": first["version"],
            "v2_version": second["version"],
            "v1_timestamp": first["timestamp"],
            "v2_timestamp": second["timestamp"],
        }
    )


@router.post("/save-version")
def save_version(refcode: str, request: Request, lab: OpenLab, who: CurrentPerson) -> Response:
    """Keep what an item holds as a version."""
    agent = agent_of(request)
    action: versions.Action = "agent_save" if agent else "manual_save"
    try:
        item, made = snapshots.save_version(lab, who, refcode, action, agent)
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    if not made:
        return ok({"message": "Its last version holds the same."})
    return ok({"message": "The version was made.", "version": item["version"]})


@router.post("/restore-version")
def restore_version(
    refcode: str, body: JsonObject, request: Request, lab: OpenLab, who: CurrentPerson
) -> Response:
    """Let an item hold again what it held in a version."""
    if body.keys() != {"version_id"}:
        raise Invalid("The body needs the key 'version_id', and no other.")
    item = items.get_item(lab, who, refcode)
    wanted = versions.version_by_id(lab, item, wire.object_id(body["version_id"]))
    try:
        saved, _ = snapshots.restore_version(
            lab, who, refcode, wanted["version"], agent_of(request)
        )
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    return ok({"restored_version": wanted["immutable_id"], "new_version_number": saved["version"]})


@router.delete("/versions/{version_id}")
def remove_version(refcode: str, version_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Throw a version away; for administrators."""
    snapshots.remove_version(lab, who, refcode, wire.object_id(version_id))
    return ok({})
