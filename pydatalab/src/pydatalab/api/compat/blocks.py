"""Blocks of items."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject, required
from pydatalab.api.compat.envelope import error, ok
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.errors import DatalabError, Forbidden, Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import access, blocks, items
from pydatalab.store.query import Document
from pydatalab.techniques.registry import techniques

router = APIRouter()


@router.post("/add-data-block")
@router.put("/blocks")
def add_block(body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Add a block to an item, at the end or at ``index``."""
    item_id, kind = required(body, "item_id"), required(body, "block_type")
    index = body.get("index")
    if kind not in techniques():
        return _unknown(kind)
    if index is not None and (type(index) is not int or not 0 <= index < 2**31):
        raise Invalid("index must be a whole number, or null.")
    try:
        document = items.get_item_by_id(lab, who, item_id)
        item, block = blocks.add_block(lab, who, document["refcode"], kind, index=index)
    except (NotFound, Forbidden) as refused:
        return error(400, refused.message)
    place = item["display_order"].index(block["block_id"])
    return ok(
        {
            "new_block_obj": wire.block(block),
            "new_block_insert_index": None if index is None else place,
            "new_display_order": item["display_order"],
        }
    )


def _unknown(kind: str) -> Response:
    return error(501, f"Invalid block type {kind!r}: this server has no such technique.")


@router.post("/update-block")
@router.post("/blocks")
def update_block(body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Change a block and draw it. Who may only read gets it drawn, but not saved."""
    sent = required(body, "block_data", dict)
    item_id = sent.get("item_id") or body.get("item_id")
    block_id = sent.get("block_id") or body.get("block_id")
    if not item_id or not block_id:
        raise Invalid("block_data needs the keys 'item_id' and 'block_id'.")
    document = items.get_item_by_id(lab, who, str(item_id))
    stored = _stored(document, str(block_id))
    kind = sent.get("blocktype") or stored["blocktype"]
    if kind not in (stored["blocktype"], *techniques()):
        return _unknown(kind)
    sent = _with_events(sent, body.get("event_data"))
    changed = wire.merged_block(stored, sent)
    may_save = access.may_change(who, document)
    if may_save:
        document = blocks.put_block(
            lab, who, document["refcode"], stored["block_id"],
            lambda block: wire.merged_block(block, sent),
        )  # fmt: skip
        changed = document["blocks_obj"][stored["block_id"]]
    return ok(
        {
            "saved_successfully": may_save,
            "new_block_data": _drawn(lab, who, document, changed),
        }
    )


def _stored(document: Document, block_id: str) -> Document:
    try:
        return blocks.block_of(document, block_id)
    except NotFound as missing:
        raise Invalid(missing.message) from None


def _with_events(sent: dict[str, Any], events: Any) -> dict[str, Any]:
    """What was sent, with the values that events set: ``set_wavelength`` sets ``wavelength``."""
    listed = events if isinstance(events, list) else [events]
    for event in listed:
        name = str(event.get("event_name") or "") if isinstance(event, dict) else ""
        key = name.removeprefix("set_")
        if name.startswith("set_") and key in event:
            sent = {**sent, key: event[key]}
    return sent


def _drawn(lab: Lab, who: Person, document: Document, block: Document) -> dict[str, Any]:
    """A block with what drawing it gives: extracted numbers, or the reason why there are none."""
    answer = wire.block(block)
    kind = techniques().get(block["blocktype"])
    if kind is None:  # existing labs have such: a client that draws all blocks goes on to the next
        return answer | {"errors": [f"{block['blocktype']}: this server has no such technique."]}
    if not blocks.file_ids_of(block) or kind.figure is None:
        return answer
    try:
        extras = blocks.figure(lab, who, document, block).extras
    except DatalabError as problem:
        return answer | {"errors": [f"{block['blocktype']}: {problem.message}"]}
    found = {
        name: extras[name] for name in ("computed", "metadata", "warnings") if extras.get(name)
    }
    return answer | found


@router.post("/delete-block")
@router.delete("/blocks")
def delete_block(body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Delete a block; it is hidden, and nothing of it lost."""
    item_id, block_id = required(body, "item_id"), required(body, "block_id")
    try:
        document = items.get_item_by_id(lab, who, item_id)
        blocks.delete_block(lab, who, document["refcode"], block_id)
    except (NotFound, Forbidden) as refused:
        return error(400, refused.message)
    return ok({})
