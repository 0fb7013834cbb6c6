"""Backups: ``/v1/backups``. For administrators only."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, Any, BinaryIO

from fastapi import Depends
from fastapi.responses import Response, StreamingResponse

from pydatalab.api import schemas
from pydatalab.api.answers import Json, listed
from pydatalab.api.contents import disposition
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.api.listing import Limit
from pydatalab.api.routing import Router
from pydatalab.backups import records, sources, strategies
from pydatalab.backups.overview import BACKUP, DRILL, job_on, overview
from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.models.backups import (
    Backup,
    BackupOverview,
    ItemToRestore,
    NewBackup,
    NewDrill,
    backup_shown,
)
from pydatalab.models.jobs import Job
from pydatalab.models.people import Person
from pydatalab.services import access, jobs
from pydatalab.store.query import Document

GULP = 1024 * 1024


def administrator(who: CurrentPerson) -> Person:
    """Whoever asks, if that is an administrator.

    Raises:
        Forbidden: it is not.
    """
    access.require_admin(who)
    return who


Administrator = Annotated[Person, Depends(administrator)]

router = Router(prefix="/backups", tags=["backups"])


@router.get("/strategies", response_model=BackupOverview)
def show_strategies(lab: OpenLab, who: Administrator) -> Json:
    """All strategies with their newest backups, their health and their next times."""
    return Json(overview(lab))


@router.get("", response_model=schemas.listed(Backup))
def list_backups(
    lab: OpenLab,
    _: Administrator,
    strategy: str | None = None,
    removed: bool = True,
    limit: Limit = 50,
) -> Json:
    """The newest runs, of a strategy or of all; without those whose backups made room, if
    ``removed`` is false."""
    if removed:
        found = records.find_records(lab, strategy=strategy, limit=limit)
    else:
        found = records.without_removed(records.find_records(lab, strategy=strategy))[:limit]
    return listed([backup_shown(one) for one in found])


@router.post("", status_code=202, response_model=Job)
def create_backup(asked: NewBackup, lab: OpenLab, who: Administrator) -> Json:
    """Make a backup by a strategy, as a job; the one that is under way already, if there is one."""
    strategies.get_strategy(lab, asked.strategy)
    if job_id := job_on(lab, asked.strategy, BACKUP):
        return Json(jobs.get_job(lab, who, job_id), 202)
    arguments = {"strategy": asked.strategy, "asked_by": who.immutable_id}
    return Json(jobs.ask_for_job(lab, who, BACKUP, arguments), 202)


@router.post("/drills", status_code=202, response_model=Job)
def drill_backups(asked: NewDrill, lab: OpenLab, who: Administrator) -> Json:
    """Restore the newest backup of a strategy, or of each, into a scratch folder and look at it."""
    if asked.strategy is not None:
        strategies.get_strategy(lab, asked.strategy)
    return Json(jobs.ask_for_job(lab, who, DRILL, {"strategy": asked.strategy}), 202)


@router.get("/{backup_id}", response_model=Backup)
def get_backup(backup_id: str, lab: OpenLab, _: Administrator) -> Json:
    """A run of a strategy."""
    return Json(backup_shown(records.get_record(lab, backup_id)))


@router.post("/{backup_id}/verify", status_code=202, response_model=Job)
def verify_backup(backup_id: str, lab: OpenLab, who: Administrator) -> Json:
    """Read a backup to its end and compare all of it with its hashes, as a job."""
    record = _whole(lab, backup_id)
    arguments = {"backup_id": record["immutable_id"]}
    return Json(jobs.ask_for_job(lab, who, "verify-backup", arguments), 202)


@router.post("/{backup_id}/items", status_code=202, response_model=Job)
def restore_item(backup_id: str, asked: ItemToRestore, lab: OpenLab, who: Administrator) -> Json:
    """Bring one item of a backup back with its files and versions, as a job."""
    record = _whole(lab, backup_id)
    arguments = {
        "backup_id": record["immutable_id"],
        "item": asked.refcode,
        "replace": asked.replace,
    }
    return Json(jobs.ask_for_job(lab, who, "restore-from-backup", arguments), 202)


@router.get("/{backup_id}/content", response_class=Response)
def download_backup(backup_id: str, lab: OpenLab, _: Administrator) -> Response:
    """The archive as it is; of a snapshot, an archive that is whole in itself."""
    record = _whole(lab, backup_id)
    stack = ExitStack()
    try:
        identity = sources.identity_of(lab) if record["incremental"] else None
        opened = stack.enter_context(sources.opened_record(lab, record, identity))
        stream: Any = opened.stream
        first = stream.read(GULP)
    except BaseException:
        stack.close()
        raise
    file = record["name"].rpartition("/")[2]
    headers = {"Cache-Control": "private, no-store"}
    if record["incremental"]:
        file = f"{file.removesuffix('.json')}.tar"
    else:
        headers["Content-Length"] = str(record["size"])
    headers["Content-Disposition"] = disposition(file, inline=False)
    body = _streamed(stack, stream, first)
    return StreamingResponse(body, headers=headers, media_type="application/octet-stream")


def _streamed(stack: ExitStack, stream: BinaryIO, first: bytes) -> Iterator[bytes]:
    """The bytes of a backup; what it came from is let go of at their end."""
    with stack:
        yield first
        while chunk := stream.read(GULP):
            yield chunk


def _whole(lab: Lab, backup_id: str) -> Document:
    """The record of a backup that is there.

    Raises:
        NotFound: there is no such run.
        Conflict: it made no backup, or that was removed.
    """
    record = records.get_record(lab, backup_id)
    if not records.whole([record]):
        raise Conflict("There is no backup of this run any more, or there never was.")
    return record
