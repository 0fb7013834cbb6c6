"""Blocks of items: ``/v1/items/{refcode}/blocks``."""

import gzip
import math
from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from pydatalab.api import schemas
from pydatalab.api.answers import Json, not_modified, takes_gzip
from pydatalab.api.contents import disposition
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.api.slow import run_slowly
from pydatalab.compute.figures import Finished
from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import blocks, items

router = Router(prefix="/items/{refcode}", tags=["blocks"])

CACHED = "private, no-cache"

FORMATS = {
    "csv": ("text/csv; charset=utf-8", ".csv"),
    "parquet": ("application/vnd.apache.parquet", ".parquet"),
    "netcdf": ("application/x-netcdf", ".nc"),
}


@router.post("/blocks", status_code=201, response_model=schemas.Block)
def add_block(refcode: str, new: schemas.NewBlock, lab: OpenLab, who: CurrentPerson) -> Json:
    """Add a block: a technique with files of the item and parameters."""
    _, block = blocks.add_block(
        lab, who, refcode, new.technique,
        file_ids=new.file_ids, parameters=new.parameters, title=new.title, index=new.index,
    )  # fmt: skip
    return Json(blocks.shown(block), 201)


@router.get("/blocks/{block_id}", response_model=schemas.Block)
def get_block(refcode: str, block_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """One block."""
    return Json(blocks.shown(blocks.block_of(items.get_item(lab, who, refcode), block_id)))


@router.patch("/blocks/{block_id}", response_model=schemas.Block)
def change_block(
    refcode: str, block_id: str, change: schemas.BlockChange, lab: OpenLab, who: CurrentPerson
) -> Json:
    """Change a block; an absent key is kept, parameters are changed one by one."""
    changes = change.model_dump(mode="json", exclude_unset=True)
    _, block = blocks.change_block(lab, who, refcode, block_id, changes)
    return Json(blocks.shown(block))


@router.delete("/blocks/{block_id}", status_code=204, response_class=Response)
def delete_block(refcode: str, block_id: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Hide a block. Nothing is lost: ``POST …/restore`` brings it back to its place."""
    blocks.delete_block(lab, who, refcode, block_id)
    return Response(status_code=204)


@router.post("/blocks/{block_id}/restore", response_model=schemas.Block)
def restore_block(refcode: str, block_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Bring a deleted block back to its place."""
    _, block = blocks.restore_block(lab, who, refcode, block_id)
    return Json(blocks.shown(block))


@router.put("/display-order", response_model=schemas.DisplayOrder)
def order_blocks(
    refcode: str, order: schemas.DisplayOrder, lab: OpenLab, who: CurrentPerson
) -> Json:
    """Put the blocks in another order; those not named follow."""
    item = blocks.order_blocks(lab, who, refcode, order.display_order)
    return Json({"display_order": item["display_order"]})


@router.get("/blocks/{block_id}/figure", response_class=Response)
async def figure(
    refcode: str,
    block_id: str,
    request: Request,
    lab: OpenLab,
    who: CurrentPerson,
    width: Annotated[int | None, Query(ge=50, le=20_000, description="Pixels of the plot")] = None,
    range: Annotated[str | None, Query(description="Part of the x axis: `low,high`")] = None,
) -> Response:
    """The plot of a block as a Plotly figure, with as many points as the screen shows.

    What was extracted stands in ``layout.meta``: ``computed``, ``metadata``, ``warnings``, and the
    ``parameters`` that were used. 422 with the reason where it cannot be drawn.
    """
    low, high = _ends(range)
    draw = partial(_figure, request, lab, who, refcode, block_id, width, low, high)
    at_hand = await run_in_threadpool(draw, blocks.figure_at_hand)
    answer = at_hand or await run_slowly(draw, blocks.figure)
    assert answer is not None  # it was made, or the error has been raised
    return answer


def _figure(
    request: Request, lab: Lab, who: Person, refcode: str, block_id: str,
    width: int | None, low: float | None, high: float | None,
    draw: Callable[..., Finished | None],
) -> Response | None:  # fmt: skip
    item = items.get_item(lab, who, refcode)
    block = blocks.block_of(item, block_id)
    finished = draw(lab, who, item, block, width=width, low=low, high=high)
    if finished is None:
        return None
    if takes_gzip(request):
        packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return _sent(request, finished, "application/json", packed)
    etag = f'"{finished.etag}-plain"'
    headers = {"ETag": etag, "Cache-Control": CACHED, "Vary": "Accept-Encoding"}
    if not_modified(request, etag):
        return Response(status_code=304, headers=headers)
    plain = gzip.decompress(finished.path.read_bytes())
    return Response(plain, headers=headers, media_type="application/json")


def _ends(text: str | None) -> tuple[float | None, float | None]:
    if text is None:
        return None, None
    try:
        low, high = map(float, text.split(","))
    except ValueError as exc:
        raise Invalid(f"range={text} is not two numbers; write it like range=10,20.") from exc
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise Invalid(f"range={text} is empty; its first number must be the smaller one.")
    return low, high


@router.get("/blocks/{block_id}/measurement", response_class=Response)
async def measurement(
    refcode: str,
    block_id: str,
    request: Request,
    lab: OpenLab,
    who: CurrentPerson,
    format: Literal["csv", "parquet", "netcdf"] = "csv",
    file_id: Annotated[str | None, Query(description="Which of the block's files")] = None,
) -> Response:
    """All points that a file of the block has, one row each, with what was computed beside."""
    return await run_slowly(_measurement, request, lab, who, refcode, block_id, format, file_id)


def _measurement(
    request: Request, lab: Lab, who: Person, refcode: str, block_id: str,
    format: str, file_id: str | None,
) -> Response:  # fmt: skip
    item = items.get_item(lab, who, refcode)
    block = blocks.block_of(item, block_id)
    finished = blocks.measurement(lab, who, item, block, file_id, format)
    kind, ending = FORMATS[format]
    name = blocks.name_of_measurement(lab, item, block, file_id) + ending
    return _sent(request, finished, kind, {"Content-Disposition": disposition(name)})


def _sent(request: Request, finished: Finished, kind: str, headers: dict[str, str]) -> Response:
    etag = f'"{finished.etag}"'
    known = {"ETag": etag, "Cache-Control": CACHED, **headers}
    if not_modified(request, etag):
        return Response(status_code=304, headers=known)
    return FileResponse(finished.path, media_type=kind, headers=known)
