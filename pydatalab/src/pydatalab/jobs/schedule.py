"""When jobs are made by themselves: lines of a crontab, in the server's own time zone.

A job of a schedule has the due time in its key, so that several servers make one. What is noted of
a schedule is up to when its jobs were made: a run that nobody was there to make is made up once, and
a clock that is set back makes none a second time.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from pydatalab.errors import Conflict, Invalid
from pydatalab.jobs.queue import add_job
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import as_text
from pydatalab.store.port import Store
from pydatalab.store.query import Document, Is, Query

LATE = timedelta(minutes=2)
"""A job made so long after it was due says so."""

FIELDS = 5

LOCAL_TIME = Path("/etc/localtime")


@dataclass(frozen=True)
class Schedule:
    """Jobs that are made again and again."""

    name: str
    """What people call it; of no other schedule."""

    crontab: str
    """Minute, hour, day of the month, month, day of the week: ``5 4 * * *``."""

    job: str
    """Name of the handler."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    """For the handler."""


def valid_crontab(text: str) -> str:
    """The line, if it has a meaning.

    Raises:
        Invalid: it has none.
    """
    try:
        if len(text.split()) == FIELDS:
            next(CronSim(text, datetime.now(UTC)))
            return text
    except (CronSimError, StopIteration):
        pass
    raise Invalid(
        f"{text!r} is no crontab line. It has a minute, hour, day of the month, month and day of "
        "the week, such as 5 4 * * * for every day at 04:05."
    )


def local_zone() -> tzinfo:
    """The server's time zone, by its variable ``TZ`` or its ``/etc/localtime``; else UTC."""
    named = os.environ.get("TZ", "").lstrip(":")
    _, _, linked = str(LOCAL_TIME.resolve()).partition("/zoneinfo/")
    try:
        if name := named or linked.removeprefix("posix/"):
            return ZoneInfo(name)
        with LOCAL_TIME.open("rb") as copied:
            return ZoneInfo.from_file(copied, key="local time")
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return UTC


def next_times(crontab: str, after: datetime, zone: tzinfo, number: int = 3) -> list[str]:
    """The next times of a crontab line; of one that a change of the clocks leaves out, the time after.

    Args:
        crontab: the line.
        after: a time with its zone.
        zone: where the hours of the line are meant.
        number: how many.
    """
    times = CronSim(crontab, after.astimezone(zone))
    return [as_text(time) for time, _ in zip(times, range(number), strict=False)]


def last_due(crontab: str, at: datetime, zone: tzinfo) -> str | None:
    """The last time of a crontab line up to a moment; of a line that never comes, none."""
    just_after = at.astimezone(zone) + timedelta(seconds=1)
    found = next(CronSim(crontab, just_after, reverse=True), None)
    return as_text(found) if found else None


def make_due(store: Store, schedules: tuple[Schedule, ...], zone: tzinfo) -> Iterator[Document]:
    """Make the jobs that are due since this was last asked, the newest of each schedule."""
    for schedule in schedules:
        at = datetime.now(UTC)
        mark = _mark(store, schedule, as_text(at))
        due = last_due(schedule.crontab, at, zone)
        if due is None or due <= mark["made_to"]:
            continue
        is_late = as_text(at - LATE) > due
        yield add_job(
            store,
            schedule.job,
            schedule.arguments,
            key=f"{schedule.name}@{due}",
            due_at=due,
            schedule=schedule.name,
            late_since=due if is_late else None,
        )
        _note(store, mark, due)


def _mark(store: Store, schedule: Schedule, at: str) -> Document:
    """Up to when a schedule's jobs were made; of a new or changed one, up to now.

    Where that is to come, the clock was set back, and it goes on from now: what was made already is
    known by its key.
    """
    found = store.schedules.find(Query(Is("name", schedule.name), limit=1)).documents
    if not found:
        mark: Document = {
            "immutable_id": new_object_id(),
            "edit": 1,
            "name": schedule.name,
            "crontab": schedule.crontab,
            "made_to": at,
        }
        try:
            store.schedules.add(mark)
        except Conflict:  # another server came first
            return store.schedules.get(Is("name", schedule.name))
        return mark
    mark = found[0]
    if mark["crontab"] != schedule.crontab or mark["made_to"] > at:
        return _note(store, mark | {"crontab": schedule.crontab}, at)
    return mark


def _note(store: Store, mark: Document, made_to: str) -> Document:
    """Write down up to when jobs were made; another server would write the same."""
    changed = mark | {"made_to": made_to, "edit": mark["edit"] + 1}
    store.schedules.replace(changed)
    return changed
