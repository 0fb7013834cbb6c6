"""Tasks about backups that are made again and again: what there is, when the next comes, drills."""

from typing import Any

from pydatalab.commands.desk import Desk, Report, in_columns, lab_task
from pydatalab.models.words import counted, items_counted, minute


@lab_task(strategy_name="of this strategy alone", limit="at most so many runs")
def list_backups(desk: Desk, strategy_name: str = "", limit: int = 50) -> Report:
    """List the runs of backups: what they made, whether it was drilled, what went wrong."""
    from pydatalab.backups.records import find_records
    from pydatalab.backups.strategies import get_strategy
    from pydatalab.files.writer import readable_size

    if strategy_name:
        get_strategy(desk.lab, strategy_name)
    records = find_records(desk.lab, strategy=strategy_name or None, limit=limit)
    if not records:
        return Report({"backups": []}, ("No backup was made yet.",))
    head = ("strategy", "began (UTC)", "state", "health", "size", "what")
    rows = [
        (
            one["strategy"],
            minute(one["started_at"]),
            "removed" if one["removed_at"] else "no backup" if one.get("damage") else one["state"],
            one["health"] if one["state"] == "done" else "",
            readable_size(one["size"]) if one["size"] is not None else "",
            (one["error"] or one["name"] or "") + _late(one),
        )
        for one in records
    ]
    return Report({"backups": records}, in_columns([head, *rows]))


def _late(record: dict[str, Any]) -> str:
    late = record["late_since"]
    return f" (was due at {minute(late)})" if late else ""


@lab_task()
def show_schedule(desk: Desk) -> Report:
    """Show what runs by itself while a server runs, and when next."""
    from datetime import UTC, datetime

    from pydatalab.jobs.schedule import local_zone, next_times

    zone = local_zone()
    found = [
        {
            "name": one.name,
            "crontab": one.crontab,
            "next_times": next_times(one.crontab, datetime.now(UTC), zone),
        }
        for one in desk.lab.schedules
    ]
    data = {"time_zone": str(zone), "schedules": found}
    if not found:
        return Report(data, ("Nothing is scheduled.",))
    head = ("what", "crontab", f"next ({zone})")
    rows = [
        (str(one["name"]), str(one["crontab"]), _local(one["next_times"], zone)) for one in found
    ]
    return Report(data, in_columns([head, *rows]))


def _local(times: Any, zone: Any) -> str:
    """The first of some times, by the clock on the wall."""
    from datetime import datetime

    if not times:
        return "never"
    return f"{datetime.fromisoformat(times[0]).astimezone(zone):%Y-%m-%d %H:%M}"


@lab_task(
    strategy_name="the strategy; each active one where it is left out",
    identity="file with the secret key of age, for backups that are encrypted",
)
def drill_backup(desk: Desk, strategy_name: str = "", identity: str = "") -> Report:
    """Restore the newest backup into a scratch folder, compare it, and open ten of its items."""
    from pydatalab.backups.sources import identity_of
    from pydatalab.backups.strategies import get_strategy, listed
    from pydatalab.commands.backups import key_in
    from pydatalab.commands.drills import drill_all
    from pydatalab.errors import NotFound

    plan = desk.lab.backup_plan.strategies
    names = [strategy_name] if strategy_name else [name for name, one in plan.items() if one.active]
    if not names:
        raise NotFound(
            f"No strategy is active. Say by --strategy-name which to drill. {listed(desk.lab)}"
        )
    for name in names:
        get_strategy(desk.lab, name)
    key = key_in(identity) or identity_of(desk.lab)
    drilled, problems = drill_all(desk.lab, names, key, desk.progress)
    lines = tuple(_said(one) for one in drilled if one["health"] == "healthy")
    return Report({"backups": drilled, "problems": problems}, (*lines, *problems), not problems)


def _said(record: dict[str, Any]) -> str:
    drill = record["drill"]
    return (
        f"{record['strategy']}: {record['name']} is healthy."
        f" {items_counted(drill['counts']['items'], drill['deleted_items'])} and"
        f" {counted(drill['files'], 'file')} came back as they were, and"
        f" {counted(drill['items_opened'], 'item')} could be opened."
    )
