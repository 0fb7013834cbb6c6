"""What was backed up: a record of each run, beside the backups themselves."""

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydatalab.errors import Conflict, NotFound
from pydatalab.jobs.leases import holder_of
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import now
from pydatalab.store.query import Document, Every, Is, OneOf, Order, Query

MOST = 10_000
"""Runs of a strategy that are looked at."""

KEPT = 300
"""Runs of a strategy that are remembered though nothing is left of them."""

TRIES = 20

INTERRUPTED = "It was interrupted: the process that ran it is gone."


def lease_name(strategy: str) -> str:
    """What only one run of a strategy may hold at a time."""
    return f"backup {strategy}"


def begin(lab: Lab, strategy: str, **fields: Any) -> Document:
    """Write down that a run has begun."""
    record: Document = {
        "immutable_id": new_object_id(),
        "edit": 1,
        "strategy": strategy,
        "state": "running",
        "started_at": now(),
        "ended_at": None,
        "made_at": None,
        "asked_by": None,
        "late_since": None,
        "location": None,
        "name": None,
        "incremental": False,
        "encrypted": False,
        "size": None,
        "moved": None,
        "content_size": None,
        "sha256": None,
        "digest": None,
        "counts": {},
        "deleted_items": None,
        "health": "untested",
        "drill": None,
        "warnings": [],
        "lost_files": [],
        "verified_at": None,
        "error": None,
        "removed_at": None,
        "damage": None,
        "told": False,
        "server": socket.gethostname(),
        "process": os.getpid(),
    }
    record |= fields
    lab.store.backups.add(record)
    return record


def change(lab: Lab, backup_id: str, fields: Mapping[str, Any]) -> Document:
    """Write something into a record, whatever others write meanwhile.

    Raises:
        NotFound: there is none of this id.
    """
    return _changed(lab, backup_id, lambda record: record | dict(fields))


def _changed(lab: Lab, backup_id: str, edit: Callable[[Document], Document]) -> Document:
    for _ in range(TRIES):
        record = get_record(lab, backup_id)
        changed = edit(record) | {"edit": record["edit"] + 1}
        try:
            lab.store.backups.replace(changed, was=record["edit"])
        except Conflict as conflict:
            last = conflict
        else:
            return changed
    raise last


def get_record(lab: Lab, backup_id: str) -> Document:
    """The record of a run.

    Raises:
        NotFound: there is none of this id.
    """
    try:
        return lab.store.backups.get(Is("immutable_id", backup_id))
    except NotFound:
        raise NotFound("There is no such backup.") from None


def find_records(
    lab: Lab, *, strategy: str | None = None, state: str | None = None, limit: int = MOST
) -> list[Document]:
    """The newest runs, of a strategy or of all. Those whose process died are said to have failed."""
    asked = {"strategy": strategy, "state": state}
    where = Every(tuple(Is(field, value) for field, value in asked.items() if value is not None))
    newest = Order("started_at", descending=True)
    found = lab.store.backups.find(Query(where, newest, limit)).documents
    return [_settled(lab, record) for record in found]


def forget_old(lab: Lab, strategy: str) -> None:
    """Drop the records of old runs of which nothing is left."""
    old = find_records(lab, strategy=strategy)[KEPT:]
    there = {one["immutable_id"] for one in whole(old)}
    gone = tuple(one["immutable_id"] for one in old if one["immutable_id"] not in there)
    if gone:
        lab.store.backups.remove(OneOf("immutable_id", gone))


def made_here(record: Document) -> bool:
    """Whether this lab wrote the backup itself, rather than found it where it keeps them."""
    return bool(record["sha256"] or record["digest"])


def whole(records: Iterable[Document]) -> list[Document]:
    """Those of which there is a backup that can be restored."""
    there = (one for one in records if one["state"] == "done" and one["removed_at"] is None)
    return [one for one in there if not one.get("damage")]


def without_removed(records: Iterable[Document]) -> list[Document]:
    """Those of which something is there, and those that made nothing."""
    return [one for one in records if one["state"] != "done" or one["removed_at"] is None]


def _settled(lab: Lab, record: Document) -> Document:
    """The record as it is, or of a run whose process is gone, as failed."""
    if record["state"] != "running" or holder_of(lab.store, lease_name(record["strategy"])):
        return record
    return _changed(lab, record["immutable_id"], interrupted)


def interrupted(record: Document) -> Document:
    """A record that says that its run came to no end, unless it did."""
    if record["state"] != "running":
        return record
    return record | {"state": "failed", "ended_at": now(), "error": INTERRUPTED}
