"""Jobs as people see them: administrators all, others those that they asked for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydatalab.errors import NotFound
from pydatalab.jobs import queue, schedule
from pydatalab.lab import Lab
from pydatalab.models.jobs import Maintenance, MaintenanceOptions
from pydatalab.models.people import Person
from pydatalab.services import access, people
from pydatalab.store.query import Document, Is, Order, Query

AS_STORED = (
    "name", "state", "progress", "cancel_asked", "result", "error", "asked_by", "schedule",
    "late_since", "attempt", "due_at", "created_at", "started_at", "ended_at",
)  # fmt: skip


def ask_for_job(
    lab: Lab, who: Person, name: str, arguments: Mapping[str, Any], *, key: str | None = None
) -> dict[str, Any]:
    """Put a job into the queue for ``who``; a second one with the same key is the first one."""
    job = queue.add_job(lab.store, name, arguments, asked_by=who.immutable_id, key=key)
    lab.bell.ring()
    return shown(lab, [job])[0]


def begin_maintenance(
    lab: Lab, who: Person, task: Maintenance, options: MaintenanceOptions
) -> dict[str, Any]:
    """Have something done that looks after the lab; once at a time.

    Raises:
        Forbidden: ``who`` is no administrator.
    """
    access.require_admin(who)
    return under_way(lab, task) or ask_for_job(lab, who, task, options.model_dump())


def under_way(lab: Lab, name: str) -> dict[str, Any] | None:
    """A job of a name that runs or waits."""
    for state in queue.UNDER_WAY:
        if found := queue.find_jobs(lab.store, name=name, state=state, limit=1):
            return shown(lab, found)[0]
    return None


def find_jobs(
    lab: Lab, who: Person, *, name: str | None = None, state: str | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest jobs that ``who`` may see.

    Raises:
        Invalid: there is no such state.
    """
    asked_by = None if who.is_admin else who.immutable_id
    found = queue.find_jobs(lab.store, name=name, state=state, asked_by=asked_by, limit=limit)
    return shown(lab, found)


def get_job(lab: Lab, who: Person, job_id: str) -> dict[str, Any]:
    """A job.

    Raises:
        NotFound: there is none, or none that ``who`` may see.
    """
    return shown(lab, [_seen(lab, who, job_id)])[0]


def cancel_job(lab: Lab, who: Person, job_id: str) -> dict[str, Any]:
    """End a job that waits, or ask one that runs to stop.

    Raises:
        NotFound: there is none, or none that ``who`` may see.
        Conflict: it has ended by itself.
    """
    _seen(lab, who, job_id)
    return shown(lab, [queue.cancel_job(lab.store, job_id)])[0]


def schedules(lab: Lab, who: Person) -> list[dict[str, Any]]:
    """The schedules of this server with their next times, for administrators.

    Raises:
        Forbidden: ``who`` is none.
    """
    access.require_admin(who)
    zone = schedule.local_zone()
    return [
        {
            "name": one.name,
            "crontab": one.crontab,
            "job": one.job,
            "time_zone": str(zone),
            "next_times": schedule.next_times(one.crontab, datetime.now(UTC), zone),
            "last_job": _last_job(lab, one),
        }
        for one in lab.schedules
    ]


def shown(lab: Lab, jobs: Sequence[Document]) -> list[dict[str, Any]]:
    """Jobs without what they were told, which is the server's own affair."""
    names = people.summaries(lab, [job["asked_by"] for job in jobs if job["asked_by"]])
    return [
        {"job_id": job["immutable_id"]}
        | {name: job[name] for name in AS_STORED}
        | {"asked_by_name": names.get(job["asked_by"], {}).get("display_name")}
        | {"request_id": job.get("request_id")}
        for job in jobs
    ]


def _seen(lab: Lab, who: Person, job_id: str) -> Document:
    job = queue.get_job(lab.store, job_id)
    if not who.is_admin and job["asked_by"] != who.immutable_id:
        raise NotFound("There is no such job, or none that you may see.")
    return job


def _last_job(lab: Lab, one: schedule.Schedule) -> dict[str, Any] | None:
    newest = Query(Is("name", one.job), Order("created_at", descending=True), limit=500)
    for job in lab.store.jobs.find(newest).documents:
        if job["schedule"] == one.name:
            return shown(lab, [job])[0]
    return None
