"""Remote folders: ``/v1/remotes``; what is attached from them: ``/v1/items/{refcode}/remote-files``."""

from typing import Annotated

from fastapi import Query

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.routing import Router
from pydatalab.files.remotes.browser import Wanted
from pydatalab.models.jobs import Job
from pydatalab.models.remote_files import (
    FileToAttach,
    LiveFile,
    Remote,
    RemoteListing,
    RemoteState,
)
from pydatalab.services import presentation, remote_copies, remote_states, remotes

router = Router(tags=["remotes"])


@router.get("/remotes", response_model=schemas.listed(Remote))
def list_remotes(lab: OpenLab, _: CurrentPerson) -> Json:
    """The remote folders that the settings name. None of them is asked anything."""
    return listed(remotes.list_remotes(lab))


@router.get("/remotes/entries", response_model=RemoteListing)
def browse(
    lab: OpenLab,
    _: CurrentPerson,
    remote: str,
    path: Annotated[str, Query(max_length=4_096, description="Relative to its root")] = "",
    refresh: Annotated[bool, Query(description="Read it now, unless it was just read")] = False,
    words: Annotated[
        str, Query(max_length=200, description="What names of files must contain")
    ] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> Json:
    """One folder, a page of it; the listing may be remembered, and says how old it is.

    503 where the remote folder is away, 404 where there is no such folder in it.
    """
    wanted: Wanted = "fresh" if refresh else "recent"
    return Json(
        remotes.browse(lab, remote, path, wanted=wanted, words=words, offset=offset, limit=limit)
    )


@router.get("/remotes/states", response_model=schemas.listed(RemoteState))
def show_states(lab: OpenLab, who: CurrentPerson) -> Json:
    """Each remote folder, asked now whether it is there. Administrators only."""
    return listed(remote_states.states(lab, who))


@router.get("/remotes/live-files", response_model=schemas.listed(LiveFile))
def list_live_files(lab: OpenLab, who: CurrentPerson) -> Json:
    """The files that are kept in step with their origins. Administrators only."""
    return listed(remote_states.live_files(lab, who))


@router.post("/remotes/follow", status_code=202, response_model=Job)
def follow_now(lab: OpenLab, who: CurrentPerson) -> Json:
    """Look now at the files that are kept in step, as a job. Administrators only."""
    return Json(remote_states.follow_now(lab, who), 202)


@router.post(
    "/items/{refcode}/remote-files",
    status_code=201,
    response_model=schemas.File,
    responses={200: {"description": "The item has this file already", "model": schemas.File}},
)
def attach_remote_file(refcode: str, asked: FileToAttach, lab: OpenLab, who: CurrentPerson) -> Json:
    """Copy a file of a remote folder and attach it to an item; it is kept in step while it grows.

    A file that the item has from there already is brought up to date: the answer is 200.
    """
    file, new = remotes.attach_remote_file(lab, who, refcode, asked.remote, asked.path)
    shown = presentation.file_record(lab, file) | {"already_attached": not new}
    return Json(shown, 201 if new else 200)


@router.post("/items/{refcode}/remote-copies", status_code=202, response_model=Job)
def begin_remote_copy(refcode: str, asked: FileToAttach, lab: OpenLab, who: CurrentPerson) -> Json:
    """Copy and attach a large file of a remote folder as a job, which tells how many bytes have come;
    its result has the ``file``."""
    return Json(remote_copies.begin_copy(lab, who, refcode, asked.remote, asked.path), 202)
