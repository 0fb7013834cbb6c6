"""Reads one archive from its beginning to its end, and trusts nothing that it says."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from pydatalab.backups.archive import MANIFEST, MANIFEST_SUM, NAMES, README, SETTINGS
from pydatalab.backups.manifest import Manifest, Part, read_manifest
from pydatalab.backups.reader import Reader, Source
from pydatalab.backups.tape import Member, members
from pydatalab.errors import Invalid, NotFound
from pydatalab.files.digests import Chunk, digested
from pydatalab.files.lane import Lane
from pydatalab.models.files import held_blobs
from pydatalab.models.progress import Progress
from pydatalab.models.steps import newest
from pydatalab.store.kinds import FILES, ITEMS, KINDS, LASTING_KINDS
from pydatalab.store.query import Document

_DOCUMENTS = re.compile(r"documents/([a-z_]+)\.jsonl")
_BLOB = re.compile(r"files/blobs/([0-9a-f]{2})/([0-9a-f]{62})")

LARGEST_HEAD = 2_000_000_000
"""Bytes that a manifest, or another part that is held in memory, may have."""

LONGEST_LINE = 200_000_000
"""Bytes that one document may have."""


class Taker:
    """What is done with the parts of an archive while it is read; here: nothing."""

    def document(self, kind: str, document: Document, line: bytes) -> None:
        """A document of a kind; those of a kind come together, items first."""

    def blob(self, sha256: str, size: int, chunks: Iterator[Chunk]) -> None:
        """The bytes of a file, which are those of this hash if ``chunks`` end without an error."""
        for _ in chunks:
            pass

    def altered(self, sha256: str) -> None:
        """Bytes that were handed over are not those of their hash: the manifest must have said so."""


@dataclass
class _Read:
    """What was found so far."""

    parts: dict[str, Part] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    deleted_items: int = 0
    altered: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    """Hashes that the records of files name."""

    def note(self, name: str, size: int, digest: Any) -> None:
        """A part has been read to its end."""
        self.parts[name] = Part(size, digest.hexdigest())
        found = _BLOB.fullmatch(name)
        if found and self.parts[name].sha256 != found[1] + found[2]:
            self.altered.add(found[1] + found[2])


def opened(source: Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    """The bytes of an archive.

    Raises:
        NotFound: there is no such file.
    """
    if not isinstance(source, Path):
        return nullcontext(source)
    try:
        return source.open("rb")
    except FileNotFoundError:
        raise NotFound(f"There is no file {source}.") from None
    except OSError as exc:
        raise NotFound(f"{source} cannot be read: {exc.strerror}.") from exc


def read_tape(reader: Reader, taker: Taker, progress: Progress) -> Manifest:
    """Hand the parts of an archive to ``taker``, and then see whether it is whole.

    What was handed over counts only if this returns.

    Raises:
        Invalid: it is broken, cut short, hostile, or a newer datalab made it.
    """
    manifest = read_members(members(reader), taker, progress, reader.source)
    reader.require_seal(manifest.compression)
    return manifest


def read_members(
    found: Iterable[Member], taker: Taker, progress: Progress, source: Source
) -> Manifest:
    """Hand the files of a tar to ``taker``, and then see whether all are there, as ``read_tape``."""
    read, manifest, manifest_part, names = _Read(), None, None, set()
    with closing(Lane("digest")) as beside:
        for member in found:
            if member.name == MANIFEST_SUM and manifest_part is not None:
                _check_sum(member, manifest_part)
                manifest_part = None
                continue
            if manifest is not None:
                raise Invalid(f"The archive is broken: {member.name} stands behind its manifest.")
            if member.name == MANIFEST:
                raw = _all(member)
                manifest, manifest_part = read_manifest(raw), _part_of(raw)
                continue
            if member.name in names:
                raise Invalid(f"The archive is broken: it has {member.name} twice.")
            names.add(member.name)
            _read_part(member, read, taker, beside)
            progress.tell("Reading the archive, bytes", source.done, source.size)
    if manifest is None or manifest_part is not None:
        raise Invalid("The archive is cut short: it has no manifest.")
    for sha256 in read.altered:
        taker.altered(sha256)
    _compare(read, manifest)
    return manifest


def _read_part(member: Member, read: _Read, taker: Taker, beside: Lane) -> None:
    """Look at one part; its hash is taken beside that and what follows."""
    name, digest = member.name, hashlib.sha256()

    def update(chunk: Chunk) -> None:
        beside.add(partial(digest.update, chunk), len(chunk))

    chunks = digested(member.chunks, update)
    if found := _DOCUMENTS.fullmatch(name):
        _read_documents(found[1], chunks, read, taker)
    elif found := _BLOB.fullmatch(name):
        taker.blob(found[1] + found[2], member.size, chunks)
    elif name not in {README, SETTINGS, NAMES}:
        raise Invalid(f"The archive holds {name!r}, which is no part of a backup.")
    for _ in chunks:
        pass
    beside.add(partial(read.note, name, member.size, digest))


def _read_documents(kind: str, chunks: Iterator[Chunk], read: _Read, taker: Taker) -> None:
    if kind not in {one.name for one in LASTING_KINDS}:
        raise Invalid(f"The archive holds documents of a kind that is unknown here: {kind}.")
    read.counts[kind] = 0
    for line in _lines(chunks):
        document = _document(kind, line)
        if kind == FILES.name:
            read.held.update(sha256 for sha256, _ in held_blobs(document))
        if kind == ITEMS.name and document.get("deleted_at"):
            read.deleted_items += 1
        taker.document(kind, document, line)
        read.counts[kind] += 1


def _compare(read: _Read, manifest: Manifest) -> None:
    """Go on only if an archive is what its manifest says."""
    if manifest.schema_version > newest():
        raise Invalid(
            f"A newer datalab ({manifest.datalab_version}) made this archive. Restore it with that."
        )
    if manifest.parts.keys() != read.parts.keys():
        wrong = sorted(manifest.parts.keys() ^ read.parts.keys())[0]
        raise Invalid(f"The archive is broken: {wrong} is not as its manifest says.")
    for name, part in read.parts.items():
        if manifest.parts[name] != part:
            raise Invalid(f"The archive is broken: {name} is not what was written.")
    deleted = (None, read.deleted_items)
    if dict(manifest.counts) != read.counts or manifest.deleted_items not in deleted:
        raise Invalid("The archive is broken: it has not as many documents as its manifest says.")
    if manifest.altered.keys() != read.altered:
        raise Invalid("The archive is broken: a file in it is not that of its hash.")
    if manifest.with_files:
        blobs = {f"{found[1]}{found[2]}" for found in map(_BLOB.fullmatch, read.parts) if found}
        if read.held != blobs | manifest.missing.keys() or blobs & manifest.missing.keys():
            raise Invalid("The archive is broken: it has not the files that its documents name.")


def _document(kind: str, line: bytes) -> Document:
    try:
        document = orjson.loads(line)
    except ValueError as exc:
        raise Invalid(f"The archive is broken: one of its {kind} is not JSON.") from exc
    if not isinstance(document, dict) or not isinstance(document.get("immutable_id"), str):
        raise Invalid(f"The archive is broken: one of its {kind} has no id.")
    if kind in _SCOPED and not isinstance(_principals(document), list):
        raise Invalid(f"The archive is broken: one of its {kind} does not say whose it is.")
    return document


_SCOPED = {kind.name for kind in KINDS if kind.scoped}


def _principals(document: Document) -> Any:
    derived = document.get("derived")
    return derived.get("principals") if isinstance(derived, Mapping) else None


def _lines(chunks: Iterator[Chunk]) -> Iterator[bytes]:
    """Lines without their ends; each must have one."""
    rest: list[bytes] = []
    length = 0
    for chunk in chunks:
        first, *more = bytes(chunk).split(b"\n")
        rest.append(first)
        length += len(first)
        if length > LONGEST_LINE:
            raise Invalid("The archive is broken: a document in it is too long.")
        if more:
            yield b"".join(rest)
            yield from more[:-1]
            rest, length = [more[-1]], len(more[-1])
    if any(rest):
        raise Invalid("The archive is broken: a document in it does not end.")


def _all(member: Member) -> bytes:
    if member.size > LARGEST_HEAD:
        raise Invalid(f"The archive is broken: {member.name} is too large.")
    return b"".join(member.chunks)


def _part_of(raw: bytes) -> Part:
    return Part(len(raw), hashlib.sha256(raw).hexdigest())


def _check_sum(member: Member, manifest: Part) -> None:
    if _all(member) != f"{manifest.sha256}  {MANIFEST}\n".encode():
        raise Invalid("The archive is broken: its manifest is not what was written.")
