"""What was there before a restore: kept as an archive of documents until somebody confirms.

The bytes of files stay where they are, so documents are all that must be kept.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydatalab.backups.archive import write_documents
from pydatalab.backups.snapshot import release, take
from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.progress import Silent
from pydatalab.models.times import now
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document, Is, Order, Query

FOLDER = "before-restore"

UNCONFIRMED, CONFIRMED, UNDONE = "unconfirmed", "confirmed", "undone"

MOST = 1_000
"""Restores that are looked at."""


@contextmanager
def alone(lab: Lab) -> Iterator[None]:
    """Be the only one that restores, until the end of the block.

    Raises:
        Conflict: somebody else is at it.
    """
    folder = lab.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another restore is under way. Wait until it has ended.") from None
        _sweep(lab, folder)
        yield
    finally:
        os.close(handle)


def keep(lab: Lab, snapshot: Snapshot, path: Path) -> None:
    """Write what a snapshot shows to an archive of its own."""
    moment = take(snapshot, lab.folder, Silent())
    try:
        write_documents(lab, moment, path)
    finally:
        release(moment)


def new_record(lab: Lab, shows: str | None) -> Document:
    """What the lab knows of a restore: it counts from the moment that this is in the store, and what
    is kept for it is there.

    Args:
        shows: the moment to which the lab goes back, if its archive says so.
    """
    last = lab.store.restores.find(Query(order=Order("number", descending=True), limit=1)).documents
    time = now()
    return {
        "immutable_id": new_object_id(),
        "number": last[0]["number"] + 1 if last else 1,
        "state": UNCONFIRMED,
        "kept": _free_name(lab.folder / FOLDER, time),
        "restored_at": time,
        "shows": shows,
        "edit": 1,
    }


def unconfirmed(lab: Lab) -> list[Document]:
    """The restores that nobody has confirmed, the newest first; those that happened."""
    newest_first = Order("number", descending=True)
    query = Query(Is("state", UNCONFIRMED), newest_first, limit=MOST)
    found = lab.store.restores.find(query).documents
    return [record for record in found if path_of(lab, record).exists()]


def path_of(lab: Lab, record: Document) -> Path:
    """Where the archive is of what was there before a restore."""
    return lab.folder / FOLDER / str(record["kept"])


def settle(lab: Lab, record: Document, state: str) -> None:
    """Say what became of a restore, and let go of what was kept for it."""
    lab.store.restores.replace(record | {"state": state, "edit": record["edit"] + 1})
    path_of(lab, record).unlink(missing_ok=True)


def forget(lab: Lab, record: Document) -> None:
    """Let go of a restore that came to nothing."""
    path_of(lab, record).unlink(missing_ok=True)
    lab.store.restores.remove(Is("immutable_id", record["immutable_id"]))


def _free_name(folder: Path, moment: str) -> str:
    stamp = moment[:19].replace(":", "")
    names = (f"{stamp}{ending}.tar.zst" for ending in ("", *(f"-{n}" for n in range(2, 100))))
    return next(name for name in names if not (folder / name).exists())


def _sweep(lab: Lab, folder: Path) -> None:
    """Remove what restores left behind that came to nothing."""
    needed = {record["kept"] for record in unconfirmed(lab)}
    for path in folder.glob("*.tar.zst"):
        if path.name not in needed:
            path.unlink()
