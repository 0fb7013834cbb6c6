"""Bytes on their way into the file store."""

import errno
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pydatalab.errors import TooLarge, Unavailable
from pydatalab.files.digests import Digests
from pydatalab.files.shelves import Shelf

ABANDONED = 24 * 3600
"""Seconds after which a part belongs to nobody any more."""

NOT_WRITABLE = "The file store cannot be written to. Tell the lab's data manager."

CHECKED_EVERY = 64 * 1024 * 1024
"""Bytes between two looks at the free space."""


@dataclass(frozen=True)
class Blob:
    """Bytes in the store."""

    sha256: str
    """Their key."""
    md5: str
    size: int


@dataclass(frozen=True)
class Space:
    """Where parts grow, and how large they may become."""

    folder: Path
    """On the file system of the store, where that is a local one."""
    largest: int
    """Bytes of one blob."""
    keep_free: int
    """Bytes of the disk that no upload may take."""

    def check_size(self, size: int) -> None:
        """Refuse what is larger than one blob may be.

        Raises:
            TooLarge: it is.
        """
        if size > self.largest:
            limit = readable_size(self.largest)
            raise TooLarge(
                f"The file is larger than the {limit} that this server accepts.", limit=self.largest
            )

    def check_room(self, more: int) -> None:
        """Refuse ``more`` bytes that would leave too little of the disk.

        Raises:
            Unavailable: they would, or the folder is away.
        """
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError as exc:
            raise _unavailable(exc) from exc
        if free - more < self.keep_free:
            raise Unavailable("The disk of the file store is full. Tell the lab's data manager.")

    def check_there(self) -> None:
        """Go on only if the folder is there, and can be written to.

        Raises:
            Unavailable: it is not.
        """
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise Unavailable(NOT_WRITABLE)

    def sweep(self) -> None:
        """Remove parts that a killed process left behind."""
        for part in self.folder.glob("*.part"):
            if part.stat().st_mtime < time.time() - ABANDONED:
                part.unlink(missing_ok=True)


class BlobWriter:
    """One blob being written: beside the others until it is whole, and gone if it never is.

    Use it as a context manager. Its methods block, and may be called from any one thread at a time.
    """

    def __init__(self, space: Space, shelf: Shelf) -> None:
        self._space = space
        self._shelf = shelf
        self._size = 0
        self._unchecked = CHECKED_EVERY
        self._part = space.folder / f"{secrets.token_hex(16)}.part"
        try:
            self._file = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
        except OSError as exc:
            raise _unavailable(exc) from exc
        self._digests = Digests()

    def write(self, chunk: bytes) -> None:
        """Add bytes at the end; a megabyte at once is quick.

        Raises:
            TooLarge: the blob is over the limit.
            Unavailable: the disk is full.
        """
        self._size += len(chunk)
        self._unchecked += len(chunk)
        self._space.check_size(self._size)
        if self._unchecked > CHECKED_EVERY:
            self._space.check_room(len(chunk))
            self._unchecked = 0
        self._digests.update(chunk)
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as exc:
            raise _unavailable(exc) from exc

    def finish(self) -> Blob:
        """Keep what was written: it is on the disk for good when this returns.

        Raises:
            Unavailable: the disk is full.
        """
        try:
            os.fsync(self._file)
            self._digests.close()
            blob = Blob(self._digests.sha256, self._digests.md5, self._size)
            self._shelf.place(self._part, blob.sha256)
        except OSError as exc:
            raise _unavailable(exc) from exc
        return blob

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._digests.close()
        os.close(self._file)
        self._part.unlink(missing_ok=True)


def readable_size(size: int) -> str:
    """Bytes as people write them: ``10 GB``."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"


def _unavailable(error: OSError) -> Unavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Unavailable("The disk of the file store is full. Tell the lab's data manager.")
    return Unavailable(NOT_WRITABLE)
