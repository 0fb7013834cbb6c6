"""Moves a lab's documents from one engine, or place, to another. Its files stay where they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from pydatalab.errors import Conflict, Unavailable
from pydatalab.migrations.comparing import (
    Digests,
    Standing,
    differing,
    digests_of,
    lasting,
    standing,
)
from pydatalab.models.progress import Progress
from pydatalab.store.fresh import is_fresh
from pydatalab.store.kinds import BACKUPS, EXPORTS, JOBS, RESTORES, SCHEDULES
from pydatalab.store.port import Snapshot, Store, Table
from pydatalab.store.query import EVERYTHING, Document

AT_ONCE = 500


@dataclass(frozen=True)
class Moved:
    """What a move did."""

    written: Mapping[str, int]
    """Documents of each kind that are in the new place."""
    changed: bool
    """Whether anything had to be written."""


def move(source: Store, target: Store, progress: Progress) -> Moved:
    """Copy all documents, and compare them all; the source is only read.

    Moved is also what tells of the server (jobs, what was backed up), since its folder stays; but not
    who does something at the moment. Interrupted, it completes when it is run again.

    Raises:
        Conflict: the target has other documents, or somebody wrote to the source meanwhile.
        Unavailable: what is there is not what was written, or something is away.
    """
    with source.snapshot() as snapshot:
        expected = digests_of(_all(snapshot))
        changed = not _is_there(expected, target)
        if changed:
            for kind, table in _of_the_server(target).items():
                _fill(table, snapshot.documents(kind))
            target.load(_told(lasting(snapshot), progress))
    progress.tell("Comparing")
    with target.snapshot() as snapshot:
        if wrong := differing(digests_of(_all(snapshot)), expected):
            raise Unavailable(f"Not all documents arrived: {wrong}. Run this again.")
    with source.snapshot() as snapshot:
        if wrong := differing(digests_of(_all(snapshot)), expected):
            raise Conflict(
                f"Somebody wrote meanwhile: {wrong}. Stop the server, empty the new place, and move"
                " again."
            )
    return Moved({kind: len(found) for kind, found in expected.items() if found}, changed)


def _is_there(expected: Digests, target: Store) -> bool:
    """Whether the target has everything already.

    Raises:
        Conflict: it has something else.
    """
    with target.snapshot() as snapshot:
        if is_fresh(snapshot):
            return False
        there = digests_of(_all(snapshot))
    became = standing(there, expected)
    if became in (Standing.WORKED_ON, Standing.OTHER):
        raise Conflict(
            f"There are other documents already: {len(there['items']):,} items and"
            f" {len(there['users']):,} people. Move to a place that is empty."
        )
    return became is Standing.SAME


def _of_the_server(store: Store) -> Mapping[str, Table]:
    """What tells of a server and its folder, by the names of kinds."""
    return {
        EXPORTS.name: store.exports,
        JOBS.name: store.jobs,
        SCHEDULES.name: store.schedules,
        BACKUPS.name: store.backups,
        RESTORES.name: store.restores,
    }


def _all(snapshot: Snapshot) -> Iterator[tuple[str, Document]]:
    """What is moved."""
    yield from lasting(snapshot)
    for kind in (EXPORTS, JOBS, SCHEDULES, BACKUPS, RESTORES):
        for document in snapshot.documents(kind.name):
            yield kind.name, document


def _fill(table: Table, documents: Iterator[Document]) -> None:
    """Let these be all documents of a table; what a server that was started there made goes.

    Raises:
        Conflict: what must be unique is taken.
    """
    table.remove(EVERYTHING)
    while some := list(islice(documents, AT_ONCE)):
        for conflict in table.put_all(some):
            if conflict is not None:
                raise conflict


def _told(
    documents: Iterator[tuple[str, Document]], progress: Progress
) -> Iterator[tuple[str, Document]]:
    """The same documents; ``progress`` hears how many they were."""
    for number, document in enumerate(documents):
        progress.tell("Moving documents", number)
        yield document
