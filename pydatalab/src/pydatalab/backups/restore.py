"""Brings a lab back as an archive has it: all of it, or one item."""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydatalab.backups import kept
from pydatalab.backups.gathering import SIGN_INS, Gathered, gathered
from pydatalab.backups.one_item import put_back
from pydatalab.errors import Conflict, DatalabError, Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.words import counted
from pydatalab.store.fresh import is_fresh
from pydatalab.store.kinds import ITEMS, RESTORES
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    counts: Mapping[str, int]
    """Documents of each kind that were written."""
    files: int
    """Files whose bytes were not there before."""
    kept: Path | None
    """Archive of the documents that were there before, until the restore is confirmed."""
    notes: tuple[str, ...] = ()
    """What somebody should look at, in sentences."""
    refcode: str | None = None
    """Of the one item, where one was restored."""


def restore_archive(
    lab: Lab,
    source: Path | BinaryIO,
    *,
    item: str | None = None,
    replace: bool = False,
    size: int | None = None,
    identity: str | None = None,
    progress: Progress,
) -> Restored:
    """Restore an archive, of datalab or of the datalab before it.

    Everything is read and compared with its hash first, so a broken archive changes nothing. All
    documents change at one moment, beside a running server too. Accounts, keys and sessions are
    those of the archive; besides, keys and sessions of today go on for people who are in it.

    Args:
        source: the file, or a stream of its bytes, which is read once from its beginning.
        item: refcode or id of the one item to restore, or id that it had when it was deleted;
            ``None``: everything.
        replace: whether to go on where the lab, or the item, is there already.
        size: bytes of the stream, for the progress, where it cannot tell that itself.
        identity: secret key of age (``AGE-SECRET-KEY-1…``), for an archive that is encrypted.

    Raises:
        NotFound: there is no such file, or no such item in it.
        Conflict: the lab is not empty, or the item is there, and ``replace`` is not given.
        Invalid: the archive is broken, hostile, or a newer datalab made it.
        Unavailable: the disk is full.
        Cancelled: somebody asked to stop; nothing has changed.
    """
    with kept.alone(lab):
        if item is None and not replace:
            with lab.store.snapshot() as snapshot:
                _require_empty(snapshot)
        with gathered(
            lab, source, item=item, size=size, identity=identity, progress=progress
        ) as found:
            if item is None:
                with ThreadPoolExecutor(1, thread_name_prefix="restore") as beside:
                    settling = beside.submit(found.delivery.settle)
                    counts, path = _load(lab, found, settling, replace, progress)
                files, refcode = settling.result(), None
                notes = (*found.notes, *_without_bytes(lab, found, files))
            else:
                files, path = found.delivery.settle(), None
                counts, notes = put_back(lab, found, replace)
                refcode = next(found.of_kind(ITEMS.name))["refcode"]
    return Restored(counts, len(files), path, tuple(notes), refcode)


def confirm_restore(lab: Lab) -> int:
    """Let go of what was there before all restores; how many these were."""
    with kept.alone(lab):
        records = kept.unconfirmed(lab)
        for record in records:
            kept.settle(lab, record, kept.CONFIRMED)
    return len(records)


def undo_restore(lab: Lab, progress: Progress) -> Restored:
    """Bring back what was there before the last restore; that can be undone, too.

    Raises:
        NotFound: there is none that was not confirmed.
    """
    records = kept.unconfirmed(lab)
    if not records:
        raise NotFound("There is no restore to undo: none was made, or it was confirmed.")
    restored = restore_archive(lab, kept.path_of(lab, records[0]), replace=True, progress=progress)
    kept.settle(lab, records[0], kept.UNDONE)
    return restored


def _load(
    lab: Lab,
    found: Gathered,
    settling: "Future[Collection[str]]",
    replace: bool,
    progress: Progress,
) -> tuple[Mapping[str, int], Path | None]:
    """Put all documents in the place of those that are there, but not before the files have settled.

    Meanwhile nobody can write, a progress that is kept in the store neither.
    """
    with lab.store.snapshot() as snapshot:
        sign_ins = list(_lasting_sign_ins(snapshot, found))
    record = kept.new_record(lab, found.made_at) if replace else None

    def before(snapshot: Snapshot) -> None:
        if record is None:
            _require_empty(snapshot)
        else:
            kept.keep(lab, snapshot, kept.path_of(lab, record))

    def documents() -> Iterator[tuple[str, Document]]:
        yield from found.documents()
        yield from sign_ins
        if record is not None:
            yield RESTORES.name, record
        settling.result()  # what is written so far counts only once these documents have ended

    progress.tell("Writing documents", 0, found.total)
    try:
        counts = lab.store.load(documents(), before=before)
    except DatalabError as exc:
        if record is not None:
            kept.forget(lab, record)
        if isinstance(exc, Conflict) and not exc.details.get("full"):
            said = f"The archive is broken: two of its documents clash. {exc.message}"
            raise Invalid(said) from exc
        raise
    path = kept.path_of(lab, record) if record is not None else None
    return {kind: n for kind, n in counts.items() if kind != RESTORES.name}, path


def _lasting_sign_ins(snapshot: Snapshot, found: Gathered) -> Iterator[tuple[str, Document]]:
    """Today's sessions and keys of people whom the archive has too."""
    for kind in SIGN_INS:
        for document in snapshot.documents(kind):
            person = document.get("user") or document["immutable_id"]
            known = {document["immutable_id"], document.get("hash")} & found.sign_ins
            if person in found.people and not known:
                yield kind, document


def _require_empty(snapshot: Snapshot) -> None:
    """Go on only if nothing is in the lab but what its first start makes.

    Raises:
        Conflict: something is.
    """
    if not is_fresh(snapshot):
        items = counted(snapshot.count("items"), "item")
        people = counted(snapshot.count("users"), "person", "people")
        raise Conflict(
            f"This lab is not empty: it has {items} and {people}. Say --yes to replace all of them by"
            " those of the archive.",
            full=True,
        )


def _without_bytes(lab: Lab, found: Gathered, came: Collection[str]) -> tuple[str, ...]:
    """A word on files whose bytes neither the archive nor the file store has."""
    lost = sum(1 for one in found.held if one not in came and not lab.vault.exists(one))
    return (f"The bytes of {lost:,} files are in neither archive nor file store.",) if lost else ()
