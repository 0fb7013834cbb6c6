"""The beginning of a stream: a file that grows while it is read has the size that it had."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

GULP = 1024 * 1024


class UpTo(io.RawIOBase):
    """The first so many bytes of a stream; closing this closes that."""

    def __init__(
        self,
        stream: BinaryIO | io.RawIOBase,
        size: int,
        spoken: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._stream = stream
        self._left = size
        self._spoken = spoken

    @classmethod
    def buffered(
        cls,
        stream: BinaryIO | io.RawIOBase,
        size: int,
        spoken: Callable[[], AbstractContextManager[None]],
    ) -> BinaryIO:
        """The same, to read in pieces of any size; ``spoken`` puts errors of reading in words."""
        return io.BufferedReader(cls(stream, size, spoken), GULP)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._spoken():
            piece = self._stream.read(min(len(buffer), self._left)) or b""
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()
