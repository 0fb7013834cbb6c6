"""Moves a lab's documents from one engine, or place, to another. Its files stay where they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from pydatalab.errors import Conflict, Unavailable
from pydatalab.migrations.comparing import (
    Recorder,
    Standing,
    differing,
    digests_of,
    is_empty,
    lasting,
    standing,
)
from pydatalab.models.progress import Progress
from pydatalab.store.kinds import BACKUPS, EXPORTS, JOBS, RESTORES, SCHEDULES
from pydatalab.store.port import Snapshot, Store, Table
from pydatalab.store.query import Document

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
        changed = not _is_there(snapshot, target)
        recorder = Recorder()
        if changed:
            for kind, table in _of_the_server(target).items():
                _put_all(table, snapshot.documents(kind))
            target.load(recorder.watching(_told(lasting(snapshot), progress)))
        else:
            for _ in recorder.watching(lasting(snapshot)):
                pass
        for kind in _of_the_server(target):
            for _ in recorder.watching((kind, one) for one in snapshot.documents(kind)):
                pass
    _compare(source, target, recorder, progress)
    return Moved({kind: len(found) for kind, found in recorder.digests.items() if found}, changed)


def _is_there(snapshot: Snapshot, target: Store) -> bool:
    """Whether the target has everything already.

    Raises:
        Conflict: it has something else.
    """
    with target.snapshot() as found:
        if is_empty(found):
            return False
        there = digests_of(lasting(found))
    became = standing(there, digests_of(lasting(snapshot)))
    if became in (Standing.WORKED_ON, Standing.OTHER):
        raise Conflict(
            f"There are other documents already: {len(there['items']):,} items and"
            f" {len(there['users']):,} people. Move to a place that is empty."
        )
    return became is Standing.SAME


def _compare(source: Store, target: Store, recorder: Recorder, progress: Progress) -> None:
    """Look at both sides, as they are now.

    Raises:
        Conflict: the source is not what it was.
        Unavailable: the target is not what was written.
    """
    kinds = list(_of_the_server(target))
    progress.tell("Comparing")
    with target.snapshot() as snapshot:
        there = digests_of(_all(snapshot, kinds))
    if wrong := differing(there, recorder.digests):
        raise Unavailable(f"Not all documents arrived: {wrong}. Run this again.")
    with source.snapshot() as snapshot:
        now = digests_of(_all(snapshot, kinds))
    if wrong := differing(now, recorder.digests):
        raise Conflict(
            f"Somebody wrote meanwhile: {wrong}. Stop the server, empty the new place, and move again."
        )


def _of_the_server(store: Store) -> Mapping[str, Table]:
    """What tells of a server and its folder, by the names of kinds."""
    return {
        EXPORTS.name: store.exports,
        JOBS.name: store.jobs,
        SCHEDULES.name: store.schedules,
        BACKUPS.name: store.backups,
        RESTORES.name: store.restores,
    }


def _all(snapshot: Snapshot, kinds: list[str]) -> Iterator[tuple[str, Document]]:
    yield from lasting(snapshot)
    for kind in kinds:
        for document in snapshot.documents(kind):
            yield kind, document


def _put_all(table: Table, documents: Iterator[Document]) -> None:
    """Write documents over those of the same ids.

    Raises:
        Conflict: what must be unique is taken.
    """
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
