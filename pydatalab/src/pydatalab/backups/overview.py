"""How it stands with the backups of a lab."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pydatalab.backups.records import find_records, whole
from pydatalab.jobs.queue import UNDER_WAY, find_jobs
from pydatalab.jobs.schedule import Schedule, local_zone, next_times
from pydatalab.lab import Lab
from pydatalab.models.backups import backup_shown
from pydatalab.models.strategies import Strategy
from pydatalab.store.query import Document

BACKUP, DRILL = "create-backup", "drill-backup"
"""Names of jobs."""


def overview(lab: Lab) -> dict[str, Any]:
    """All strategies with their newest runs and next times; no place is asked, so it is quick."""
    zone = local_zone()
    records = find_records(lab)
    drills = [one for one in lab.schedules if one.job == DRILL]
    return {
        "strategies": [
            _strategy(lab, name, strategy, [one for one in records if one["strategy"] == name])
            for name, strategy in lab.backup_plan.strategies.items()
        ],
        "time_zone": str(zone),
        "drill_frequency": drills[0].crontab if drills else None,
        "next_drills": _next(drills),
    }


def job_on(lab: Lab, strategy: str, *names: str) -> str | None:
    """Id of the job of one of these names that works on a strategy, now or soon."""
    for name in names:
        for state in UNDER_WAY:
            for job in find_jobs(lab.store, name=name, state=state):
                if job["arguments"].get("strategy") in (strategy, None):
                    return str(job["immutable_id"])
    return None


def _strategy(lab: Lab, name: str, strategy: Strategy, records: list[Document]) -> dict[str, Any]:
    there = whole(records)
    mine = [one for one in lab.schedules if one.arguments.get("strategy") == name]
    return {
        "name": name,
        "active": strategy.active,
        "location": strategy.url,
        "frequency": strategy.frequency,
        "retention": {k: v for k, v in strategy.retention.model_dump().items() if v},
        "compression": strategy.compression,
        "encrypted": bool(strategy.encryption),
        "incremental": strategy.incremental,
        "next_times": _next(mine),
        "last_run": backup_shown(records[0]) if records else None,
        "newest": backup_shown(there[0]) if there else None,
        "kept": len(there),
        "size": _size(strategy, there),
        "job_id": job_on(lab, name, BACKUP, DRILL),
    }


def _size(strategy: Strategy, there: list[Document]) -> int:
    """Bytes that a strategy's backups take: snapshots share most of theirs."""
    if not strategy.incremental:
        return sum(one["size"] or 0 for one in there)
    return max((one["size"] or 0 for one in there), default=0)


def _next(schedules: Iterable[Schedule]) -> list[str]:
    now, zone = datetime.now(UTC), local_zone()
    return [time for one in schedules for time in next_times(one.crontab, now, zone)]
