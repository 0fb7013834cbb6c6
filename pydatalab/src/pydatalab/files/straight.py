"""New files, of which larger ones are written straight to the disk, past the memory that caches files."""

import errno
import fcntl
import mmap
import os
from contextlib import suppress
from pathlib import Path

from pydatalab.files.digests import Chunk

PORTION = 1024 * 1024
"""Bytes that go to the disk at once."""

STRAIGHT_FROM = 64 * 1024
"""Bytes from which on a file goes straight to the disk: with fewer, the way is longer than it saves."""

BLOCK = 4096
"""What goes straight is a whole number of blocks; those of disks have so many bytes, or fewer."""


def a_portion() -> mmap.mmap:
    """Room for a portion, which begins where a page does: what goes straight must."""
    return mmap.mmap(-1, PORTION, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


class StraightFile:
    """A new file, written once from its beginning to its end.

    What a restore writes is read by nobody soon. In the cache it would take the room of what people
    work with, and a server's time to make that room, which is longer than the writing takes. Where
    the file system has no straight way (``O_DIRECT``, see ``man 2 open``), the file is written as any.

    Args:
        path: where it is to be; what is there already is overwritten.
        size: how many bytes are coming.
        portion: room for what waits, from ``a_portion``, for one file at a time.
    """

    def __init__(self, path: Path, size: int, portion: mmap.mmap) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o440)
        self._portion, self._filled, self._size = portion, 0, 0
        self._straight = False
        if size >= STRAIGHT_FROM:
            with suppress(OSError):  # no straight way here
                fcntl.fcntl(self._handle, fcntl.F_SETFL, os.O_DIRECT)
                self._straight = True

    def write(self, chunk: Chunk) -> None:
        """Add to it."""
        rest = memoryview(chunk)
        while rest:
            taken = rest[: PORTION - self._filled]
            self._portion[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            rest = rest[len(taken) :]
            if self._filled == PORTION:
                self._pass_on(PORTION)

    def end(self) -> None:
        """Write what is left, and close it.

        Raises:
            OSError: the disk is full, or away.
        """
        try:
            whole = self._size + self._filled
            self._pass_on(self._filled + (-self._filled % BLOCK if self._straight else 0))
            if self._size > whole:  # what fills the last block is cut off again
                os.ftruncate(self._handle, whole)
        finally:
            os.close(self._handle)

    def _pass_on(self, length: int) -> None:
        """Write the beginning of the portion, so many bytes of it."""
        start = 0
        with memoryview(self._portion) as portion:
            while start < length:
                with portion[start:length] as part:
                    start += self._write(part)
        self._size += length
        self._filled = 0

    def _write(self, part: memoryview) -> int:
        try:
            return os.write(self._handle, part)
        except OSError as exc:
            if exc.errno != errno.EINVAL or not self._straight:
                raise
        # Some file systems say only now that they cannot.
        fcntl.fcntl(self._handle, fcntl.F_SETFL, 0)
        self._straight = False
        return os.write(self._handle, part)
