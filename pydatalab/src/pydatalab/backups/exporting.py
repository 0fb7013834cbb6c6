"""A snapshot of a repository as one archive: what can be verified, restored and handed out."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from pydatalab.backups.archive import MANIFEST, MANIFEST_SUM, NAMES
from pydatalab.backups.manifest import Manifest, read_manifest
from pydatalab.backups.packing import Sink
from pydatalab.backups.reader import Reader, gulps
from pydatalab.backups.repository import (
    GULP,
    Snapshot,
    Stored,
    checked,
    needed_blobs,
    read_snapshot,
)
from pydatalab.backups.tape import TapeWriter, members
from pydatalab.backups.unpacking import unpacked
from pydatalab.errors import Invalid, NotFound
from pydatalab.files.destinations import Destination
from pydatalab.files.shelves import key_of
from pydatalab.models.progress import Progress


def export_snapshot(place: Destination, name: str, sink: Sink, identity: str | None) -> Manifest:
    """Write a snapshot as an archive that is whole in itself, neither compressed nor encrypted.

    Args:
        place: the repository.
        name: of the snapshot.
        sink: where the archive goes.
        identity: secret key of age, for a snapshot that is encrypted.

    Raises:
        NotFound: there is no such snapshot.
        Invalid: something of it is broken or gone, or cannot be decrypted.
    """
    snapshot = read_snapshot(place, name)
    blobs = needed_blobs(place, snapshot)
    tape = TapeWriter(sink, int(datetime.fromisoformat(snapshot.made_at).timestamp()))
    head: Manifest | None = None
    documents = f"{name.removesuffix('.json')}.documents"
    with (
        checked(place, documents, snapshot.documents) as stream,
        unpacked(stream, identity) as reader,
    ):
        for member in members(reader):
            if member.name == NAMES:
                _add_blobs(place, tape, blobs, identity)
            if member.name == MANIFEST:
                head = read_manifest(b"".join(member.chunks))
            elif member.name != MANIFEST_SUM:
                tape.add(member.name, member.size, map(bytes, member.chunks))
    if head is None:
        raise Invalid(f"{name} in {place.url} is broken: it has no manifest.")
    return _end(tape, head, snapshot)


def _end(tape: TapeWriter, head: Manifest, snapshot: Snapshot) -> Manifest:
    """Write the manifest of all that is on the tape by now."""
    manifest = replace(
        head, parts=dict(tape.parts), missing=dict(snapshot.missing), with_files=True
    )
    raw = manifest.as_json()
    tape.add(MANIFEST, len(raw), (raw,))
    line = f"{hashlib.sha256(raw).hexdigest()}  {MANIFEST}\n".encode()
    tape.add(MANIFEST_SUM, len(line), (line,))
    tape.end()
    return manifest


def _add_blobs(
    place: Destination, tape: TapeWriter, blobs: Mapping[str, Stored], identity: str | None
) -> None:
    for sha256, stored in blobs.items():
        with plain_bytes(place, stored, identity) as chunks:
            part = tape.add(f"files/{key_of(sha256)}", stored.size, chunks)
        if part.sha256 != sha256:
            raise Invalid(f"{stored.place} in {place.url} is broken: its bytes are others.")


@contextmanager
def plain_bytes(
    place: Destination, stored: Stored, identity: str | None
) -> Iterator[Iterator[bytes]]:
    """The bytes of a file as they were.

    Raises:
        Invalid: they are gone, or cannot be decompressed or decrypted.
    """
    try:
        stream = place.open(stored.place)
    except NotFound as exc:
        raise Invalid(f"{stored.place} in {place.url} is gone.") from exc
    with stream:
        if "." not in stored.place:
            yield gulps(stream)
            return
        with unpacked(stream, identity) as reader:
            yield _all(reader)


def _all(reader: Reader) -> Iterator[bytes]:
    while chunk := reader.read(GULP):
        yield chunk


def broken_blobs(
    place: Destination, snapshot: Snapshot, identity: str | None, progress: Progress
) -> list[str]:
    """The hashes of those bytes in the repository that a snapshot needs and cannot have."""
    broken, blobs = [], needed_blobs(place, snapshot)
    for number, (sha256, stored) in enumerate(blobs.items()):
        progress.tell("Looking for what is broken", number, len(blobs))
        digest = hashlib.sha256()
        try:
            with plain_bytes(place, stored, identity) as chunks:
                for chunk in chunks:
                    digest.update(chunk)
        except Invalid:
            broken.append(sha256)
            continue
        if digest.hexdigest() != sha256:
            broken.append(sha256)
    return broken


@contextmanager
def exported(place: Destination, name: str, identity: str | None) -> Iterator[BinaryIO]:
    """A snapshot as the stream of an archive, made while it is read."""
    out, into = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="exporting") as thread:
        done = thread.submit(_export, place, name, into, identity)
        with os.fdopen(out, "rb", GULP) as stream:
            try:
                yield stream
            except Invalid as exc:
                raise _reason(done, exc) from exc
        done.result()


def _export(place: Destination, name: str, handle: int, identity: str | None) -> None:
    try:
        with os.fdopen(handle, "wb", GULP) as sink:
            export_snapshot(place, name, sink, identity)
    except BrokenPipeError:
        """Whoever reads has had enough."""


def _reason(done: "Future[None]", heard: Invalid) -> BaseException:
    """Why the reader found the archive broken: what went wrong in the making of it, if that did."""
    return done.exception() or heard
