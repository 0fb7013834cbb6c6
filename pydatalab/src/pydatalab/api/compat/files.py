"""Files of items."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from pydatalab.api.compat import wire
from pydatalab.api.compat.bodies import JsonObject, required
from pydatalab.api.compat.envelope import error, ok
from pydatalab.api.contents import content_response
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.uploads import Received, receive
from pydatalab.errors import Forbidden, Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import files, items
from pydatalab.watch.measures import UPLOAD_BYTES

router = APIRouter()


@router.post("/upload-file")
async def upload_file(request: Request, lab: OpenLab, who: CurrentPerson) -> Response:
    """Attach a file to an item, or give one of its files other bytes (``replace_file``)."""
    received = await receive(request, lab.vault)
    lab.measures.count(UPLOAD_BYTES, amount=received.blob.size)
    return await run_in_threadpool(_attach, lab, who, received)


def _attach(lab: Lab, who: Person, received: Received) -> Response:
    item_id = received.fields.get("item_id")
    if not item_id:
        raise Invalid("The form needs the field item_id.")
    document = items.get_item_by_id(lab, who, item_id)
    replaced = received.fields.get("replace_file")
    if replaced and replaced != "null":
        before = files.get_file(lab, who, replaced)
        file = files.replace_file(lab, who, document["refcode"], replaced, received.blob)
        if file["revision"] == before["revision"]:
            return Response(status_code=304)
        return _answer(lab, who, file, new=True, update=True)
    file, new = files.attach_file(lab, who, document["refcode"], received.name, received.blob)
    return _answer(lab, who, file, new=new, update=False)


def _answer(lab: Lab, who: Person, file: dict[str, object], *, new: bool, update: bool) -> Response:
    held_by = files.holders(lab, who, str(file["immutable_id"]))
    information = wire.file(file) | {"item_ids": [one["item_id"] for one in held_by]}
    return ok(
        {
            "file_id": file["immutable_id"],
            "file_information": information,
            "is_update": update,
            "already_attached": not new,
        },
        201,
    )


@router.get("/files/{file_id}/{name}")
def download(
    file_id: str, name: str, request: Request, lab: OpenLab, who: CurrentPerson
) -> Response:
    """The bytes of a file, by its id and name."""
    file = files.get_file(lab, who, file_id)
    if name not in {file["name"], file.get("original_name")}:
        raise NotFound(f"The file {file_id} has another name.")
    return content_response(request, lab.vault, file, download=False)


@router.post("/delete-file-from-sample")
def detach(body: JsonObject, lab: OpenLab, who: CurrentPerson) -> Response:
    """Take a file off an item; its bytes and record stay."""
    item_id, file_id = required(body, "item_id"), required(body, "file_id")
    document = items.get_item_by_id(lab, who, item_id)
    try:
        file = files.detach_file(lab, who, document["refcode"], file_id)
    except Forbidden as refused:
        return error(404, refused.message)
    return ok({"new_file_obj": {file_id: wire.file(file)}})
