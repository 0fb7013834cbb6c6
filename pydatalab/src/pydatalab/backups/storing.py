"""Stores a moment of a lab in a repository, moving only what is not there."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, TypeVar, cast

from pydatalab.backups.archive import write_moment
from pydatalab.backups.manifest import Manifest
from pydatalab.backups.packing import Sink, packing
from pydatalab.backups.repository import (
    GULP,
    LABEL,
    Form,
    Hashed,
    Snapshot,
    Stored,
    Written,
    stored_blobs,
)
from pydatalab.backups.snapshot import Blob, Taken
from pydatalab.errors import NotFound
from pydatalab.files.destinations import Destination, require_room
from pydatalab.files.shelves import key_of
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress

SMALL = 8 * 1024 * 1024
"""A file up to this size is compressed and encrypted in one go."""

TOGETHER = 64
"""Files that wait to be stored where several are stored at once."""

LINES = 1_000
"""Lines of a list that are compressed together."""

README = "README.txt"

EXPLANATION = """Incremental backups of a datalab.

snapshots/NAME.json       what a backup is: when it was made, and the SHA-256 of the next two files
snapshots/NAME.documents  a tar with its documents as JSON lines, compressed by zstd
snapshots/NAME.blobs      the files that it needs, a line each: SHA-256, size, size as stored, ending
blobs/ab/cdef...          the bytes of files under their SHA-256, each kept once

To have all of it back:   pydatalab admin.restore-backup snapshots/NAME.json
By hand:                  zstd -d < snapshots/NAME.documents | tar -x
                          zstd -d < blobs/ab/cdef....zst > file
What ends with .age, and the documents of encrypted backups, is decrypted first: age -d -i KEY
Names and items of the files are in files/names.jsonl of the documents.
"""

Result = TypeVar("Result")

Problem = Literal["missing", "altered"]


@dataclass
class Sent:
    """What a run moved."""

    bytes: int = 0
    files: int = 0
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    altered: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was wrong with the lab's files, in sentences."""
        gone = (
            f"The file {_named(key, names)} was missing." for key, names in self.missing.items()
        )
        other = (
            f"The file {_named(key, names)} had been altered."
            for key, names in self.altered.items()
        )
        return (*gone, *other)


def _named(sha256: str, names: tuple[str, ...]) -> str:
    return f"{', '.join(names) or 'without name'} (SHA-256 {sha256[:12]}…)"


def write_snapshot(
    lab: Lab,
    moment: Taken,
    place: Destination,
    name: str,
    *,
    settings: Mapping[str, Any],
    form: Form,
    doubted: Iterable[str] = (),
    progress: Progress,
) -> tuple[Snapshot, Sent]:
    """Put a moment of a lab into a repository, moving only what is not there.

    Args:
        lab: whose files they are.
        moment: what is kept.
        place: the repository; an empty place becomes one.
        name: ``snapshots/<strategy>-<time>.json``; nothing has that name yet.
        settings: those of the server.
        form: how new bytes are stored.
        doubted: hashes of bytes that are there, but were found to be broken: these are stored anew.
        progress: hears how far it is.
    """
    there = stored_blobs(place)
    for sha256 in doubted:
        there.pop(sha256, None)
    sent = Sent()
    _check_room(place, moment, there)
    _explain(place)
    _store_blobs(lab, place, moment.blobs, there, form, sent, progress)
    stem = name.removesuffix(".json")
    always = Form("zst", form.recipients)

    def write_documents(sink: Sink) -> Manifest:
        return write_moment(lab, moment, sink, settings, progress, with_files=False)

    documents, manifest = _write(place, f"{stem}.documents", always, write_documents)
    needed = {key: there[key] for key in sorted(moment.blobs) if key in there}
    listed, _ = _write(
        place, f"{stem}.blobs", Form("zst"), lambda sink: _list(sink, moment, needed)
    )
    gone = {key: names for key, names in (sent.missing | sent.altered).items() if key not in there}
    snapshot = Snapshot(
        name=name,
        made_at=moment.made_at,
        datalab_version=manifest.datalab_version,
        counts=manifest.counts,
        documents=documents,
        blobs=listed,
        files=len(needed),
        content_size=moment.size,
        stored_size=documents.size + listed.size + sum(one.stored_size for one in needed.values()),
        encrypted=bool(form.recipients),
        missing=gone,
    )
    sent.bytes += documents.size + listed.size
    with place.writer(name, label=LABEL) as out:
        out.write(snapshot.as_json())
    return snapshot, sent


def _explain(place: Destination) -> None:
    """Put a page into a new repository that says what it is, for those who have nothing else."""
    if not any(one.name == README for one in place.find()):
        with place.writer(README, label=LABEL) as out:
            out.write(EXPLANATION.encode())


def _list(sink: Sink, moment: Taken, needed: Mapping[str, Stored]) -> None:
    """A line for the bytes of each file: their hash, their size, and how they are stored."""
    lines = (
        f"{sha256} {moment.blobs[sha256].size} {stored.stored_size} "
        f"{stored.place.partition(sha256[2:])[2]}\n"
        for sha256, stored in needed.items()
    )
    while text := "".join(islice(lines, LINES)):
        sink.write(text.encode())


def _check_room(place: Destination, moment: Taken, there: Mapping[str, Stored]) -> None:
    """Go on only if all that is new has room, even if it could not be compressed."""
    new = (blob.size for key, blob in moment.blobs.items() if key not in there)
    require_room(place, sum(new))


def _store_blobs(
    lab: Lab,
    place: Destination,
    blobs: Mapping[str, Blob],
    there: dict[str, Stored],
    form: Form,
    sent: Sent,
    progress: Progress,
) -> None:
    """Store the bytes that are not there yet, several at once where that is quicker."""
    new = sorted(key for key in blobs if key not in there)
    total, done = sum(blobs[key].size for key in new), 0

    def store(sha256: str) -> tuple[str, Stored | Problem]:
        return sha256, _store_blob(lab, place, sha256, form)

    with ThreadPoolExecutor(place.lanes, thread_name_prefix="backup") as threads:
        for start in range(0, len(new), TOGETHER):
            for key, stored in threads.map(store, new[start : start + TOGETHER]):
                done += blobs[key].size
                progress.tell("Storing new files, bytes", done, total)
                if isinstance(stored, Stored):
                    there[key] = stored
                    sent.files += 1
                    sent.bytes += stored.stored_size
                else:
                    cast(Any, getattr(sent, stored))[key] = blobs[key].names


class _Altered(Exception):
    """The bytes are not those of their hash."""


def _store_blob(lab: Lab, place: Destination, sha256: str, form: Form) -> Stored | Problem:
    name = f"{key_of(sha256)}{form.ending}"

    def copy(sink: Sink) -> None:
        digest = hashlib.sha256()
        while chunk := stream.read(GULP):
            digest.update(chunk)
            sink.write(chunk)
        if digest.hexdigest() != sha256:
            raise _Altered

    try:
        with lab.vault.open(sha256) as stream:
            if lab.vault.size(sha256) <= SMALL:
                size = _write_small(place, name, form, stream.read(), sha256)
            else:
                size = _write(place, name, form, copy)[0].size
    except NotFound:
        return "missing"
    except _Altered:
        return "altered"
    return Stored(name, size)


def _write_small(place: Destination, name: str, form: Form, data: bytes, sha256: str) -> int:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _Altered
    packed = _packed(data, form)
    with place.writer(name, label=LABEL, expected=len(packed)) as out:
        out.write(packed)
    return len(packed)


def _packed(data: bytes, form: Form) -> bytes:
    """Bytes as they are stored: the same as ``packing`` makes, without its threads."""
    if form.packing == "zst":
        from zstandard import ZstdCompressor

        data = ZstdCompressor(level=3, write_checksum=True).compress(data)
    elif form.packing == "gz":
        from isal import igzip

        data = igzip.compress(data, 2)
    if form.recipients:
        import pyrage

        keys = [pyrage.x25519.Recipient.from_str(one) for one in form.recipients]
        data = pyrage.encrypt(data, keys)
    return data


def _write(
    place: Destination, name: str, form: Form, fill: Callable[[Sink], Result]
) -> tuple[Written, Result]:
    with place.writer(name, label=LABEL) as out:
        counted = Hashed(out)
        with packing(counted, form.packing, form.recipients) as sink:
            result = fill(sink)
    return counted.written, result
