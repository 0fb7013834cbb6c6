"""Takes the database and the files of the datalab before this one over.

The database is replaced in its own place, or read into a lab that is still empty. Files stay where
they lie. Whatever interrupts an adoption, running it again completes it; running it once more
changes nothing.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydatalab.chemistry.masses import masses_of
from pydatalab.errors import Conflict, NotFound, Unavailable
from pydatalab.files.writer import Blob
from pydatalab.lab import Lab
from pydatalab.migrations.comparing import (
    Recorder,
    Standing,
    differing,
    digests_of,
    lasting,
    standing,
)
from pydatalab.migrations.stored_files import Hashes, StoredFiles
from pydatalab.models.adopting import KINDS, Adoption, some_of
from pydatalab.models.existing import LEFT_OUT
from pydatalab.models.progress import Progress
from pydatalab.models.times import now
from pydatalab.store.fresh import is_fresh
from pydatalab.store.kinds import KINDS as STORED_KINDS
from pydatalab.store.kinds import LASTING_KINDS
from pydatalab.store.query import Document

FOLDER = "before-adoption"
"""Folder of the lab with what a database held before it was replaced."""

HASHES = "adopted-files.jsonl"

OURS_ALONE = tuple(kind.name for kind in LASTING_KINDS if kind.name not in KINDS)
"""Kinds that a datalab before this one did not know."""


class ExistingDatabase(Protocol):
    """A database to adopt; nothing here writes."""

    @property
    def name(self) -> str: ...
    def is_ours(self) -> bool:
        """Whether there is nothing to adopt: it is empty, or was adopted."""

    def counts(self) -> Mapping[str, int]:
        """How many documents each collection has."""

    def raw(self, collection: str) -> Iterator[bytes]:
        """The documents of a collection as BSON."""

    def documents(self, collection: str) -> Iterator[Mapping[str, Any]]:
        """The documents of a collection, always in the same order."""

    def ours(self, raw: Mapping[str, Any]) -> Document | None:
        """The document of ours that this one is, if it is one."""

    def digest(self) -> str:
        """Another text as soon as anything is written."""


@dataclass
class Adopted:
    """What an adoption did, or would do."""

    found: Mapping[str, int]
    """Documents of each collection of the existing database."""
    written: Mapping[str, int] = field(default_factory=dict)
    """Documents of each kind that were made of them."""
    files: Mapping[str, int] = field(default_factory=dict)
    """How many files are kept in which way: ``linked``, ``pointed``, ``copied``, ``known``; in a
    rehearsal, how many were ``found``."""
    notes: tuple[str, ...] = ()
    """What somebody should look at."""
    kept: Path | None = None
    """Dump of what was there before, if that was replaced."""
    changed: bool = True
    """Whether anything was written."""


def adopt(
    lab: Lab,
    source: ExistingDatabase,
    stored: StoredFiles,
    *,
    in_place: bool,
    progress: Progress,
) -> Adopted:
    """Bring all documents of an existing database into a lab, and its files into the file store.

    Args:
        lab: where to; empty, unless an adoption of this database was interrupted or is done.
        source: where from; nobody writes to it meanwhile.
        stored: its files.
        in_place: whether the lab's database is that very one.
        progress: hears how far it is.

    Raises:
        NotFound: there is nothing to adopt.
        Conflict: the lab has other documents, or somebody wrote to the database.
        Unavailable: a file cannot be read, or something is away.
    """
    counts = source.counts()
    if source.is_ours():
        return _nothing_left(counts)
    existing = _Existing(source, stored)
    before = source.digest()
    hashes = Hashes(lab.folder / HASHES)
    for raw in source.documents("files"):
        if source.ours(raw) is None:
            stored.take(raw, lab.vault, hashes)
    os.sync()
    adoption = Adoption(existing, lab.prefix, masses_of)
    if not in_place and (done := _stands_already(lab, adoption, counts)):
        return done
    kept = keep(source, lab.folder / FOLDER) if in_place else None
    written = _load(lab, adoption, source, before, progress)
    notes = (*adoption.notes, *_more_notes(source, stored, counts))
    return Adopted(counts, written, dict(stored.ways), notes, kept)


def rehearse(source: ExistingDatabase, stored: StoredFiles, prefix: str) -> Adopted:
    """What ``adopt`` would do; nothing is written, and no file is read.

    Raises:
        NotFound: there is nothing to adopt.
    """
    counts = source.counts()
    if source.is_ours():
        return _nothing_left(counts)
    adoption = Adoption(_Existing(source, stored), prefix, masses_of)
    written = {kind.name: 0 for kind in LASTING_KINDS}
    for kind, _ in adoption.documents():
        written[kind] += 1
    found = sum(len(stored.paths_of(raw)) for raw in source.documents("files"))
    notes = (*adoption.notes, *_more_notes(source, stored, counts))
    return Adopted(counts, written, {"found": found}, notes, changed=False)


def keep(source: ExistingDatabase, folder: Path) -> Path:
    """Write all documents of a database to files as MongoDB's own tools do, so that these can bring it
    back; the folder with them.

    Raises:
        Unavailable: the disk is full.
    """
    whole = folder / now()[:26].replace(":", "")
    part = folder / "writing"
    try:
        if part.exists():  # somebody was interrupted
            shutil.rmtree(part)
        (part / source.name).mkdir(mode=0o700, parents=True)
        for collection in source.counts():
            with (part / source.name / f"{collection}.bson").open("wb") as dump:
                dump.writelines(source.raw(collection))
        os.sync()
        return part.rename(whole)
    except OSError as exc:
        raise Unavailable(f"{whole} cannot be written: {exc.strerror}.") from exc


class _Existing:
    """A database and its files, as an adoption reads them."""

    def __init__(self, source: ExistingDatabase, stored: StoredFiles) -> None:
        self._source, self._stored = source, stored

    def documents(self, collection: str) -> Iterator[Mapping[str, Any]]:
        return self._source.documents(collection)

    def ours(self, raw: Mapping[str, Any]) -> Document | None:
        return self._source.ours(raw)

    def bytes_of(self, raw: Mapping[str, Any]) -> tuple[Blob | None, Mapping[str, Blob]]:
        return self._stored.of(raw)


def _nothing_left(counts: Mapping[str, int]) -> Adopted:
    """The answer where no document needs to be adopted."""
    if not counts.get("items") and not counts.get("users"):
        raise NotFound("This is no database of datalab: it holds neither items nor people.")
    return Adopted(counts, changed=False)


def _stands_already(lab: Lab, adoption: Adoption, counts: Mapping[str, int]) -> Adopted | None:
    """The answer where the lab has all this already.

    Raises:
        Conflict: it has something else.
    """
    with lab.store.snapshot() as snapshot:
        if is_fresh(snapshot):
            return None
        there = digests_of(lasting(snapshot))
    found = standing(there, digests_of(adoption.documents()))
    if found is Standing.PART:
        return None
    if found is Standing.OTHER:
        raise Conflict(
            f"This lab is not empty: it has {len(there['items']):,} items and {len(there['users']):,}"
            " people. Adopt into a fresh one: another PYDATALAB_DATA_DIRECTORY or PYDATALAB_MONGO_URI."
        )
    return Adopted(counts, notes=tuple(adoption.notes), changed=False)


def _load(
    lab: Lab, adoption: Adoption, source: ExistingDatabase, before: str, progress: Progress
) -> Mapping[str, int]:
    """Replace what the lab has, and compare what is there afterwards.

    Raises:
        Conflict: somebody wrote to the database meanwhile.
        Unavailable: what is there is not what was written.
    """
    recorder = Recorder()

    def documents() -> Iterator[tuple[str, Document]]:
        for number, document in enumerate(_with_ours(adoption, source)):
            progress.tell("Writing documents", number)
            yield document
        if source.digest() != before:
            raise Conflict(
                "Somebody wrote to the database. Stop the old server and run this again."
            )

    written = lab.store.load(recorder.watching(documents()))
    with lab.store.snapshot() as snapshot:
        there = digests_of(lasting(snapshot))
    if wrong := differing(there, recorder.digests):
        raise Unavailable(f"Not all documents arrived: {wrong}. Run this again.")
    return written


def _with_ours(adoption: Adoption, source: ExistingDatabase) -> Iterator[tuple[str, Document]]:
    """All that is adopted, and what this datalab wrote to the database if it did so already."""
    yield from adoption.documents()
    for kind in OURS_ALONE:
        for raw in source.documents(kind):
            if document := source.ours(raw):
                yield kind, document


def _more_notes(
    source: ExistingDatabase, stored: StoredFiles, counts: Mapping[str, int]
) -> Iterator[str]:
    """What stays behind, and what nobody could do afterwards."""
    for name in sorted(counts.keys() - {*KINDS, *LEFT_OUT, *(kind.name for kind in STORED_KINDS)}):
        yield f"{name} stays behind ({counts[name]:,}): datalab knows no such collection."
    left = stored.without_record({str(raw["_id"]) for raw in source.documents("files")})
    if left:
        yield f"{some_of(left)}: no record speaks of these files; they stay where they lie."
    if not any(raw.get("role") == "admin" for raw in source.documents("roles")):
        yield "Nobody is an administrator. Make somebody one: pydatalab admin.set-role"
