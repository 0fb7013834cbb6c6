"""The scheduler: whether somebody runs jobs, and whether what was due was made."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pydatalab.app import bell_of
from pydatalab.config import Config
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.errors import Unavailable
from pydatalab.jobs.queue import find_jobs
from pydatalab.jobs.schedule import last_due, local_zone
from pydatalab.lab import Lab, is_led
from pydatalab.models.times import as_text
from pydatalab.models.words import counted
from pydatalab.settings.secrets import without_passwords
from pydatalab.store.query import Is, Query

PATIENCE = timedelta(minutes=5)
"""How long what is due may wait to be noticed."""

LONGEST_WAIT = timedelta(hours=1)

STARTING = 3.0
"""Seconds in which a server that answers begins with its jobs."""


def examine_bell(config: Config) -> Iterator[Finding]:
    """Whether the Redis answers that tells of new jobs, where one is set."""
    bell = bell_of(config)
    if bell is None:
        return
    where = without_passwords(config.REDIS_URI or "")
    try:
        bell.check()
    except Unavailable as exc:
        yield warning(
            "redis-away",
            f"The Redis at {where} cannot be used: jobs begin up to a second later. {exc.message}",
            "See whether it runs, and whether this machine reaches it and may publish there; else correct"
            " REDIS_URI, or remove it.",
        )
        return
    yield ok("redis", f"The Redis at {where} tells of new jobs.")


def examine(config: Config, lab: Lab) -> Iterator[Finding]:
    """Whether a server leads here, and whether schedules are kept."""
    if not config.RUN_JOBS:
        yield ok("scheduler-elsewhere", "RUN_JOBS is false: jobs run where `pydatalab work` does.")
    elif _is_led_soon(lab):
        yield ok(
            "scheduler",
            f"A server runs here, and with it {counted(len(lab.schedules), 'schedule')}.",
        )
    else:
        yield warning(
            "scheduler-stopped",
            "No server runs on this machine with this data folder, so nothing runs by itself: no backups either.",
            "Start it: `docker compose --profile prod up --detach`, `systemctl start datalab` or `make run`.",
        )
    yield from _missed(lab)
    yield from _waiting(lab)


def _is_led_soon(lab: Lab) -> bool:
    """Whether it is led, now or as soon as a server that starts has come to it."""
    until = time.monotonic() + STARTING
    while not is_led(lab.folder):
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def _missed(lab: Lab) -> Iterator[Finding]:
    now, zone = datetime.now(UTC), local_zone()
    for schedule in lab.schedules:
        marks = lab.store.schedules.find(Query(Is("name", schedule.name), limit=1)).documents
        due = last_due(schedule.crontab, now - PATIENCE, zone)
        if marks and due and marks[0]["crontab"] == schedule.crontab and marks[0]["made_to"] < due:
            yield error(
                "schedule-missed",
                f"{schedule.name.capitalize()} was due at {due[:16].replace('T', ' ')} UTC, and was not begun.",
                "Start the server: the newest that was missed is made up for. If one runs, its log says why"
                " it makes no jobs.",
            )


def _waiting(lab: Lab) -> Iterator[Finding]:
    limit = as_text(datetime.now(UTC) - LONGEST_WAIT)
    late = [one for one in find_jobs(lab.store, state="waiting") if one["due_at"] < limit]
    if late:
        yield warning(
            "jobs-waiting",
            f"Waiting for more than an hour: {counted(len(late), 'job')}.",
            "See that a server, or `pydatalab work`, runs; more of it at once by `pydatalab work --jobs`.",
        )
