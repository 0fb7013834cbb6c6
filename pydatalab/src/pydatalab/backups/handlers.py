"""Jobs about backups, as the server's queue runs them: the scheduler and the page ask for these."""

from collections.abc import Mapping
from typing import Any

from pydatalab.backups.records import change, get_record
from pydatalab.backups.restore import restore_archive
from pydatalab.backups.runs import AlreadyRunning, run_strategy
from pydatalab.backups.sources import identity_of, opened_record, verified
from pydatalab.errors import Invalid
from pydatalab.files.writer import readable_size
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.times import now


def create_backup(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """The job that makes a backup by the strategy that its arguments name.

    Where one is being made already, there is nothing to do.
    """
    try:
        record = run_strategy(
            lab, arguments["strategy"], asked_by=arguments.get("asked_by"), progress=progress
        )
    except AlreadyRunning as other:
        return {"skipped": True, "summary": f"skipped: {other.said}"}
    return {
        "backup_id": record["immutable_id"],
        "name": record["name"],
        "size": record["size"],
        "warnings": record["warnings"],
        "summary": f"{record['name']} is in {record['location']} ({readable_size(record['size'])}).",
    }


def verify_backup(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """The job that reads a backup to its end; one that is not whole is written down as broken."""
    record = get_record(lab, arguments["backup_id"])
    verdict = verified(lab, record, identity_of(lab), progress)
    if verdict.has_key:
        health = record["health"] if verdict.ok else "broken"
        change(lab, record["immutable_id"], {"health": health, "verified_at": now()})
    if verdict.problem is not None:
        raise Invalid(verdict.problem)
    return {"backup_id": record["immutable_id"], "summary": f"{record['name']} is whole."}


def restore_item(lab: Lab, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """The job that brings one item of a backup back."""
    record, identity = get_record(lab, arguments["backup_id"]), identity_of(lab)
    with opened_record(lab, record, identity) as opened:
        restored = restore_archive(
            lab,
            opened.stream,
            item=arguments["item"],
            replace=bool(arguments.get("replace")),
            size=opened.size,
            identity=identity,
            progress=progress,
        )
    return {
        "refcode": restored.refcode,
        "summary": f"{restored.refcode} is back as it was in {record['name']}.",
        "counts": dict(restored.counts),
        "files": restored.files,
        "notes": list(restored.notes),
    }
