"""Runs of strategies: a backup is made, put where it belongs, and older ones make room for it."""

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from pydatalab.backups import letters
from pydatalab.backups.archive import SHRINKS_TO, write_moment
from pydatalab.backups.names import name_for
from pydatalab.backups.packing import packing
from pydatalab.backups.records import (
    INTERRUPTED,
    begin,
    change,
    find_records,
    forget_old,
    interrupted,
    lease_name,
)
from pydatalab.backups.repository import (
    LABEL,
    SNAPSHOTS,
    Form,
    Hashed,
    remove_snapshots,
)
from pydatalab.backups.retention import kept
from pydatalab.backups.snapshot import taken
from pydatalab.backups.storing import write_snapshot
from pydatalab.backups.strategies import aged, at_place, backups_at, get_strategy, reconcile
from pydatalab.errors import Cancelled, Conflict, DatalabError, Unavailable
from pydatalab.files.destinations import Destination, require_room
from pydatalab.jobs.leases import holder_of, lease
from pydatalab.jobs.queue import find_jobs, this_process
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.strategies import Strategy
from pydatalab.models.times import now
from pydatalab.models.words import minute
from pydatalab.store.query import Document

log = logging.getLogger(__name__)

LEASE_SECONDS = 30
"""How long a process that died still holds its strategy."""

PATIENCE = 120
"""Seconds to wait for that."""

REPOSITORY_PATIENCE = 3600
"""Seconds to wait for another strategy that is at work on the same repository."""

TOLD_AT_ONCE = 5
"""Runs that were interrupted of which letters go out when the next begins."""

UNEXPECTED = "Something unexpected happened; the server's log has more."
"""What people are told of what nobody foresaw."""


class AlreadyRunning(Conflict):
    """Somebody makes a backup by the same strategy at this moment."""

    def __init__(self, strategy: str, holder: Document | None, told: str) -> None:
        super().__init__(told)
        since = f" since {holder['since'][:19]} UTC" if holder else ""
        self.said = f"{strategy} is running already{since}"
        """The same, short."""


def run_strategy(
    lab: Lab, name: str, *, asked_by: str | None = None, progress: Progress
) -> Document:
    """Make a backup by a strategy; its record.

    Args:
        lab: what is backed up.
        name: of the strategy.
        asked_by: id of the person who asked for it; nobody where a schedule or a command did.
        progress: hears how far it is.

    Raises:
        NotFound: there is no such strategy.
        AlreadyRunning: it is being run.
        Conflict: another strategy is at work on its repository.
        Unavailable: where its backups go is away or full. A letter says so, too.
        Cancelled: somebody asked to stop.
    """
    strategy = get_strategy(lab, name)
    with ExitStack() as held:
        _hold_strategy(held, lab, name, progress)
        _end_interrupted(lab, name, strategy)
        record = begin(
            lab, name, asked_by=asked_by, location=strategy.url, incremental=strategy.incremental,
            encrypted=bool(strategy.encryption), late_since=_late_since(lab, name),
        )  # fmt: skip
        try:
            if strategy.incremental:
                _hold_repository(held, lab, strategy.url, progress)
            made = _make(lab, name, strategy, record, progress)
        except BaseException as exc:
            _note_failure(lab, name, strategy, record, exc)
            raise
    return _note_success(lab, strategy, record, made)


def _end_interrupted(lab: Lab, name: str, strategy: Strategy) -> None:
    """Write down which runs came to no end, and tell each of them once."""
    for record in find_records(lab, strategy=name, state="running"):
        change(lab, record["immutable_id"], interrupted(record))
    for record in find_records(lab, strategy=name, state="failed", limit=TOLD_AT_ONCE):
        if record["error"] == INTERRUPTED and not record.get("told"):
            reason = f"{INTERRUPTED} It began at {minute(record['started_at'])} UTC; it is made anew now."
            letters.tell_failure(lab, strategy, name, "The backup", reason)
            change(lab, record["immutable_id"], {"told": True})


def _hold_strategy(stack: ExitStack, lab: Lab, name: str, progress: Progress) -> None:
    """Be the only one at work on a strategy; what a dead process left behind is waited for."""

    def wait() -> bool:
        left_behind = _is_left_behind(lab, lease_name(name))
        if left_behind:
            progress.tell("Waiting for what a process that died left behind")
        return left_behind

    try:
        _hold(stack, lab, lease_name(name), PATIENCE, wait)
    except Conflict as exc:
        holder = holder_of(lab.store, lease_name(name))
        raise AlreadyRunning(name, holder, exc.message) from exc


def _hold_repository(stack: ExitStack, lab: Lab, url: str, progress: Progress) -> None:
    """Be the only one at work on a repository; another strategy that is may finish first."""

    def wait() -> bool:
        progress.tell("Waiting for the repository: another strategy is at work on it")
        return True

    _hold(stack, lab, f"repository {url}", REPOSITORY_PATIENCE, wait)


def _hold(stack: ExitStack, lab: Lab, name: str, patience: float, wait: Callable[[], bool]) -> None:
    """Take a lease; wait for it as long as ``wait`` says that it is worth it."""
    until = time.monotonic() + patience
    while True:
        try:
            stack.enter_context(lease(lab.store, name, seconds=LEASE_SECONDS))
        except Conflict:
            if time.monotonic() > until or not wait():
                raise
            time.sleep(0.2)
        else:
            return


def _is_left_behind(lab: Lab, name: str) -> bool:
    """Whether the holder of a lease was a process of this machine that is gone."""
    holder = (holder_of(lab.store, name) or {}).get("holder", "")
    machine, _, process = this_process().rpartition(" ")
    if not holder.startswith(machine) or holder.endswith(f" {process}"):
        return False
    try:
        os.kill(int(holder.rpartition(" ")[2]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _late_since(lab: Lab, name: str) -> str | None:
    """When the run that is under way was due, if nobody was there to make it then."""
    jobs = find_jobs(lab.store, name="create-backup", state="running")
    mine = [job for job in jobs if job["arguments"].get("strategy") == name]
    return mine[0]["late_since"] if mine else None


def _make(
    lab: Lab, name: str, strategy: Strategy, record: Document, progress: Progress
) -> dict[str, Any]:
    """Make a backup and put it where it belongs; what its record says of it."""
    with at_place(lab, strategy.url) as place:
        change(lab, record["immutable_id"], {"location": place.url})
        label = LABEL if strategy.incremental else name
        place.sweep(label, deep=strategy.incremental)
        others = [one.name for one in backups_at(place, name, strategy)]
        others += [one["name"] for one in find_records(lab, strategy=name) if one["name"]]
        ending = ".json" if strategy.incremental else _ending(strategy)
        file = name_for(name, datetime.now(UTC), others, ending)
        made = (
            _store_snapshot(lab, name, strategy, place, f"{SNAPSHOTS}/{file}", progress)
            if strategy.incremental
            else _write_archive(lab, name, strategy, place, file, progress)
        )
        made |= {"state": "done", "ended_at": now(), "location": place.url}
        change(lab, record["immutable_id"], made)
        made["warnings"] += _make_room(lab, name, strategy, place)
    return made


def _ending(strategy: Strategy) -> str:
    return f".tar{strategy.compressed}{'.age' if strategy.encryption else ''}"


def _write_archive(
    lab: Lab, name: str, strategy: Strategy, place: Destination, file: str, progress: Progress
) -> dict[str, Any]:
    with taken(lab, progress) as moment:
        expected = int(moment.size * _shrinks_to(lab, name, strategy))
        require_room(place, expected)
        with place.writer(file, label=name, expected=expected) as out:
            stream = Hashed(out)
            with packing(stream, strategy.compression, strategy.encryption) as sink:
                manifest = write_moment(lab, moment, sink, lab.backup_plan.settings, progress)
    written = stream.written
    if place.size(file) != written.size:
        place.remove(file)
        raise Unavailable(f"{place.url} did not keep all of {file}.")
    return {
        "name": file,
        "made_at": manifest.made_at,
        "size": written.size,
        "moved": written.size,
        "sha256": written.sha256,
        "content_size": manifest.size,
        "digest": manifest.digest,
        "counts": dict(manifest.counts),
        "deleted_items": moment.deleted_items,
        "warnings": list(manifest.warnings),
        "lost_files": [*manifest.missing, *manifest.altered],
    }


def _store_snapshot(
    lab: Lab, name: str, strategy: Strategy, place: Destination, file: str, progress: Progress
) -> dict[str, Any]:
    last = find_records(lab, strategy=name, state="done", limit=1)
    doubted = [sha256 for one in last for sha256 in (one["drill"] or {}).get("broken_files", ())]
    with taken(lab, progress) as moment:
        snapshot, sent = write_snapshot(
            lab,
            moment,
            place,
            file,
            settings=lab.backup_plan.settings,
            form=Form(strategy.compression, strategy.encryption),
            doubted=doubted,
            progress=progress,
        )
    return {
        "name": file,
        "made_at": snapshot.made_at,
        "size": snapshot.stored_size,
        "moved": sent.bytes,
        "content_size": snapshot.content_size,
        "digest": snapshot.digest,
        "counts": dict(snapshot.counts),
        "deleted_items": moment.deleted_items,
        "warnings": list(sent.warnings),
        "lost_files": list(snapshot.missing),
    }


def _shrinks_to(lab: Lab, name: str, strategy: Strategy) -> float:
    """The part that compression leaves of a backup: as of the last one, or as may be hoped."""
    if strategy.compression == "none":
        return 1
    for last in find_records(lab, strategy=name, state="done", limit=20):
        if last["size"] and last["content_size"] and not last["incremental"]:
            return min(1.0, float(last["size"]) / float(last["content_size"]))
    return SHRINKS_TO


def _make_room(lab: Lab, name: str, strategy: Strategy, place: Destination) -> list[str]:
    """Remove the backups that need not stay; what went wrong with that, in sentences."""
    warnings: list[str] = []
    try:
        records = reconcile(lab, name, backups_at(place, name, strategy), place)
        warnings += _damaged(records)
        whole = [record for record in records if record["health"] != "broken"]
        staying = kept([aged(record) for record in whole], strategy.retention)
        oldest = min((record["name"] for record in whole if record["name"] in staying), default="")
        going = [
            record
            for record in records
            if record["name"] not in staying
            and not record.get("damage")
            and (record["health"] != "broken" or record["name"] < oldest)
        ]
        _remove(lab, name, strategy, place, going)
        forget_old(lab, name)
    except Exception as exc:  # the new backup is whole, whatever becomes of the others
        log.exception("Older backups of %s could not be removed.", name)
        reason = exc.message if isinstance(exc, DatalabError) else UNEXPECTED
        warnings.append(f"Older backups could not be removed: {reason}")
    return warnings


def _damaged(records: list[Document]) -> list[str]:
    """The files among the backups of a strategy that are none, in sentences."""
    return [
        f"{record['name']} {record['damage']}: it counts as no backup, and was left alone."
        for record in records
        if record.get("damage")
    ]


def _remove(
    lab: Lab, name: str, strategy: Strategy, place: Destination, going: list[Document]
) -> None:
    if strategy.incremental:
        after_failure = any(
            record["state"] in ("failed", "cancelled")
            for record in find_records(lab, strategy=name, limit=2)
        )
        if going or after_failure:
            remove_snapshots(place, [one["name"] for one in going], thorough=after_failure)
    for record in going:
        if not strategy.incremental:
            place.remove(record["name"])
        change(lab, record["immutable_id"], {"removed_at": now()})


def _note_failure(
    lab: Lab, name: str, strategy: Strategy, record: Document, exc: BaseException
) -> None:
    """Write down why a run came to nothing, and tell whoever is to know."""
    stopped = isinstance(exc, Cancelled | KeyboardInterrupt | SystemExit)
    reason = exc.message if isinstance(exc, DatalabError) else UNEXPECTED
    if not stopped and not isinstance(exc, DatalabError):
        log.exception("The backup %s failed.", name)
    fields: dict[str, Any] = {"ended_at": now(), "error": None if stopped else reason}
    fields["state"] = "cancelled" if stopped else "failed"
    if not stopped and (untold := letters.tell_failure(lab, strategy, name, "The backup", reason)):
        fields["warnings"] = [untold]
    change(lab, record["immutable_id"], fields)


def _note_success(
    lab: Lab, strategy: Strategy, record: Document, made: Mapping[str, Any]
) -> Document:
    untold = letters.tell_success(lab, strategy, record | dict(made))
    warnings = [*made["warnings"], *([untold] if untold else [])]
    return change(lab, record["immutable_id"], {"warnings": warnings})
