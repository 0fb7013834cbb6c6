"""One consistent moment of a lab: its documents, and the files that they speak of.

The documents are put on the disk in one go. The bytes of files never change under their hash, so
these can be copied afterwards, while people go on working.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydatalab.backups.spool import Spool
from pydatalab.errors import Unavailable
from pydatalab.lab import Lab
from pydatalab.models.files import held_blobs
from pydatalab.models.progress import Progress
from pydatalab.models.steps import newest
from pydatalab.models.times import now
from pydatalab.store.kinds import FILES, ITEMS, LASTING_KINDS
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document

TELL_EVERY = 500
"""Documents between two words on the progress."""


@dataclass(frozen=True)
class Blob:
    """Bytes that files have or had."""

    size: int
    names: tuple[str, ...]
    """What the files are called."""


@dataclass
class Taken:
    """What a lab was at one moment."""

    made_at: str
    version: int = field(default_factory=newest)
    """Version of what the documents hold."""
    documents: dict[str, Spool] = field(default_factory=dict)
    """By the names of their kinds."""
    names: Spool | None = None
    """For each hash, what files and items have these bytes."""
    blobs: dict[str, Blob] = field(default_factory=dict)
    """By SHA-256."""
    deleted_items: int = 0
    """Items among the documents that people had deleted."""

    @property
    def counts(self) -> dict[str, int]:
        """Documents of each kind."""
        return {kind: lines.count for kind, lines in self.documents.items()}

    @property
    def size(self) -> int:
        """Bytes of everything."""
        documents = sum(lines.size for lines in self.documents.values())
        return documents + sum(blob.size for blob in self.blobs.values())


@contextmanager
def taken(lab: Lab, progress: Progress) -> Iterator[Taken]:
    """This moment of a lab, kept until the end of the block."""
    with lab.store.snapshot() as snapshot:
        moment = take(snapshot, lab.folder, progress)
    try:
        yield moment
    finally:
        release(moment)


def take(snapshot: Snapshot, folder: Path, progress: Progress) -> Taken:
    """All that a snapshot shows, put into files without names in a folder; release it in the end."""
    moment = Taken(now())
    try:
        _take_documents(snapshot, folder, moment, progress)
    except BaseException as exc:
        release(moment)
        if isinstance(exc, OSError):
            raise Unavailable(f"The disk of {folder} cannot be written: {exc.strerror}.") from exc
        raise
    return moment


def release(moment: Taken) -> None:
    """Let go of the files that a moment is kept in."""
    for lines in (*moment.documents.values(), moment.names):
        if lines is not None:
            lines.close()


def _take_documents(snapshot: Snapshot, folder: Path, moment: Taken, progress: Progress) -> None:
    held_by: dict[str, list[str]] = defaultdict(list)
    moment.names = names = Spool(folder)
    for kind in LASTING_KINDS:
        lines, total = Spool(folder), snapshot.count(kind.name)
        moment.documents[kind.name] = lines
        for document in snapshot.documents(kind.name):
            lines.add(document)
            if kind is ITEMS:
                moment.deleted_items += bool(document.get("deleted_at"))
                for file_id in document.get("file_ObjectIds") or ():
                    held_by[file_id].append(document["refcode"])
            if kind is FILES:
                _note(moment, names, document, held_by.get(document["immutable_id"], []))
            if lines.count % TELL_EVERY == 0:
                progress.tell(f"Reading {kind.name}", lines.count, total)
        lines.end()
    names.end()


def _note(moment: Taken, names: Spool, file: Document, items: list[str]) -> None:
    """Remember which bytes a file has or had."""
    name = file.get("original_name") or file.get("name") or ""
    for revision, (sha256, size) in enumerate(held_blobs(file)):
        known = moment.blobs.get(sha256)
        if known is None or name not in known.names:
            moment.blobs[sha256] = Blob(size, (*(known.names if known else ()), name))
        line: dict[str, Any] = {"sha256": sha256, "name": name, "size": size, "items": items}
        names.add(line | {"file": file["immutable_id"], "replaced": revision > 0})
