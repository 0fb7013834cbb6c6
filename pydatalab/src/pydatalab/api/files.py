"""Files of items: ``/v1/items/{refcode}/files`` and ``/v1/files``."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from pydatalab.api import schemas
from pydatalab.api.answers import Json
from pydatalab.api.contents import archive_response, content_response
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.api.uploads import ONE_FILE, Received, receive
from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.models.files import revisions_of
from pydatalab.models.people import Person
from pydatalab.services import access, files, items, presentation
from pydatalab.store.query import Document
from pydatalab.watch.measures import UPLOAD_BYTES

router = Router(tags=["files"])


@router.post(
    "/items/{refcode}/files",
    status_code=201,
    response_model=schemas.File,
    responses={
        200: {"description": "The item has these bytes already", "model": schemas.File},
        409: {"description": "The name is taken by other bytes", "model": schemas.NameTaken},
    },
    openapi_extra=ONE_FILE,
)
async def attach_file(
    refcode: str,
    request: Request,
    lab: OpenLab,
    who: CurrentPerson,
    name: Annotated[str | None, Query(description="Name of the file, for a raw body")] = None,
    same_name: files.SameName = "keep_both",
) -> Json:
    """Upload a file to an item: as a form (``file``), or its bytes alone with ``?name=``.

    Bytes that the item has already are not doubled: the answer is 200 with the file that it has.
    ``same_name`` says what becomes of another file of that name: ``keep_both``, ``replace`` its
    bytes, or ``refuse`` (409 with ``existing``, and the other items that hold it in ``also_in``).
    """
    item = await run_in_threadpool(items.get_item, lab, who, refcode)
    access.require(access.may_change(who, item), "attach files to it")
    received = await receive(request, lab.vault, name)
    lab.measures.count(UPLOAD_BYTES, amount=received.blob.size)
    return await run_in_threadpool(_attached, lab, who, refcode, received, same_name)


def _attached(
    lab: Lab, who: Person, refcode: str, received: Received, same_name: files.SameName
) -> Json:
    try:
        file, new = files.attach_file(
            lab, who, refcode, received.name, received.blob, same_name=same_name
        )
    except Conflict as namesake:
        if "existing" not in namesake.details:
            raise
        existing = presentation.file_record(lab, namesake.details["existing"])
        also_in = namesake.details["also_in"]
        raise Conflict(namesake.message, existing=existing, also_in=also_in) from None
    shown = presentation.file_record(lab, file) | {"already_attached": not new}
    return Json(shown, 201 if new else 200)


@router.put("/items/{refcode}/files/{file_id}", response_model=schemas.File)
def attach_existing(refcode: str, file_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Attach a file that another item has; one file may belong to several items."""
    return _file(lab, files.attach_existing(lab, who, refcode, file_id))


@router.delete("/items/{refcode}/files/{file_id}", response_model=schemas.File)
def detach_file(refcode: str, file_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Take a file off an item. Nothing is lost: ``POST …/restore`` puts it back."""
    return _file(lab, files.detach_file(lab, who, refcode, file_id))


@router.post("/items/{refcode}/files/{file_id}/restore", response_model=schemas.File)
def restore_file(refcode: str, file_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """Put a detached file back on its item."""
    return _file(lab, files.reattach_file(lab, who, refcode, file_id))


@router.get("/items/{refcode}/files.zip", response_class=Response)
def download_all(refcode: str, lab: OpenLab, who: CurrentPerson) -> Response:
    """All files of an item in one archive."""
    item = items.get_item(lab, who, refcode)
    held = files.distinct_names(files.files_of(lab, item))
    parts = (
        (name, one.get("last_modified"), lab.vault.read_range(one["checksums"]["sha256"]))
        for name, one in held
    )
    return archive_response(f"{item['item_id']}.zip", parts)


@router.get("/files/{file_id}", response_model=schemas.FileInFull)
def get_file(file_id: str, lab: OpenLab, who: CurrentPerson) -> Json:
    """A file's record, with the items that hold it."""
    file = files.get_file(lab, who, file_id)
    held_by = files.holders(lab, who, file_id)
    more = {
        "refcodes": [one["refcode"] for one in held_by],
        "held_by": held_by,
        "revisions": revisions_of(file),
    }
    return Json(presentation.file_record(lab, file) | more)


@router.get("/files/{file_id}/content", response_class=Response)
def file_content(
    file_id: str,
    request: Request,
    lab: OpenLab,
    who: CurrentPerson,
    download: Annotated[bool, Query(description="Save it rather than show it")] = False,
    revision: Annotated[int | None, Query(description="As it was then", ge=1)] = None,
) -> Response:
    """The bytes of a file, whole or a range of them; those that it has, or those of a revision."""
    file = files.get_file(lab, who, file_id)
    return content_response(request, lab.vault, file, download, revision)


def _file(lab: Lab, file: Document) -> Json:
    return Json(presentation.file_record(lab, file))
