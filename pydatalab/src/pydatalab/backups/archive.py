"""Writes one archive: a tar of a lab's documents and files at one moment.

Layout
    ``README.txt``            how to get everything out without datalab
    ``settings.json``         the server's settings, without secrets
    ``documents/items.jsonl`` a document a line, a file for each kind
    ``files/blobs/ab/cdef…``  the bytes of files, under their SHA-256
    ``files/names.jsonl``     what these files are called, and which items hold them
    ``manifest.json``         size and SHA-256 of each of these; last, so that a part is no whole
    ``manifest.sha256``       that of the manifest
"""

import errno
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path, PurePath
from typing import IO, Any, BinaryIO

import orjson

from pydatalab import __version__
from pydatalab.backups.manifest import Manifest
from pydatalab.backups.output import appearing
from pydatalab.backups.packing import Compression, Sink, packing
from pydatalab.backups.secrets import without_secrets
from pydatalab.backups.snapshot import Blob, Taken, taken
from pydatalab.backups.spool import Spool
from pydatalab.backups.tape import TapeWriter
from pydatalab.errors import Invalid, NotFound, Unavailable
from pydatalab.files.shelves import key_of
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress, Silent

__all__ = [
    "Compression",
    "compression_of",
    "create_archive",
    "write_documents",
    "write_moment",
]

README, SETTINGS, NAMES = "README.txt", "settings.json", "files/names.jsonl"
MANIFEST, MANIFEST_SUM = "manifest.json", "manifest.sha256"

ENDINGS: dict[str, Compression] = {".tar": "none", ".tar.gz": "gz", ".tar.zst": "zst"}

GULP = 1024 * 1024

SHRINKS_TO = 0.5
"""What compression may be hoped to leave of a lab's files; where it does not, the disk runs full."""


def create_archive(
    lab: Lab,
    path: Path | None = None,
    stream: BinaryIO | None = None,
    *,
    settings: Mapping[str, Any],
    compression: Compression,
    recipients: tuple[str, ...] = (),
    progress: Progress,
) -> Manifest:
    """Write everything in a lab to a file, or to a stream, as it is at this moment.

    Others go on working meanwhile. A file appears under its name when it is whole and on the disk,
    for its owner alone; until then, and after a failure, nothing has that name. A stream is
    written from its beginning to its end, never sought in, and left open.

    Args:
        path: the file, which must not exist; its folder is made where it is missing.
        stream: where the bytes go instead.
        settings: those of the server; what looks like a secret is left out.
        compression: as ``compression_of`` tells it from a name.
        recipients: public keys of age (``age1…``) that can read the archive; none: everybody can.

    Returns:
        What is in the archive. ``missing`` and ``altered`` name files that it could not hold.

    Raises:
        Conflict: there is a file of that name.
        Invalid: one of the recipients is no public key of age.
        Unavailable: the disk is full, or the folder cannot be written to.
        Cancelled: somebody asked to stop.
    """
    with taken(lab, progress) as moment:

        def write(sink: Sink) -> Manifest:
            with packing(sink, compression, recipients) as packed:
                return write_moment(lab, moment, packed, settings, progress)

        if stream is not None:
            return write(stream)
        if path is None:
            raise Invalid("An archive needs a file, or a stream, to be written to.")
        with appearing(path, _about(moment.size, compression)) as output:
            return write(output)


def compression_of(name: str) -> Compression:
    """How an archive of that name is compressed: ``.tar``, ``.tar.gz``, ``.tar.zst``, ``.age`` behind.

    Raises:
        Invalid: it has another ending.
    """
    plain = PurePath(name).name.removesuffix(".age")
    for ending, compression in ENDINGS.items():
        if plain.endswith(ending) and plain != ending:
            return compression
    raise Invalid(f"{name} must end with {', '.join(ENDINGS)}, or with .age behind one of these.")


def _about(size: int, compression: Compression) -> int:
    """About how many bytes of an archive so many bytes become."""
    return size if compression == "none" else int(size * SHRINKS_TO)


def write_documents(lab: Lab, moment: Taken, path: Path) -> None:
    """Write the documents of a moment to an archive of their own, without the bytes of files.

    Raises:
        Conflict: there is a file of that name.
        Unavailable: the disk is full, or the folder cannot be written to.
    """
    size = sum(lines.size for lines in moment.documents.values())
    with appearing(path, _about(size, "zst")) as output, packing(output, "zst", ()) as packed:
        write_moment(lab, moment, packed, {}, Silent(), with_files=False)


def write_moment(
    lab: Lab,
    moment: Taken,
    sink: Sink,
    settings: Mapping[str, Any],
    progress: Progress,
    *,
    with_files: bool = True,
) -> Manifest:
    """Write the tape of an archive, uncompressed."""
    tape = TapeWriter(sink, int(datetime.fromisoformat(moment.made_at).timestamp()))
    _add_bytes(tape, README, files(__package__).joinpath("README.txt").read_bytes())
    _add_bytes(tape, SETTINGS, _as_json(without_secrets(settings)))
    for kind, lines in moment.documents.items():
        _add_lines(tape, f"documents/{kind}.jsonl", lines)
    missing, altered = _copy_blobs(lab, tape, moment.blobs, progress) if with_files else ({}, {})
    if moment.names is not None:
        _add_lines(tape, NAMES, moment.names)
    manifest = Manifest(
        datalab_version=__version__,
        schema_version=moment.version,
        made_at=moment.made_at,
        counts=moment.counts,
        deleted_items=moment.deleted_items,
        parts=dict(tape.parts),
        missing=missing,
        altered=altered,
        compression=getattr(sink, "compression", "none"),
        with_files=with_files,
    )
    raw = manifest.as_json()
    _add_bytes(tape, MANIFEST, raw)
    _add_bytes(tape, MANIFEST_SUM, f"{tape.parts[MANIFEST].sha256}  {MANIFEST}\n".encode())
    tape.end()
    return manifest


Names = dict[str, tuple[str, ...]]


def _copy_blobs(
    lab: Lab, tape: TapeWriter, blobs: Mapping[str, Blob], progress: Progress
) -> tuple[Names, Names]:
    """Copy the bytes of files; those that were missing, and those that were altered."""
    missing: Names = {}
    altered: Names = {}
    done, total = 0, sum(blob.size for blob in blobs.values())

    def tell(size: int) -> None:
        nonlocal done
        done += size
        progress.tell("Copying files, bytes", done, total)

    for sha256, blob in sorted(blobs.items()):
        try:
            stream = lab.vault.open(sha256)
        except NotFound:
            missing[sha256] = blob.names
            continue
        with stream:
            part = tape.add(f"files/{key_of(sha256)}", _size(stream), _gulps(stream, tell))
        if part.sha256 != sha256:
            altered[sha256] = blob.names
    return missing, altered


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _gulps(stream: IO[bytes], tell: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes of a file, as far as the disk gives them."""
    while chunk := _read(stream):
        tell(len(chunk))
        yield chunk


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(GULP)
    except OSError as exc:
        if exc.errno == errno.EIO:
            return b""
        raise Unavailable(f"The file store cannot be read: {exc.strerror or exc}.") from exc


def _add_lines(tape: TapeWriter, name: str, lines: Spool) -> None:
    tape.add(name, lines.size, lines.chunks())


def _add_bytes(tape: TapeWriter, name: str, data: bytes) -> None:
    tape.add(name, len(data), (data,))


def _as_json(value: Any) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
