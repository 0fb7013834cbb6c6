"""Items: lists, creation, reading, saving and deletion."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject, required
from pydatalab.api.compat.envelope import error, ok, status_here
from pydatalab.api.deps import Anybody, CurrentPerson, OpenLab, somebody
from pydatalab.errors import Conflict, DatalabError, Forbidden, Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models import titles
from pydatalab.models.people import Person
from pydatalab.services import creation, items, relationships, tokens
from pydatalab.services.versions import Action
from pydatalab.store.query import Document, OneOf

router = APIRouter()

AGENTS = ("Datalab Python API", "datalab-beholder", "datalab-cheminventory-plugin")


def agent_of(request: Request) -> str | None:
    """The program that asks, if it is one of those that save for people."""
    agent = request.headers.get("user-agent", "")
    return agent if agent.startswith(AGENTS) else None


def _listed(lab: Lab, who: Person, *types: str) -> list[dict[str, Any]]:
    return wire.rows(lab, who, items.everything(lab, who, OneOf("type", types), wire.READ_FOR_ROWS))


@router.get("/samples")
def samples(lab: OpenLab, who: CurrentPerson) -> Response:
    """Samples and cells, newest first."""
    found = _listed(lab, who, "samples", "cells")
    cells = [one for one in found if one["type"] == "cells"]
    return ok({"samples": found, "items": found, "cells": cells})


@router.get("/cells")
def cells(lab: OpenLab, who: CurrentPerson) -> Response:
    """Cells, newest first."""
    found = _listed(lab, who, "cells")
    return ok({"items": found, "cells": found})


@router.get("/starting-materials")
@router.get("/starting_materials")
def starting_materials(lab: OpenLab, who: CurrentPerson) -> Response:
    """Starting materials, newest first."""
    return ok({"items": _listed(lab, who, "starting_materials")})


@router.get("/equipment")
def equipment(lab: OpenLab, who: CurrentPerson) -> Response:
    """Equipment, newest first."""
    return ok({"items": _listed(lab, who, "equipment")})


@router.api_route("/new-sample", methods=["POST", "PUT"])
def new_sample(body: JsonObject, request: Request, lab: OpenLab, who: CurrentPerson) -> Response:
    """Make an item of any type; the body is the item, or has it as ``new_sample_data``."""
    wrapped = isinstance(body.get("new_sample_data"), dict)
    data = body["new_sample_data"] if wrapped else body
    automatic = body.get("generate_id_automatically") is True
    made = _create(lab, who, data, body.get("copy_from_item_id"), automatic, agent_of(request))
    return ok(made, 201)


def _create(
    lab: Lab, who: Person, data: Mapping[str, Any], source: Any, automatic: bool, agent: str | None
) -> dict[str, Any]:
    new = wire.new_item(titles.without_titles(data))
    if automatic and new["item_id"] is not None:
        raise Invalid("Either an item_id is given, or one is made: not both.")
    if not automatic and new["item_id"] is None and "item_id" in data and data["item_id"] == "":
        raise Invalid("An empty item_id cannot be used.")
    if source:
        origin = items.get_item_by_id(lab, who, str(source))
        new = creation.copy_of(lab, who, origin["refcode"], new)
    try:
        document = creation.create_item(lab, who, new, agent)
    except Conflict as taken:
        raise Conflict(taken.message, item_id=new["item_id"]) from None
    return {"item_id": document["item_id"], "sample_list_entry": wire.item(lab, who, document)}


@router.api_route("/new-samples", methods=["POST", "PUT"])
def new_samples(body: JsonObject, request: Request, lab: OpenLab, who: CurrentPerson) -> Response:
    """Make many items, each on its own: one that fails does not stop the others."""
    many = required(body, "new_sample_datas", list)
    sources = body.get("copy_from_item_ids") or [None] * len(many)
    if len(sources) != len(many):
        raise Invalid("copy_from_item_ids must be as long as new_sample_datas.")
    if not many or len(many) > lab.largest_batch:
        raise Invalid(f"Between 1 and {lab.largest_batch} items can be made at once.")
    automatic = body.get("generate_ids_automatically") is True
    made = [
        _created_or_error(lab, who, data, source, automatic, agent_of(request))
        for data, source in zip(many, sources, strict=True)
    ]
    codes = [code for code, _ in made]
    good = sum(code == 201 for code in codes)
    responses = [one for _, one in made]
    return ok(
        {"nsuccess": good, "nerror": len(made) - good, "responses": responses, "http_codes": codes},
        207,
    )


def _created_or_error(
    lab: Lab, who: Person, data: Any, source: Any, automatic: bool, agent: str | None
) -> tuple[int, dict[str, Any]]:
    try:
        if not isinstance(data, dict):
            raise Invalid("Each item must be an object.")
        made = _create(lab, who, data, source, automatic, agent)
    except DatalabError as problem:
        return status_here(problem), {"status": "error", "message": problem.message}
    return 201, {"status": "success", **made}


@router.get("/get-item-data/{item_id}")
def get_item_data(item_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """One item by its ``item_id``."""
    return _read(lab, who, items.get_item_by_id(lab, who, item_id))


@router.get("/items/{refcode}")
def get_item(
    refcode: str,
    request: Request,
    lab: OpenLab,
    who: Anybody,
    at: str | None = None,
    to_page: Annotated[str, Query(alias="redirect-to-ui")] = "",
) -> Response:
    """One item by its refcode, with or without prefix; by an access token (``at``) without account.

    ``redirect-to-ui``, as on printed labels, leads to its page, where that has another origin.
    """
    if at is None:
        reader = somebody(request, who)
        read = partial(items.get_item, lab, reader, refcode)
    else:
        reader, item = tokens.BEARER, tokens.item_by_token(lab, refcode, at)
        read = partial(dict, item)
    page = request.app.state.page_address
    if page and to_page.lower() in {"1", "true"}:
        query = f"?at={quote(at)}" if at else ""
        return RedirectResponse(f"{page}/items/{quote(refcode, safe=':')}{query}", 307)
    return _read(lab, reader, read())


def _read(lab: Lab, who: Person, document: Document) -> Response:
    parents = relationships.made_from(lab, who, document)
    children = relationships.made_into(lab, who, document)
    return ok(
        {
            "item_id": document["item_id"],
            "item_data": wire.item(lab, who, document),
            "parent_items": _made_from(parents),
            "child_items": _made_from(children),
        }
    )


def _made_from(linked: list[dict[str, Any]]) -> list[str]:
    """Parts of cells count neither as parents nor as children here."""
    return sorted(one["item_id"] for one in linked if one["relation"] == "made_from")


@router.post("/save-item")
def save_item(body: JsonObject, request: Request, lab: OpenLab, who: CurrentPerson) -> Response:
    """Save fields of an item. Old clients name no edit: here the last save wins, field by field."""
    item_id, data = required(body, "item_id"), required(body, "data", dict)
    document = items.get_item_by_id(lab, who, item_id)
    if data.get("type", document["type"]) != document["type"]:
        raise Invalid(f"{item_id} is of type {document['type']}, which cannot be changed.")
    agent = agent_of(request)
    action: Action = "agent_save" if agent else "manual_save"
    sent = titles.without_titles(data)
    try:
        saved, changed = items.change_item(
            lab, who, document["refcode"], lambda item: wire.changes_of(item, sent),
            action=action, agent=agent,
        )  # fmt: skip
    except Forbidden as refused:
        raise NotFound(refused.message) from None
    answer: dict[str, Any] = {"last_modified": saved["last_modified"]}
    return ok(answer if changed else answer | {"unchanged": True})


@router.post("/delete-sample")
def delete_sample(body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Delete an item; it is hidden, and nothing of it lost."""
    document = items.get_item_by_id(lab, who, required(body, "item_id"))
    try:
        items.delete_item(lab, who, document["refcode"])
    except Forbidden as refused:
        return error(404, refused.message)
    return ok({})
