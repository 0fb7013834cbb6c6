"""Chemical inventories: ``/v1/inventory``; and what is known of hazards and structures."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.api.slow import run_slowly
from pydatalab.api.uploads import ONE_FILE, receive
from pydatalab.models import inventory as models
from pydatalab.models.jobs import Job
from pydatalab.services import access
from pydatalab.services.inventory import asking, labels
from pydatalab.watch.measures import UPLOAD_BYTES

router = Router(tags=["inventory"])

LASTING = {"Cache-Control": "private, max-age=86400"}
"""Of what follows from the question alone."""


@router.post(
    "/inventory/files",
    status_code=201,
    response_model=models.InventoryFile,
    openapi_extra=ONE_FILE,
)
async def upload_table(
    request: Request, lab: OpenLab, who: CurrentPerson, name: str | None = None
) -> Json:
    """Upload an inventory; the answer says what its columns are taken for. Administrators only."""
    access.require_admin(who)
    received = await receive(request, lab.vault, name)
    lab.measures.count(UPLOAD_BYTES, amount=received.blob.size)
    found = await run_slowly(asking.look_at, lab, who, received.blob.sha256, received.name)
    return Json(found, 201)


@router.get("/inventory/files/{sha256}", response_model=models.InventoryFile)
def look_at_table(
    sha256: str,
    lab: OpenLab,
    who: CurrentPerson,
    name: str = "",
    sheet: str | None = None,
    mapping: str | None = None,
) -> Json:
    """An uploaded inventory, or another sheet of it; its columns as a mapping has them, or guessed."""
    return Json(asking.look_at(lab, who, sha256, name, sheet=sheet, mapping=mapping))


@router.get("/inventory/mappings", response_model=schemas.listed(models.Mapping))
def list_mappings(lab: OpenLab, who: CurrentPerson) -> Json:
    """Which column is which field, by name. Administrators only."""
    return listed(asking.list_mappings(lab, who))


@router.put("/inventory/mappings/{name}", response_model=models.Mapping)
def save_mapping(
    name: str, mapping: models.MappingRequest, lab: OpenLab, who: CurrentPerson
) -> Json:
    """Save a mapping, over one of the same name. 409 if it is built in."""
    return Json(asking.save_mapping(lab, who, name, dict(mapping.columns)))


@router.delete("/inventory/mappings/{name}", status_code=204, response_class=Response)
def remove_mapping(name: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """Forget a mapping; what was imported by it stays."""
    asking.remove_mapping(lab, who, name)
    return Response(status_code=204)


@router.get("/inventory/imports", response_model=schemas.listed(models.Import))
def list_imports(lab: OpenLab, who: CurrentPerson) -> Json:
    """The imports so far, the newest first. Administrators only."""
    return listed(asking.list_imports(lab, who))


@router.post("/inventory/imports", status_code=202, response_model=Job)
def begin_import(request: models.ImportRequest, lab: OpenLab, who: CurrentPerson) -> Json:
    """Import an uploaded inventory as a job, or look what that would do; its result has ``import_id``."""
    return Json(asking.begin_import(lab, who, request), 202)


@router.get("/inventory/imports/{import_id}", response_model=models.Import)
def get_import(import_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """One import, or a dry run of the last two days."""
    return Json(asking.get_import(lab, who, import_id))


@router.get("/inventory/imports/{import_id}/parts/{number}", response_model=models.ImportPart)
def get_part(import_id: str, number: int, lab: OpenLab, who: CurrentPerson) -> Json:
    """Some of what an import did, from part 0 on."""
    return Json(asking.get_part(lab, who, import_id, number))


@router.post("/inventory/imports/{import_id}/undo", status_code=202, response_model=Job)
def begin_undo(import_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Put back, as a job, all that an import did and nobody has changed since."""
    return Json(asking.begin_undo(lab, who, import_id), 202)


@router.get("/items/{refcode}/inventory", response_model=schemas.listed(models.InventoryRow))
def rows_of_item(refcode: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """What inventories say of an item beside its fields, and whether they still have it."""
    return listed(asking.rows_of(lab, who, refcode))


@router.get("/inventory/marks", response_model=schemas.listed(models.InventoryMark))
def marks(
    lab: OpenLab,
    who: CurrentPerson,
    refcode: Annotated[list[str], Query(max_length=asking.MOST_MARKED)],
) -> Json:
    """Those of some items that their inventory has no more."""
    return listed(asking.marks_of(lab, who, refcode))


@router.get("/hazards", response_model=models.Hazards)
def hazards(
    who: CurrentPerson,
    codes: Annotated[str, Query(max_length=2_000, description="Hazard codes in any text")],
) -> Json:
    """What hazard codes say, and the pictograms that go with them."""
    return Json(labels.hazards_in(codes), headers=LASTING)


@router.get("/structures", response_model=models.Structure)
async def structure(
    lab: OpenLab, who: CurrentPerson, smiles: Annotated[str, Query(max_length=2_000)]
) -> Json:
    """A molecule in other words, and drawn. 422 where it is no SMILES."""
    found = await run_in_threadpool(lab.compute.structure_at_hand, smiles)
    return Json(found or await run_slowly(lab.compute.structure, smiles), headers=LASTING)
