"""Files as readers get them: under their own name, unpacked, in a folder of the job."""

import bz2
import gzip
import os
import zlib
from pathlib import Path

from pydatalab.compute.heads import head_of, packing, plain_name
from pydatalab.errors import LimitExceeded, UnreadableFile
from pydatalab.files.names import safe_name
from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.source import SourceFile

LARGEST_UNPACKED = 2_000_000_000
"""Bytes that a compressed file may become."""

GULP = 1024 * 1024


def source_file(blob: Path, name: str, folder: Path) -> SourceFile:
    """A stored file for its reader, in ``folder``, which is made.

    Raises:
        UnreadableFile: it is compressed, and damaged.
        LimitExceeded: it is compressed, and grows without end.
    """
    folder.mkdir()
    with blob.open("rb") as stream:
        packed = packing(stream.read(16))
    place = folder / safe_name(plain_name(name))
    if packed:
        _unpack(blob, packed, place)
    else:
        _link(blob, place)
    return SourceFile(place)


def head_of_file(source: SourceFile) -> FileHead:
    """What recognition needs of it."""
    with source.path.open("rb") as stream:
        return head_of(stream, source.name)


def _link(blob: Path, place: Path) -> None:
    try:
        os.link(blob, place)
    except OSError:  # another file system, or one without hard links
        place.symlink_to(blob)


def _unpack(blob: Path, packed: str, place: Path) -> None:
    opener = gzip.open if packed == ".gz" else bz2.open
    size = 0
    try:
        with opener(blob) as stream, place.open("wb") as plain:
            while chunk := stream.read(GULP):
                size += len(chunk)
                if size > LARGEST_UNPACKED:
                    raise LimitExceeded("Unpacked, the file is larger than a reader may take.")
                plain.write(chunk)
    except (EOFError, zlib.error, OSError) as exc:
        if isinstance(exc, OSError) and exc.errno is not None:  # the disk's trouble, not the file's
            raise
        raise UnreadableFile("The compressed file is damaged, or stops early.") from exc
