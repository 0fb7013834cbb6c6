"""What the server is, searches and graphs."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pydatalab import __version__
from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import how_many
from pydatalab.api.compat.envelope import bare, error, ok
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.errors import NotFound
from pydatalab.models.items import ITEM_TYPES
from pydatalab.models.people import Person
from pydatalab.services import graphs, items, people, relationships, search
from pydatalab.store.query import Document
from pydatalab.techniques.registry import Technique, techniques

router = APIRouter()

API_VERSION = "0.1.0"
SPOKEN_VERSION = "0.7.12"
"""The release of the existing server whose wire this is."""


def _meta(request: Request) -> dict[str, Any]:
    return {
        "api_version": API_VERSION,
        "available_api_versions": [API_VERSION],
        "server_version": SPOKEN_VERSION,
        "datamodel_version": SPOKEN_VERSION,
        "implementation": {"name": "datalab", "version": __version__},
        "query": request.url.query,
        "timestamp": datetime.now(UTC).isoformat(),
    }


@router.get("/info")
def info(request: Request, lab: OpenLab) -> Response:
    """What this server is. Open to all."""
    off = ("github", "orcid", "email", "google", "microsoft")
    metadata = dict(lab.metadata)
    maintainer = metadata.pop("maintainer", None)
    if isinstance(maintainer, dict):
        maintainer = {**maintainer, "dislay_name": maintainer.get("display_name")}
    attributes = {
        "issue_tracker": None,
        "homepage": None,
        "source_repository": None,
        **metadata,
        **_meta(request),
        "maintainer": maintainer,
        "identifier_prefix": lab.prefix,
        "max_upload_bytes": lab.vault.largest,
        "features": {
            "auth_mechanisms": dict.fromkeys(off, False),
            "ai_integrations": {"openai": False, "anthropic": False},
            "email_notifications": False,
        },
    }
    data = {"type": "info", "id": "/", "attributes": attributes}
    return bare({"data": data, "meta": _meta(request), "links": {"self": str(request.url)}})


@router.get("/info/blocks")
def block_types(request: Request) -> Response:
    """The block types. Open to all."""
    data = [_block_type(one) for one in techniques().values()]
    return bare({"data": data, "meta": _meta(request), "links": None})


def _block_type(one: Technique) -> dict[str, Any]:
    endings = [suffix for form in one.formats for suffix in form.suffixes]
    return {
        "type": "block_type",
        "id": one.id,
        "attributes": {
            "name": one.name,
            "description": one.description,
            "version": str(one.version),
            "accepted_file_extensions": list(dict.fromkeys(endings)) or None,
            "multi_file": one.multiple_files,
        },
    }


@router.get("/info/types")
def item_types(request: Request) -> Response:
    """The item types with their JSON Schemas. Open to all."""
    data = [_item_type(name) for name in ITEM_TYPES]
    return bare({"data": data, "meta": _meta(request), "links": None})


@router.get("/info/types/{name}")
def item_type(name: str, request: Request) -> Response:
    """One item type. Open to all."""
    if name not in ITEM_TYPES:
        raise NotFound(f"There is no type {name}.")
    return bare({"data": _item_type(name), "meta": _meta(request), "links": None})


def _item_type(name: str) -> dict[str, Any]:
    schema = ITEM_TYPES[name].model_json_schema()
    attributes = {"version": SPOKEN_VERSION, "api_version": API_VERSION, "schema": schema}
    return {"type": "item_type", "id": name, "attributes": attributes}


@router.get("/info/stats")
def statistics(lab: OpenLab, _: CurrentPerson) -> Response:
    """How many people, samples and cells there are in the whole lab."""
    counts = {kind: items.count_all(lab, kind) for kind in ("samples", "cells")}
    return bare({"counts": {"users": people.count_people(lab), **counts}})


@router.get("/search-items")
def search_items(
    lab: OpenLab,
    who: CurrentPerson,
    query: str | None = None,
    nresults: str = "100",
    types: str = "",
) -> Response:
    """Items that mention some words; ``#`` or ``re:`` before a regular expression."""
    if query is None:
        return error(400, "Say what to search for: ?query=.")
    limit = how_many(nresults)
    wanted = tuple(one for one in types.split(",") if one in ITEM_TYPES)
    if types not in {"", "null"} and not wanted:
        return ok({"items": []})
    found = search.search_as_clients_do(lab, who, query.strip("'"), types=wanted, limit=limit)
    return ok({"items": wire.rows(lab, who, found)})


@router.get("/item-graph")
def whole_graph(
    lab: OpenLab,
    who: CurrentPerson,
    collection_id: str | None = None,
    hide_collections: str = "true",
) -> Response:
    """All items that the caller may see, or those of a collection, and their links."""
    documents = graphs.graph_items(lab, who, collection_id, ())
    linked = {one["refcode"] for edge in _edges(documents) for one in edge}
    shown = [
        one
        for one in documents
        if one["type"] not in {"starting_materials", "equipment"} or one["refcode"] in linked
    ]
    with_collections = hide_collections != "true" and not collection_id
    return _graph(lab, who, shown, None, with_collections)


@router.get("/item-graph/{item_id}")
def graph_around(
    item_id: str,
    lab: OpenLab,
    who: CurrentPerson,
    max_depth: int = 1,
    hide_collections: str = "true",
) -> Response:
    """The items around one."""
    start = items.get_item_by_id(lab, who, item_id)
    found = relationships.around(lab, who, [start], max(0, min(max_depth, 10)))
    return _graph(lab, who, list(found.values()), start, hide_collections != "true")


def _edges(documents: list[Document]) -> list[tuple[Document, Document]]:
    by_code = {one["refcode"]: one for one in documents}
    links = relationships.edges(by_code)
    return [(by_code[one["source"]], by_code[one["target"]]) for one in links]


def _graph(
    lab: OpenLab,
    who: Person,
    documents: list[Document],
    special: Document | None,
    with_collections: bool,
) -> Response:
    """A graph in Cytoscape's form."""
    nodes = [_node(one, one is special) for one in documents]
    edges = [_edge(one["item_id"], other["item_id"]) for one, other in _edges(documents)]
    for document in documents:
        for key in document.get("display_order") or []:
            block = document["blocks_obj"].get(key, {})
            nodes.append(_block_node(key, block, document["item_id"]))
            edges.append(_edge(document["item_id"], key))
    if with_collections:
        for collection, item_id in graphs.memberships_of(lab, who, documents):
            name = f"Collection: {collection['collection_id']}"
            title = collection.get("title") or collection["collection_id"]
            node = {"id": name, "name": title, "type": "collections", "shape": "triangle"}
            if {"data": node} not in nodes:
                nodes.append({"data": node})
            edges.append(_edge(name, item_id))
    return ok({"nodes": nodes, "edges": edges})


def _node(document: Document, special: bool) -> dict[str, Any]:
    item_id = document["item_id"]
    data = {"id": item_id, "name": document.get("name") or item_id, "type": document["type"]}
    return {"data": data | {"special": special}}


def _block_node(key: str, block: dict[str, Any], item_id: str) -> dict[str, Any]:
    name = block.get("title") or block.get("blocktype") or key
    return {
        "data": {
            "id": key,
            "name": name,
            "type": "blocks",
            "shape": "rectangle",
            "parent_item_id": item_id,
        }
    }


def _edge(source: str, target: str) -> dict[str, Any]:
    return {"data": {"id": f"{source}->{target}", "source": source, "target": target, "value": 1}}
