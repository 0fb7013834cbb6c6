"""Many blobs at once on their way into the file store, as a restore brings them."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.digests import Digests
from pydatalab.files.shelves import Shelf
from pydatalab.files.straight import StraightFile, a_portion
from pydatalab.files.writer import CHECKED_EVERY, Blob, Space

GULP = 1024 * 1024

LARGE = 256 * 1024
"""Bytes beyond which a file is not held whole in memory, and goes straight to the disk: with less, the
way is longer than it saves."""

TOGETHER = 1024 * 1024
"""Bytes of files that are held whole and written together."""

AHEAD = 16
"""Chunks that wait to be written."""

_UNKNOWN = "unknown"
"""Name of a blob whose hash is being taken."""


class Delivery:
    """Blobs beside the store until all have come; then they enter it together.

    Use it as a context manager: what was not settled at its end is gone. What a killed process left
    behind goes when the next delivery begins.
    """

    def __init__(self, space: Space, shelf: Shelf) -> None:
        self._space, self._shelf = space, shelf
        self._unchecked = CHECKED_EVERY
        self._waiting: dict[str, Path] = {}
        _sweep(space.folder)
        self._folder = space.folder / f"delivery-{secrets.token_hex(8)}"
        self._folder.mkdir(mode=0o700)
        self._lock = os.open(self._folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._scribe = _Scribe()

    def add(self, sha256: str, size: int, chunks: Iterable[bytes]) -> None:
        """Take a blob of that hash and size, unless the store has it; the caller knows its hash.

        Raises:
            Unavailable: the disk is full.
        """
        if self._has(sha256, size):
            return
        self._check_room(size)
        part = self._folder / sha256
        self._waiting[sha256] = part
        if size <= LARGE:
            self._scribe.write_whole(part, b"".join(chunks))
            return
        self._scribe.open(part)
        for chunk in chunks:
            self._scribe.write(chunk)

    def take(self, size: int, chunks: Iterable[bytes]) -> Blob:
        """Take a blob of that size, whose hash nobody knows yet.

        Raises:
            Unavailable: the disk is full.
        """
        digests = Digests()
        try:
            self.add(_UNKNOWN, size, _digested(chunks, digests))
            self._scribe.finish()
        except BaseException:
            self.drop(_UNKNOWN)
            raise
        finally:
            digests.close()
        part = self._waiting.pop(_UNKNOWN)
        blob = Blob(digests.sha256, digests.md5, size)
        if blob.sha256 in self._waiting or self._has(blob.sha256, size):
            part.unlink()
        else:
            self._waiting[blob.sha256] = part.rename(self._folder / blob.sha256)
        return blob

    def keep(self, wanted: Container[str]) -> None:
        """Forget all blobs but these."""
        for sha256 in [one for one in self._waiting if one not in wanted]:
            self.drop(sha256)

    def drop(self, sha256: str) -> None:
        """Forget a blob that was added: its bytes were wrong."""
        part = self._waiting.pop(sha256, None)
        if part is not None:
            self._scribe.finish()
            part.unlink(missing_ok=True)

    def settle(self) -> int:
        """Bring all into the store, for good when this returns; how many these were.

        Raises:
            Unavailable: the store cannot be written to.
        """
        self._scribe.finish()
        os.sync()
        try:
            self._shelf.place_all(self._waiting)
        except OSError as exc:
            raise _unavailable(exc) from exc
        settled = len(self._waiting)
        self._waiting = {}
        return settled

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._scribe.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def _has(self, sha256: str, size: int) -> bool:
        """Whether the store has these very bytes already."""
        if sha256 == _UNKNOWN:
            return False
        try:
            if self._shelf.size(sha256) != size or not self._shelf.renew(sha256):
                return False
            with self._shelf.open(sha256) as stream:
                return _hash_of(stream) == sha256
        except NotFound:
            return False

    def _check_room(self, more: int) -> None:
        self._unchecked += more
        if self._unchecked > CHECKED_EVERY:
            self._space.check_room(more)
            self._unchecked = 0


class _Scribe:
    """Writes files, one behind the other, on a thread of its own: whoever hands the bytes over can
    look at the next ones meanwhile. What went wrong is raised by a later call."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="delivery")
        self._asked: deque[Future[None]] = deque()
        self._file: StraightFile | None = None
        self._portion = a_portion()
        self._small: list[tuple[Path, bytes]] = []
        self._small_size = 0

    def open(self, path: Path) -> None:
        """Begin a file; the one before is whole."""
        self._ask(lambda: self._open(path))

    def write(self, chunk: bytes) -> None:
        """Add to the file that was begun last."""
        self._ask(lambda: self._write(chunk))

    def write_whole(self, path: Path, content: bytes) -> None:
        """A file with all that it holds; many small ones are one errand."""
        self._small.append((path, content))
        self._small_size += len(content)
        if self._small_size > TOGETHER:
            self._send_small()

    def finish(self) -> None:
        """Wait until all is written."""
        self._send_small()
        self._ask(self._end)
        while self._asked:
            self._look()

    def close(self) -> None:
        """Let the thread go."""
        self._thread.submit(self._end)
        self._thread.shutdown()

    def _ask(self, do: Callable[[], None]) -> None:
        while len(self._asked) >= AHEAD or (self._asked and self._asked[0].done()):
            self._look()
        self._asked.append(self._thread.submit(do))

    def _look(self) -> None:
        try:
            self._asked.popleft().result()
        except OSError as exc:
            raise _unavailable(exc) from exc

    def _open(self, path: Path) -> None:
        self._end()
        self._file = StraightFile(path, self._portion)

    def _write(self, chunk: bytes) -> None:
        if self._file is not None:
            self._file.write(chunk)

    def _write_all(self, files: list[tuple[Path, bytes]]) -> None:
        self._end()
        for path, content in files:
            with open(path, "wb", opener=partial(os.open, mode=0o440)) as file:
                file.write(content)

    def _send_small(self) -> None:
        files, self._small, self._small_size = self._small, [], 0
        self._ask(lambda: self._write_all(files))

    def _end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.end()


def _digested(chunks: Iterable[bytes], digests: Digests) -> Iterator[bytes]:
    for chunk in chunks:
        digests.update(chunk)
        yield chunk


def _hash_of(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(GULP):
        digest.update(chunk)
    return digest.hexdigest()


def _sweep(folder: Path) -> None:
    """Remove deliveries whose process is dead."""
    for left in folder.glob("delivery-*"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
            finally:
                os.close(handle)


def _unavailable(error: OSError) -> Unavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Unavailable("The disk of the file store is full. Make room and try again.")
    return Unavailable(f"The file store cannot be written to: {error.strerror or error}.")
