"""The bytes of an archive as they come, in whatever portions one likes."""

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, BinaryIO

from pydatalab.backups.seals import Sealed
from pydatalab.errors import Invalid

GULP = 1024 * 1024
"""Bytes that are read at once."""

LET_GO = 32 * 1024 * 1024
"""Bytes that are let go of at once."""


class Source:
    """The stored bytes of an archive, and how many of them were read."""

    def __init__(self, size: int | None) -> None:
        self.size = size
        """How many there are, about, where that is known."""
        self.taken = 0

    def counted(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks."""
        for chunk in chunks:
            self.taken += len(chunk)
            yield chunk

    @property
    def done(self) -> int:
        """How many of ``size`` were read."""
        return self.taken if self.size is None else min(self.taken, self.size)


class Reader:
    """Bytes from chunks, in whatever portions one likes."""

    def __init__(self, chunks: Iterator[bytes], sealed: Sealed | None = None) -> None:
        self._chunks, self._rest = chunks, memoryview(b"")
        self._sealed = sealed
        self.position = 0
        """Bytes read so far."""
        self.source = Source(None)
        """What it is all made from."""

    def require_seal(self, packing: str) -> None:
        """Go on only if what is compressed so, and read to its end, still has its seal.

        Raises:
            Invalid: it has not.
        """
        sealed = self._sealed
        if sealed is not None and sealed.packing == packing and not sealed.holds:
            raise Invalid(
                "The archive is cut short: its end is missing. If another tool compressed it anew,"
                " decompress it to a plain .tar file, and name that."
            )

    def some(self, most: int) -> memoryview:
        """The next bytes, at least one and at most so many; none at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return self._rest
            self._rest = memoryview(chunk)
        taken, self._rest = self._rest[:most], self._rest[most:]
        self.position += len(taken)
        return taken

    def begins_with(self, head: bytes) -> bool:
        """Whether this is what comes next; it is still to be read then."""
        found = self.read(len(head))
        self._rest = memoryview(found + bytes(self._rest))
        self.position -= len(found)
        return found == head

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end alone."""
        parts: list[memoryview] = []
        while size > 0 and (part := self.some(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def length_of(stream: BinaryIO) -> int | None:
    """Bytes from where a stream stands to its end, if it can be sought in."""
    seekable = getattr(stream, "seekable", None)
    if seekable is None or not seekable():
        return None
    here = stream.tell()
    end = stream.seek(0, 2)
    stream.seek(here)
    return end - here


def gulps(stream: IO[bytes]) -> Iterator[bytes]:
    """What is left of a stream."""
    while chunk := stream.read(GULP):
        yield chunk


def gulps_once(stream: BinaryIO) -> Iterator[bytes]:
    """As ``gulps``; what was read of a file leaves the memory that caches files.

    Nobody reads an archive again soon. It would take the room of what people work with, and making
    that room takes longer than reading.
    """
    begin = 0
    for chunk in gulps(stream):
        yield chunk
        with suppress(OSError):  # no file of this machine
            here = stream.tell() if isinstance(stream, io.BufferedReader) else begin
            if here - begin >= LET_GO:
                os.posix_fadvise(stream.fileno(), begin, here - begin, os.POSIX_FADV_DONTNEED)
                begin = here
