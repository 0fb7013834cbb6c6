"""Backups and their strategies as administrators see them."""

from typing import Any, Literal

from pydatalab.models.base import Model, Moment
from pydatalab.models.identifiers import ObjectId

Health = Literal["untested", "healthy", "broken"]


class Drill(Model):
    """What came of restoring a backup into a scratch folder."""

    ended_at: Moment
    seconds: float
    """How long it took."""
    ok: bool
    """Whether all came back as it was."""
    problems: list[str]
    """What did not, in sentences."""
    files: int
    """Files whose bytes were compared."""
    items_opened: int
    """Items that were opened."""


class Backup(Model):
    """One run of a strategy, and what it made."""

    backup_id: ObjectId
    strategy: str
    state: Literal["running", "done", "failed", "cancelled"]
    health: Health
    """``untested`` until a drill brought it back."""
    name: str | None
    """Name of the archive, or of the snapshot in its repository."""
    location: str | None
    """Where it is."""
    started_at: Moment
    ended_at: Moment
    made_at: Moment
    """The moment that it shows."""
    late_since: Moment
    """When it was due, if no server ran then and it was made up for later."""
    removed_at: Moment
    """When it made room for newer ones, or was found to be gone."""
    damage: str | None
    """What is wrong with the file that is there, as the end of a sentence: it counts as no backup."""
    size: int | None
    """Bytes that it takes; of a snapshot, alone or with others."""
    moved: int | None
    """Bytes that were written for it."""
    counts: dict[str, int]
    """Documents of each kind in it."""
    incremental: bool
    encrypted: bool
    drill: Drill | None
    warnings: list[str]
    error: str | None
    """Why it failed, in a sentence."""


class StrategyShown(Model):
    """Backups that are made again and again."""

    name: str
    active: bool
    """Whether the scheduler runs it."""
    location: str
    frequency: str | None
    """When it runs, as a line of a crontab; ``null``: only when asked."""
    retention: dict[str, int]
    """How many are kept: ``newest``, ``daily``, ``weekly``, ``monthly``, ``yearly``."""
    compression: Literal["none", "gz", "zst"]
    encrypted: bool
    incremental: bool
    next_times: list[str]
    """When it runs next."""
    last_run: Backup | None
    """The newest run, whatever came of it."""
    newest: Backup | None
    """The newest backup that is there."""
    kept: int
    """Backups that are there."""
    size: int
    """Bytes that these take."""
    job_id: ObjectId | None
    """The job that works on it, now or soon."""


class BackupOverview(Model):
    """All strategies, and when drills are made."""

    strategies: list[StrategyShown]
    time_zone: str
    """In which the lines of the crontab are meant."""
    drill_frequency: str | None
    next_drills: list[str]


class NewBackup(Model):
    """A backup that is to be made."""

    strategy: str


class NewDrill(Model):
    """A drill that is to be made."""

    strategy: str | None = None
    """Of this strategy; of each active one where it is missing."""


class ItemToRestore(Model):
    """An item that is to come back from a backup."""

    refcode: str
    replace: bool = False
    """Whether to put it back though it is there; its present state is then kept as a version."""


def backup_shown(record: dict[str, Any]) -> dict[str, Any]:
    """The record of a run as it is shown."""
    names = [name for name in Backup.model_fields if name not in {"backup_id", "drill", "damage"}]
    drill = record["drill"] and {name: record["drill"][name] for name in Drill.model_fields}
    shown = {name: record[name] for name in names}
    seen = {"backup_id": record["immutable_id"], "drill": drill, "damage": record.get("damage")}
    return shown | seen
