"""How the server does at this moment, for whoever administers it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, get_args

from pydatalab import __version__
from pydatalab.errors import DatalabError
from pydatalab.jobs.queue import State
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.times import as_text
from pydatalab.services import access
from pydatalab.store.query import Is
from pydatalab.watch import machine
from pydatalab.watch.measures import FIGURES, REQUEST_SECONDS, REQUESTS, UPLOAD_BYTES, Taken

SLOWEST = 12
"""Routes that are told."""

SLOW_SHARE = 0.95
"""What a slow request is slower than."""

ENDED_BADLY = "5"
REFUSED = "4"


@dataclass(frozen=True)
class DatabaseState:
    """Whether the database answers."""

    engine: str
    milliseconds: float | None
    """How long it took to answer; ``None`` where it does not."""


@dataclass(frozen=True)
class FileStoreState:
    """Whether uploads can be kept."""

    is_up: bool
    room: machine.Disk | None
    """Where they go; ``None`` in S3, and while it is away."""


def server_now(lab: Lab, who: Person) -> dict[str, Any]:
    """Everything that the page of the server shows.

    Raises:
        Forbidden: ``who`` is no administrator.
    """
    access.require_admin(who)
    taken = lab.measures.read()
    database, files = database_state(lab), file_store_state(lab)
    return {
        "version": __version__,
        "measured_at": as_text(datetime.now(UTC)),
        "started_at": as_text(datetime.fromtimestamp(taken.reading.since, UTC)),
        "uptime_seconds": round(time.time() - taken.reading.since),
        "processes": len(taken.reading.living),
        "machine": _machine(taken),
        "requests": _requests(taken),
        "workers": _workers(lab, taken),
        "jobs": jobs_by_state(lab),
        "database": {
            "engine": database.engine,
            "reachable": database.milliseconds is not None,
            "milliseconds": database.milliseconds,
        },
        "storage": {
            "files": _disk(files.room),
            "files_reachable": files.is_up,
            "data": _disk(machine.disk(lab.folder)),
        },
    }


def database_state(lab: Lab) -> DatabaseState:
    """Whether the database answers, and how quickly."""
    begun = time.perf_counter()
    try:
        lab.store.check()
    except DatalabError:
        return DatabaseState(lab.store.engine, None)
    return DatabaseState(lab.store.engine, round((time.perf_counter() - begun) * 1000, 2))


def file_store_state(lab: Lab) -> FileStoreState:
    """Whether uploads can be kept, and what room there is for them."""
    try:
        lab.vault.check()
        return FileStoreState(True, lab.vault.room())
    except (DatalabError, OSError):
        return FileStoreState(False, None)


def jobs_by_state(lab: Lab) -> dict[str, int]:
    """How many jobs are known in each state."""
    return {state: lab.store.jobs.count(Is("state", state)) for state in get_args(State)}


def memory_of_servers(taken: Taken) -> int:
    """Bytes of memory that the server's processes have."""
    return sum(machine.resident(one.number) for one in taken.reading.living)


def _machine(taken: Taken) -> dict[str, Any]:
    memory = machine.memory()
    return {
        "cores": machine.cores(),
        "load": [round(one, 2) for one in machine.load()],
        "memory_total": memory.total,
        "memory_available": memory.available,
        "memory_of_server": memory_of_servers(taken),
    }


def _requests(taken: Taken) -> dict[str, Any]:
    """What was asked since the server began, and the routes that take longest."""
    counts = taken.of(REQUESTS.name)
    routes: list[dict[str, Any]] = [
        {
            "method": method,
            "route": route,
            "number": int(found.number),
            "failed": _sum(counts, ENDED_BADLY, (method, route)),
            "mean_seconds": found.seconds / found.number,
            "slow_seconds": found.within(SLOW_SHARE),
        }
        for (method, route), found in taken.histograms(REQUEST_SECONDS)
        if found.number
    ]
    routes.sort(key=itemgetter("mean_seconds"), reverse=True)
    return {
        "number": _sum(counts, ""),
        "failed": _sum(counts, ENDED_BADLY),
        "refused": _sum(counts, REFUSED),
        "in_flight": int(taken.in_flight),
        "seconds": sum(found.seconds for _, found in taken.histograms(REQUEST_SECONDS)),
        "upload_bytes": int(sum(taken.of(UPLOAD_BYTES.name).values())),
        "slowest": routes[:SLOWEST],
    }


def _sum(
    counts: Mapping[tuple[str, ...], float], begins: str, only: tuple[str, ...] | None = None
) -> int:
    """Requests whose status begins like this, of one method and route or of all."""
    return int(
        sum(
            number
            for (*route, status), number in counts.items()
            if status.startswith(begins) and only in (None, tuple(route))
        )
    )


def _workers(lab: Lab, taken: Taken) -> dict[str, Any]:
    """How it stands with those who read files."""
    status = lab.compute.workers()
    asked = taken.of(FIGURES.name)
    return {
        "reachable": status is not None,
        **dict.fromkeys(("workers", "busy", "waiting", "done", "timeouts", "crashes", "memory"), 0),
        **(status or {}),
        "cache_hits": int(sum(n for (_, cache), n in asked.items() if cache == "hit")),
        "cache_misses": int(sum(n for (_, cache), n in asked.items() if cache == "miss")),
    }


def _disk(disk: machine.Disk | None) -> dict[str, int] | None:
    """The room of a disk; ``None`` where there is no telling."""
    return None if disk is None else {"free": disk.free, "total": disk.total}
