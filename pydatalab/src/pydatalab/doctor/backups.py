"""Backups: whether they are made, where, how old they are, and whether anybody tried them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydatalab.backups.records import find_records, whole
from pydatalab.backups.strategies import at_place, backups_at
from pydatalab.config import Config
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.doctor.machine import nearest_folder
from pydatalab.doctor.settings import places_of
from pydatalab.errors import DatalabError
from pydatalab.jobs.schedule import last_due, local_zone
from pydatalab.lab import Lab
from pydatalab.models.strategies import Strategy
from pydatalab.models.words import counted
from pydatalab.store.query import Document

ALLOWED = timedelta(hours=6)
"""How long a backup may take."""

DRILLED_WITHIN = timedelta(days=60)


def examine_plan(config: Config) -> Iterator[Finding]:
    """What is to be done, before anybody looks at what was."""
    active = _active(config)
    if not active:
        yield warning(
            "backups-none",
            "Nothing is backed up by itself: no strategy is active.",
            "Set PYDATALAB_BACKUP_STRATEGIES (docs/how-to/back-up.md), to a place on another machine.",
        )
    for name, strategy in active.items():
        yield from _frequency(name, strategy)


def examine(look: Look, config: Config, lab: Lab) -> Iterator[Finding]:
    """Each strategy."""
    for name, strategy in _active(config).items():
        records = find_records(lab, strategy=name)
        there = whole(records)
        yield from _place(look, config, lab, name, strategy, there)
        yield from _last_run(name, records)
        yield from _age(name, strategy, there)
        yield from _health(lab, name, strategy, there)


def _active(config: Config) -> dict[str, Strategy]:
    plan = config.BACKUP_STRATEGIES or {}
    return {name: strategy for name, strategy in plan.items() if strategy.active}


def _frequency(name: str, strategy: Strategy) -> Iterator[Finding]:
    if strategy.frequency is None:
        yield warning(
            "backup-unscheduled",
            f"The backup {name} has no frequency: it is made only when somebody asks.",
            'Give it one, such as "frequency": "5 4 * * *".',
        )


def _place(
    look: Look, config: Config, lab: Lab, name: str, strategy: Strategy, there: list[Document]
) -> Iterator[Finding]:
    if "://" not in strategy.url:
        yield from _disk(look, config, name, Path(strategy.url).expanduser())
    try:
        with at_place(lab, strategy.url) as place:
            found = {one.name for one in backups_at(place, name, strategy)}
    except (DatalabError, OSError) as exc:
        reason = exc.message if isinstance(exc, DatalabError) else f"{exc.strerror}."
        yield error(
            "backup-place-away",
            f"Where the backup {name} goes, {strategy.url}, cannot be reached: {reason}",
            "See that the machine runs, that its host key is in SSH_KNOWN_HOSTS, and that SSH_KEY_FILE opens"
            " the account (docs/how-to/back-up.md); or correct the strategy.",
        )
        return
    lost = [one for one in there if one["location"] == strategy.url and one["name"] not in found]
    if lost:
        yield error(
            "backup-lost",
            f"At {strategy.url}, {counted(len(lost), 'backup')} of {name} that was made is not there any more,"
            f" the newest of them {lost[0]['name']}.",
            "Find out who removed it, or whether a disk is not mounted; then run `pydatalab"
            f" admin.create-backup --strategy-name {name}`.",
        )
    else:
        yield ok(
            "backup-place",
            f"{strategy.url} can be reached, and has {counted(len(found), 'backup')} of {name}.",
        )


def _disk(look: Look, config: Config, name: str, folder: Path) -> Iterator[Finding]:
    """Whether one broken disk takes the lab and its backups."""
    if look.machine.is_ours and not look.machine.keeps(folder):
        return  # said with the folders
    places = places_of(config)
    disk = nearest_folder(folder).stat().st_dev
    for what in ("data", "uploads"):
        place = places.get(what)
        if place and place.exists() and place.stat().st_dev == disk:
            yield warning(
                "backup-on-the-same-disk",
                f"The backup {name} goes to {folder}, on the same disk as the {what}.",
                "Send it, or another strategy, to another machine: by sftp:// or s3://, or to a mounted disk.",
            )
            return


def _last_run(name: str, records: list[Document]) -> Iterator[Finding]:
    if records and records[0]["state"] == "failed":
        yield error(
            "backup-failed",
            f"The last run of the backup {name} failed, on {records[0]['started_at'][:16].replace('T', ' ')}"
            f" UTC: {records[0]['error']}",
            f"Put that right, then run `pydatalab admin.create-backup --strategy-name {name}`.",
        )


def _age(name: str, strategy: Strategy, there: list[Document]) -> Iterator[Finding]:
    run_now = f"Run `pydatalab admin.create-backup --strategy-name {name}`"
    if not there:
        yield warning("backup-never", f"The backup {name} was never made.", f"{run_now} now.")
        return
    newest = datetime.fromisoformat(there[0]["made_at"])
    said = f"The newest backup {name} is of {newest:%Y-%m-%d %H:%M} UTC"
    if strategy.frequency and newest < _oldest_allowed(strategy.frequency):
        yield error(
            "backup-old",
            f"{said}: older than its frequency ({strategy.frequency}) allows.",
            f"{run_now}; see that the server runs all the time, and what `pydatalab admin.list-backups` says.",
        )
    else:
        yield ok("backup-age", f"{said}.")


def _oldest_allowed(frequency: str) -> datetime:
    """The time that was due before the last, or the last where that is long enough ago to be done."""
    now, zone = datetime.now(UTC), local_zone()
    due = last_due(frequency, now - ALLOWED, zone)
    return (
        datetime.fromisoformat(due) - timedelta(minutes=1)
        if due
        else datetime.min.replace(tzinfo=UTC)
    )


def _health(lab: Lab, name: str, strategy: Strategy, there: list[Document]) -> Iterator[Finding]:
    broken = [one for one in there if one["health"] == "broken"]
    drilled = [
        one["drill"]["ended_at"] for one in there if one["health"] == "healthy" and one["drill"]
    ]
    if broken:
        yield error(
            "backup-broken",
            f"A drill of the backup {broken[0]['name']} failed: it cannot be trusted.",
            "See `pydatalab admin.list-backups`, make another, and drill it: `pydatalab admin.drill-backup"
            f" --strategy-name {name}`.",
        )
    elif there and not drilled:
        key = strategy.encryption and lab.backup_plan.identity_file is None
        by_hand = " with --identity, where the key is" if key else ""
        yield warning(
            "backup-never-drilled",
            f"No backup of {name} that is there was ever restored, to try it.",
            f"Run `pydatalab admin.drill-backup --strategy-name {name}`{by_hand}.",
        )
    elif drilled and datetime.fromisoformat(max(drilled)) < datetime.now(UTC) - DRILLED_WITHIN:
        yield warning(
            "backup-drilled-long-ago",
            f"A backup of {name} was last tried on {max(drilled)[:10]}.",
            f"Run `pydatalab admin.drill-backup --strategy-name {name}`; set BACKUP_DRILL_FREQUENCY.",
        )
    elif drilled:
        yield ok(
            "backup-drilled", f"A backup of {name} was restored to try it on {max(drilled)[:10]}."
        )
