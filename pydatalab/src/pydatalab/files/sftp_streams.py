"""Files on other machines, written and read by many requests at once, which paramiko's own do not hear of
one by one."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

import paramiko
from paramiko.sftp import CMD_READ, int64

PIECE = 4 * 1024 * 1024
"""Bytes sent before the host is asked what became of them."""

REQUEST = 32 * 1024
"""Bytes of one request."""

Spoken = Callable[[], AbstractContextManager[None]]
"""Puts what a host says, or the way to it, in a sentence."""


class Writer(io.RawIOBase):
    """A file on another machine. Many pieces are under way at once; what became of each is heard."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._unheard = 0
        self.written = 0
        handle.set_pipelined(True)

    def writable(self) -> bool:
        return True

    def write(self, chunk: Any) -> int:
        view = memoryview(chunk).cast("B")
        for start in range(0, len(view), PIECE):
            piece = bytes(view[start : start + PIECE])
            self._handle.write(piece)
            self.written += len(piece)
            self._unheard += len(piece)
            if self._unheard >= PIECE:
                self.settle()
        return len(view)

    def settle(self) -> None:
        """Hear what became of everything that was sent.

        Raises:
            OSError: some of it was not written.
        """
        while self._handle._reqs:
            self._handle.sftp._read_response(self._handle._reqs.popleft())
        self._unheard = 0


class Reader(io.RawIOBase):
    """A file on another machine, read a piece ahead; it says in a sentence when it is cut off."""

    def __init__(self, handle: Any, size: int, spoken: Spoken) -> None:
        self._handle = handle
        self._size = size
        self._spoken = spoken
        self._at = 0
        self._ahead = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._ahead and self._at < self._size:
            self._ahead = memoryview(self._piece())
        taken = min(len(buffer), len(self._ahead))
        buffer[:taken] = self._ahead[:taken]
        self._ahead = self._ahead[taken:]
        return taken

    def _piece(self) -> bytes:
        """The next bytes, in as many requests at once as it takes."""
        end = min(self._at + PIECE, self._size)
        with self._spoken():
            asked = [
                (at, min(REQUEST, end - at), self._ask(at, min(REQUEST, end - at)))
                for at in range(self._at, end, REQUEST)
            ]
            piece = b"".join(self._heard(at, length, number) for at, length, number in asked)
        self._at = end
        return piece

    def _ask(self, at: int, length: int) -> int:
        number: int = self._handle.sftp._async_request(
            type(None), CMD_READ, self._handle.handle, int64(at), length
        )
        return number

    def _heard(self, at: int, length: int, number: int) -> bytes:
        """The answer to a request; what the host left out of it is asked for again."""
        _, answer = self._handle.sftp._read_response(number)
        found: bytes = answer.get_string()
        if not found:
            raise EOFError("the file became shorter while it was read")
        rest = length - len(found)
        return found if rest <= 0 else found + self._heard(*self._again(at + len(found), rest))

    def _again(self, at: int, length: int) -> tuple[int, int, int]:
        return at, length, self._ask(at, length)

    def close(self) -> None:
        with suppress(OSError, EOFError, paramiko.SSHException):
            self._handle.close()
        super().close()
