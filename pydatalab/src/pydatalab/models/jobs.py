"""Jobs and schedules as people see them."""

from typing import Any, Literal

from pydantic import Field

from pydatalab.models.base import Model, Moment
from pydatalab.models.identifiers import ObjectId

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class JobProgress(Model):
    """How far a job has come."""

    doing: str
    """What it does at the moment, in a few words."""
    done: int
    """How much of that is done."""
    total: int | None
    """How much there is in all; ``null`` where nobody knows."""


class Job(Model):
    """Work that the server does beside requests."""

    job_id: ObjectId
    name: str
    """Which kind of work it is, such as ``check-items``."""
    state: JobState
    progress: JobProgress
    cancel_asked: bool
    """Whether somebody asked it to stop; it does at its next step."""
    result: dict[str, Any] | None
    """What came of it, once it is done."""
    error: str | None
    """Why it failed, in a sentence."""
    asked_by: ObjectId | None
    """Who asked for it; ``null`` where a schedule did."""
    asked_by_name: str | None
    request_id: str | None
    """The request that asked for it, as the log names it."""
    schedule: str | None
    """The schedule that asked for it."""
    late_since: Moment
    """When it was due, if no server ran then and it was made up for later."""
    attempt: int
    """How often it was begun."""
    due_at: Moment
    created_at: Moment
    started_at: Moment
    ended_at: Moment


class ScheduleShown(Model):
    """Jobs that are made by themselves."""

    name: str
    crontab: str
    """Minute, hour, day of the month, month, day of the week."""
    job: str
    """Name of the jobs that it makes."""
    time_zone: str
    """Where the hours of the line are meant: that of the server."""
    next_times: list[str]
    """When it comes next."""
    last_job: Job | None
    """The last job that it made."""


Maintenance = Literal[
    "check-items",
    "check-files",
    "list-unused-blobs",
    "remove-unused-blobs",
    "rebuild",
    "show-space",
]
"""What can be done to look after the lab, each as a job."""


class MaintenanceOptions(Model):
    """How something is done to look after the lab."""

    figures: bool = False
    """For ``check-items``: draw the figure of each block that has files, too."""

    days: int = Field(default=30, ge=1, le=36_500)
    """For ``list-unused-blobs`` and ``remove-unused-blobs``: days of grace."""

    repair_from: str | None = None
    """For ``check-files``: the strategy whose newest backup puts right what is missing or altered."""
