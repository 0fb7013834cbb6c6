"""Strategies as they are set up: what each is called, where it keeps its backups, what is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pydatalab.backups.names import time_in
from pydatalab.backups.records import begin, change, find_records, made_here
from pydatalab.backups.repository import SNAPSHOTS
from pydatalab.backups.retention import Aged
from pydatalab.backups.wholeness import damage_of
from pydatalab.errors import NotFound
from pydatalab.files.destinations import Destination, Stored, open_destination
from pydatalab.lab import Lab
from pydatalab.models.strategies import Strategy
from pydatalab.models.times import now
from pydatalab.store.query import Document


def get_strategy(lab: Lab, name: str) -> Strategy:
    """A strategy by its name.

    Raises:
        NotFound: there is none; the message lists those that there are.
    """
    strategies = lab.backup_plan.strategies
    if name not in strategies:
        raise NotFound(f"There is no backup strategy {name!r}. {listed(lab)}")
    return strategies[name]


def listed(lab: Lab) -> str:
    """The strategies that there are, in a sentence."""
    names = ", ".join(lab.backup_plan.strategies)
    return f"There are: {names}." if names else "BACKUP_STRATEGIES in the settings names none."


@contextmanager
def at_place(lab: Lab, url: str) -> Iterator[Destination]:
    """Where backups are kept, connected until the end of the block."""
    place = open_destination(url, base=lab.folder, keys=lab.keys)
    try:
        yield place
    finally:
        place.close()


def backups_at(place: Destination, name: str, strategy: Strategy) -> list[Stored]:
    """The whole backups of a strategy, in the order in which they were made."""
    folder = SNAPSHOTS if strategy.incremental else ""
    found = [one for one in place.find(folder) if _is_ours(one.name, name, strategy)]
    return sorted(found, key=lambda one: (time_in(one.name, name), one.name))


def _is_ours(file: str, name: str, strategy: Strategy) -> bool:
    return time_in(file, name) is not None and file.endswith(".json") == strategy.incremental


def reconcile(lab: Lab, name: str, found: list[Stored], place: Destination) -> list[Document]:
    """The records of the backups that are there, in their order: the missing ones are written, and
    those of backups that somebody took away, or that are not whole, say so."""
    records = {
        record["name"]: record
        for record in find_records(lab, strategy=name, state="done")
        if record["location"] == place.url and record["removed_at"] is None
    }
    names = {one.name for one in found}
    for record in records.values():
        if record["name"] not in names:
            change(lab, record["immutable_id"], {"removed_at": now()})
    return [_known(lab, name, records.get(one.name), one, place) for one in found]


def _known(
    lab: Lab, name: str, record: Document | None, one: Stored, place: Destination
) -> Document:
    """The record of a backup that is there; what others brought is looked at when it is new, or another."""
    is_own = record is not None and made_here(record)
    if record is not None and not is_own and record["size"] == one.size:
        return record
    damage = damage_of(place, one, record)
    if record is not None and is_own and record.get("damage") == damage:
        return record
    known = record or _adopted(lab, name, one, place)
    fields: dict[str, Any] = {"damage": damage}
    if not is_own:
        fields["size"] = one.size
    if damage or known.get("damage"):
        fields["health"] = "broken" if damage else "untested"
    return change(lab, known["immutable_id"], fields)


def _adopted(lab: Lab, name: str, one: Stored, place: Destination) -> Document:
    """The record of a backup that was made before this database, or by another server."""
    time = time_in(one.name, name)
    made_at = time.isoformat() if time else one.modified_at
    fields: dict[str, Any] = {"started_at": made_at, "ended_at": one.modified_at}
    return begin(
        lab, name, state="done", name=one.name, location=place.url, size=one.size,
        made_at=made_at, incremental=one.name.endswith(".json"),
        encrypted=one.name.endswith(".age"), **fields,
    )  # fmt: skip


def aged(record: Document) -> Aged:
    """A backup as retention sees it."""
    return Aged(record["name"], datetime.fromisoformat(record["made_at"]))
