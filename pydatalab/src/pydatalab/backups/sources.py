"""Where a backup comes from: a file, an address, a snapshot of a repository, a strategy with a time."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from pydatalab.backups.exporting import exported
from pydatalab.backups.repository import SNAPSHOTS
from pydatalab.backups.strategies import at_place, backups_at, get_strategy, listed, reconcile
from pydatalab.backups.verify import Verdict, refused, verify_archive
from pydatalab.errors import Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.store.query import Document

TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?P<minute>[T ]\d\d:\d\d(?P<second>:\d\d(?P<exactly>\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"
)


@dataclass(frozen=True)
class Opened:
    """A backup that can be read."""

    stream: Path | BinaryIO
    """The archive, or what makes one while it is read."""
    called: str
    """What it is, for people."""
    size: int | None = None
    """About how many bytes will be read of it, where that is known."""


@contextmanager
def opened_source(
    lab: Lab, source: str, *, time: str | None = None, identity: str | None = None
) -> Iterator[Opened]:
    """A backup as people name it.

    Args:
        lab: whose strategies and keys count.
        source: a file; ``sftp://…`` or ``s3://…`` of one; ``<name>.json`` of a snapshot in its
            repository, by path or address; or the name of a strategy.
        time: of a strategy: the newest backup up to then, as ``2026-11-22`` (to its end) or
            ``2026-11-22T04:05``; in UTC unless a zone is said. Without it: the newest.
        identity: secret key of age, for a snapshot that is encrypted.

    Raises:
        NotFound: there is no such backup.
        Invalid: the time is none, or belongs to no strategy.
    """
    with opened_at(lab, located(lab, source, time), identity) as opened:
        yield opened


@dataclass(frozen=True)
class Located:
    """Where a backup is."""

    name: str
    """A path of this machine, or the name at ``url``."""
    url: str | None = None
    """The place that keeps it, with others; ``None`` for a path."""
    size: int | None = None
    """About how many bytes will be read of it, where that is known."""


def located(lab: Lab, source: str, time: str | None = None) -> Located:
    """Where the backup is that people name so, as ``opened_source`` reads it.

    Raises:
        NotFound: there is no such backup.
        Invalid: the time is none, or belongs to no strategy.
    """
    if source in lab.backup_plan.strategies:
        return _place_of(at_time(lab, source, time))
    if time is not None:
        raise Invalid(f"A time is said with the name of a strategy. {listed(lab)}")
    if "://" not in source and not Path(source).exists():
        raise NotFound(f"There is no file and no strategy {source}. {listed(lab)}")
    folder, _, name = str(source).rpartition("/")
    if name.endswith(".json"):
        root = folder.removesuffix(SNAPSHOTS).rstrip("/") or "."
        return Located(f"{SNAPSHOTS}/{name}", _absolute(root))
    return Located(name, folder) if "://" in source else Located(source)


def _place_of(record: Document) -> Located:
    size = record["content_size"] if record["incremental"] else record["size"]
    return Located(record["name"], record["location"], size)


def _absolute(place: str) -> str:
    """A folder as it is meant where the command was called; an address as it is."""
    return place if "://" in place else str(Path(place).absolute())


def opened_record(
    lab: Lab, record: Document, identity: str | None
) -> AbstractContextManager[Opened]:
    """A backup by its record."""
    return opened_at(lab, _place_of(record), identity)


@contextmanager
def opened_at(lab: Lab, where: Located, identity: str | None) -> Iterator[Opened]:
    """The backup that is there."""
    if where.url is None:
        yield Opened(Path(where.name), where.name)
        return
    with at_place(lab, where.url) as place:
        is_snapshot = where.name.endswith(".json")
        opened = exported(place, where.name, identity) if is_snapshot else place.open(where.name)
        with opened as stream:
            yield Opened(stream, f"{where.name} in {where.url}", where.size)


def at_time(lab: Lab, name: str, time: str | None = None) -> Document:
    """The record of a strategy's newest backup, or of the newest up to a time.

    One that is known to be broken counts only where there is no other.

    Raises:
        NotFound: there is no such strategy, or no backup of it up to then.
    """
    strategy = get_strategy(lab, name)
    with at_place(lab, strategy.url) as place:
        records = reconcile(lab, name, backups_at(place, name, strategy), place)
    until = None if time is None else _moment(time)
    early = [one for one in records if until is None or _made_at(one) <= until]
    if not early:
        had = f"The first is of {_said(records[0])}." if records else "There is none yet."
        raise NotFound(f"There is no backup of {name}{f' up to {time}' if time else ''}. {had}")
    return ([one for one in early if one["health"] != "broken"] or early)[-1]


def _made_at(record: Document) -> datetime:
    return datetime.fromisoformat(record["made_at"])


def _said(record: Document) -> str:
    return f"{_made_at(record):%Y-%m-%d %H:%M} UTC"


def _moment(text: str) -> datetime:
    """The end of a day, or of the minute or second, that a text names."""
    found = TIME.fullmatch(text)
    try:
        moment = datetime.fromisoformat(text) if found else None
    except ValueError:
        moment = None
    if found is None or moment is None:
        raise Invalid(f"{text!r} is no time. Write 2026-11-22 or 2026-11-22T04:05.")
    known = next(name for name in ("exactly", "second", "minute", "day") if found[name])
    lasts = {
        "day": timedelta(days=1),
        "minute": timedelta(minutes=1),
        "second": timedelta(seconds=1),
    }
    end = moment + lasts.get(known, timedelta(0))
    return end if end.tzinfo else end.replace(tzinfo=UTC)


def identity_of(lab: Lab) -> str | None:
    """The private keys that drills and the page read encrypted backups with, where there are any.

    Raises:
        NotFound: the settings name a file that cannot be read.
    """
    path = lab.backup_plan.identity_file
    if path is None:
        return None
    try:
        return path.read_text()
    except OSError as exc:
        raise NotFound(
            f"The file {path}, which BACKUP_IDENTITY_FILE names, cannot be read: {exc.strerror}."
        ) from exc


def verified(lab: Lab, record: Document, identity: str | None, progress: Progress) -> Verdict:
    """Whether a backup is whole, by reading all of it."""
    return _verdict(opened_record(lab, record, identity), identity, progress)


def verified_source(
    lab: Lab, source: str, *, time: str | None, identity: str | None, progress: Progress
) -> Verdict:
    """Whether a backup is whole, as ``opened_source`` finds it."""
    return _verdict(opened_source(lab, source, time=time, identity=identity), identity, progress)


def _verdict(
    opening: AbstractContextManager[Opened], identity: str | None, progress: Progress
) -> Verdict:
    try:
        with opening as opened:
            return verify_archive(
                opened.stream, size=opened.size, identity=identity, progress=progress
            )
    except Invalid as exc:
        return refused(exc)
