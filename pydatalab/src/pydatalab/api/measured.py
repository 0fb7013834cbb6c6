"""What stands at this moment, beside what was counted, as ``/metrics`` tells it."""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from pydatalab import __version__
from pydatalab.backups.records import find_records, whole
from pydatalab.errors import DatalabError
from pydatalab.lab import Lab
from pydatalab.services import server
from pydatalab.watch.exposition import Family, Sample, exposed, gauge, gauges
from pydatalab.watch.measures import Taken

NEWEST = 100
"""Runs of a strategy among which its newest backup is looked for."""


def measured(lab: Lab, *, draws: bool) -> str:
    """All measures of a lab's server, as Prometheus reads them.

    Args:
        lab: the lab.
        draws: whether workers read files here; a machine for jobs has none.
    """
    taken = lab.measures.read()
    return exposed(taken, _families(lab, taken, draws=draws))


def _families(lab: Lab, taken: Taken, *, draws: bool) -> Iterator[Family]:
    """What stands now, rather than what was counted. What cannot be told at the moment is left out."""
    living = taken.reading.living
    yield gauge("pydatalab_info", "Version of the server.", 1, version=__version__)
    yield gauge("pydatalab_processes", "Processes that answer requests.", len(living))
    yield gauge(
        "process_resident_memory_bytes",
        "Memory of these processes.",
        server.memory_of_servers(taken),
    )
    yield gauge("process_start_time_seconds", "When the server began.", taken.reading.since)
    database = server.database_state(lab)
    away = database.milliseconds is None
    yield gauge(
        "pydatalab_store_up",
        "Whether the database answers.",
        float(not away),
        engine=database.engine,
    )
    if draws:
        yield from _workers(lab)
    yield from _file_store(lab)
    if not away:
        with suppress(DatalabError):
            jobs = server.jobs_by_state(lab)
            yield gauges("pydatalab_jobs", "Jobs that are known, by state.", "state", jobs)
            yield from _backups(lab)


def _file_store(lab: Lab) -> Iterator[Family]:
    files = server.file_store_state(lab)
    yield gauge("pydatalab_file_store_up", "Whether uploads can be kept.", float(files.is_up))
    if room := files.room:
        yield gauge("pydatalab_file_store_free_bytes", "Free bytes of the file store.", room.free)
        yield gauge("pydatalab_file_store_size_bytes", "Size of its disk.", room.total)


def _workers(lab: Lab) -> Iterator[Family]:
    status = lab.compute.workers()
    about = {
        "workers": ("pydatalab_workers", "Workers that read files.", "gauge"),
        "busy": ("pydatalab_workers_busy", "Workers that have a job.", "gauge"),
        "waiting": ("pydatalab_work_waiting", "Jobs that wait for a worker.", "gauge"),
        "memory": ("pydatalab_workers_memory_bytes", "Memory of the workers.", "gauge"),
        "done": ("pydatalab_work_done_total", "Jobs that workers answered.", "counter"),
        "timeouts": ("pydatalab_work_timeouts_total", "Jobs stopped for their time.", "counter"),
        "crashes": ("pydatalab_worker_crashes_total", "Workers that died over a job.", "counter"),
    }
    yield gauge("pydatalab_workers_up", "Whether there are workers.", float(status is not None))
    for name, (title, words, kind) in about.items():
        if status and name in status:
            yield Family(title, words, (Sample(status[name], {}),), kind)


def _backups(lab: Lab) -> Iterator[Family]:
    """How old the newest backup of each strategy is, what is known of it, and how the last run ended."""
    ages, healths, ends = [], [], []
    for name, strategy in lab.backup_plan.strategies.items():
        if not strategy.active:
            continue
        records = find_records(lab, strategy=name, limit=NEWEST)
        if there := whole(records):
            made = datetime.fromisoformat(there[0]["made_at"] or there[0]["started_at"])
            ages.append(Sample(time.time() - made.astimezone(UTC).timestamp(), {"strategy": name}))
            healths.append(Sample(1, {"strategy": name, "health": there[0]["health"]}))
        ended = [one for one in records if one["state"] != "running"]
        failed = bool(ended) and ended[0]["state"] == "failed"
        ends.append(Sample(float(failed), {"strategy": name}))
    if ends:
        yield Family("pydatalab_backup_age_seconds", "Age of the newest backup.", tuple(ages))
        yield Family(
            "pydatalab_backup_health",
            "The newest backup: untested, healthy or broken.",
            tuple(healths),
        )
        yield Family(
            "pydatalab_backup_last_run_failed", "Whether the last run failed.", tuple(ends)
        )
