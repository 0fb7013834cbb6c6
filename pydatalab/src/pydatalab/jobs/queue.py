"""Work that outlives a request: jobs, kept as documents in the lab's own database.

A job waits until a runner claims it, runs in a process of its own, and ends ``done``, ``failed`` or
``cancelled``. Whoever changes a job names the edit that was read, so that several servers share
one queue and each job has one runner. A running job counts its ``beats``; one whose count stands
still has lost its process.
"""

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from pydatalab.errors import Conflict, Invalid
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import as_text, now
from pydatalab.store.port import Store
from pydatalab.store.query import Document, Every, Is, OneOf, Order, Query
from pydatalab.watch.trace import current_request_id

State = Literal["waiting", "running", "done", "failed", "cancelled"]

UNDER_WAY = ("running", "waiting")
ENDED = ("done", "failed", "cancelled")

MOST_RUNS = 3
"""How often a repeatable job is begun in all that is cut off: its process killed, or its database gone."""

KEPT_DAYS = 90
KEPT_OF_A_NAME = 200
"""Ended jobs are kept for so many days, but of one name only the last so many."""

TRIES = 50
"""How often a change is tried that others keep coming before."""

NOTHING_YET: Mapping[str, Any] = {"doing": "", "done": 0, "total": None}


@dataclass(frozen=True)
class Handler:
    """What does the jobs of one name."""

    place: str
    """Module and function, loaded where the job runs: ``pydatalab.backups.runs:run_strategy``.

    The function takes the lab, the job's arguments and a progress, and gives the result as JSON
    types. Where it raises ``Cancelled``, it has left everything as it was, or whole.
    """

    alone: bool = False
    """Whether one job of this name runs at a time, over all servers."""

    repeatable: bool = False
    """Whether a job that was cut off in the middle may simply be begun again."""


def add_job(
    store: Store,
    name: str,
    arguments: Mapping[str, Any],
    *,
    asked_by: str | None = None,
    key: str | None = None,
    due_at: str | None = None,
    schedule: str | None = None,
    late_since: str | None = None,
) -> Document:
    """Put a job into the queue; a second one with the same key is the first one.

    Args:
        store: the lab's documents.
        name: of the handler.
        arguments: for the handler, as JSON types.
        asked_by: id of the person who asked for it; nobody where a schedule did.
        key: what no two jobs share.
        due_at: not to be begun before this time.
        schedule: name of the schedule that asked for it.
        late_since: when it should have been made, if nobody was there to make it.
    """
    created = now()
    job: Document = {
        "immutable_id": new_object_id(),
        "edit": 1,
        "key": key,
        "name": name,
        "arguments": dict(arguments),
        "state": "waiting",
        "asked_by": asked_by,
        "request_id": current_request_id(),
        "schedule": schedule,
        "late_since": late_since,
        "created_at": created,
        "due_at": due_at or created,
        "started_at": None,
        "ended_at": None,
        "progress": dict(NOTHING_YET),
        "result": None,
        "error": None,
        "attempt": 0,
        "interruptions": 0,
        "runner": None,
        "beats": 0,
        "cancel_asked": False,
        "alone": None,
    }
    try:
        store.jobs.add(job)
    except Conflict:
        return store.jobs.get(Is("key", key))
    return job


def get_job(store: Store, job_id: str) -> Document:
    """A job.

    Raises:
        NotFound: there is none of this id.
    """
    return store.jobs.get(Is("immutable_id", job_id))


def find_jobs(
    store: Store,
    *,
    name: str | None = None,
    state: str | None = None,
    asked_by: str | None = None,
    limit: int = 50,
) -> list[Document]:
    """The newest jobs, of a name, in a state, of a person.

    Raises:
        Invalid: there is no such state.
    """
    if state is not None and state not in get_args(State):
        raise Invalid(f"{state!r} is no state of a job. There are: {', '.join(get_args(State))}.")
    asked = {"name": name, "state": state, "asked_by": asked_by}
    where = Every(tuple(Is(field, value) for field, value in asked.items() if value is not None))
    newest = Order("created_at", descending=True)
    return store.jobs.find(Query(where, newest, limit)).documents


def cancel_job(store: Store, job_id: str) -> Document:
    """End a job that waits, or ask one that runs to stop; it does at its next word of progress.

    Raises:
        NotFound: there is none of this id.
        Conflict: it has ended by itself.
    """

    def cancelled(job: Document) -> Document:
        if job["state"] == "waiting":
            return _ended(job, "cancelled")
        if job["state"] == "running":
            return job | {"cancel_asked": True}
        if job["state"] == "cancelled":
            return job
        raise Conflict("This job has ended already.")

    return change_job(store, job_id, cancelled)


def change_job(store: Store, job_id: str, change: Callable[[Document], Document]) -> Document:
    """Change a job whatever others change meanwhile; what ``change`` gives back as it is, stays.

    Raises:
        NotFound: there is none of this id.
        Conflict: others came before again and again.
    """
    for _ in range(TRIES):
        job = get_job(store, job_id)
        changed = change(job)
        if changed is job:
            return job
        try:
            return _written(store, job, changed)
        except Conflict as conflict:
            last = conflict
    raise last


def claim_job(store: Store, handlers: Mapping[str, Handler], runner: str) -> Document | None:
    """The job that is due for longest, now this runner's; none where nothing is due.

    A job that runs alone is left where another of its name is running.
    """
    waiting = Query(Is("state", "waiting"), Order("due_at"), limit=1_000)
    busy: set[str] = set()
    for job in store.jobs.find(waiting).documents:
        if job["due_at"] > now():
            return None
        if job["name"] in busy:
            continue
        handler = handlers.get(job["name"])
        started = job | {
            "state": "running",
            "started_at": now(),
            "progress": dict(NOTHING_YET),
            "attempt": job["attempt"] + 1,
            "runner": runner,
            "alone": job["name"] if handler and handler.alone else None,
        }
        try:
            return _written(store, job, started)
        except Conflict as conflict:  # another runner has it, or one of its name
            if conflict.details.get("field") == "alone":
                busy.add(job["name"])
    return None


def is_attempt(job: Document, attempt: int) -> bool:
    """Whether a job is still at this attempt of running it."""
    return bool(job["state"] == "running" and job["attempt"] == attempt)


def end_job(
    store: Store,
    job_id: str,
    attempt: int,
    state: State,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> Document:
    """Write down how an attempt ended; nothing happens where it is over already."""

    def ended(job: Document) -> Document:
        if not is_attempt(job, attempt):
            return job
        return _ended(job, state) | {"result": result, "error": error}

    return change_job(store, job_id, ended)


def put_back(store: Store, job_id: str, attempt: int) -> Document:
    """Let a job that stopped in order be begun again, by whoever comes."""

    def waiting(job: Document) -> Document:
        if not is_attempt(job, attempt):
            return job
        return _ended(job, "cancelled") if job["cancel_asked"] else _waiting_again(job)

    return change_job(store, job_id, waiting)


def interrupt_job(
    store: Store, job_id: str, attempt: int, why: str, *, repeatable: bool
) -> Document:
    """Write down that a job was cut off: it is begun again if it is repeatable, else it failed."""

    def interrupted(job: Document) -> Document:
        if not is_attempt(job, attempt):
            return job
        if job["cancel_asked"]:
            return _ended(job, "cancelled")
        job = job | {"interruptions": job["interruptions"] + 1}
        if repeatable and job["interruptions"] < MOST_RUNS:
            return _waiting_again(job)
        return _ended(job, "failed") | {"error": f"It was interrupted: {why}"}

    return change_job(store, job_id, interrupted)


def prune_jobs(store: Store) -> int:
    """Forget ended jobs that are old, or have many newer ones of their name; how many."""
    oldest = as_text(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
    ended = Query(
        OneOf("state", ENDED),
        Order("created_at", descending=True),
        limit=1_000_000,
        fields=("name", "created_at"),
    )
    seen: dict[str, int] = {}
    gone = []
    for job in store.jobs.find(ended).documents:
        seen[job["name"]] = seen.get(job["name"], 0) + 1
        if job["created_at"] < oldest or seen[job["name"]] > KEPT_OF_A_NAME:
            gone.append(job["immutable_id"])
    return _remove_all(store, gone)


def this_process() -> str:
    """How jobs and leases name the process that holds them."""
    return f"{socket.gethostname()}, process {os.getpid()}"


def _remove_all(store: Store, ids: Iterable[str]) -> int:
    ids = tuple(ids)
    return store.jobs.remove(OneOf("immutable_id", ids)) if ids else 0


def _written(store: Store, was: Document, job: Document) -> Document:
    changed = job | {"edit": was["edit"] + 1}
    store.jobs.replace(changed, was=was["edit"])
    return changed


def _ended(job: Document, state: State) -> Document:
    return job | {"state": state, "ended_at": now(), "alone": None}


def _waiting_again(job: Document) -> Document:
    return job | {"state": "waiting", "runner": None, "alone": None, "started_at": None}
