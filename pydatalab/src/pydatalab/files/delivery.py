"""Many blobs at once on their way into the file store, as a restore brings them."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections import deque
from collections.abc import Collection, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.digests import Chunk, Digests, digested
from pydatalab.files.lane import Lane
from pydatalab.files.shelves import Shelf, key_of
from pydatalab.files.straight import StraightFile, a_portion
from pydatalab.files.writer import CHECKED_EVERY, Blob, Space

GULP = 1024 * 1024

SCRIBES = 2
"""Threads that write: while one waits for the disk, another can go on."""

_UNKNOWN = "unknown"
"""Name of a blob whose hash is being taken."""


class Delivery:
    """Blobs beside the store until all have come; then they enter it together.

    Use it as a context manager: what was not settled at its end is gone. What a killed process left
    behind goes when the next delivery begins.
    """

    def __init__(self, space: Space, shelf: Shelf) -> None:
        self._space, self._shelf = space, shelf
        self._has_none = next(shelf.all(), None) is None
        self._unchecked = CHECKED_EVERY
        self._waiting: dict[str, Path] = {}
        _sweep(space.folder)
        self._folder = space.folder / f"delivery-{secrets.token_hex(8)}"
        self._folder.mkdir(mode=0o700)
        self._made: set[Path] = set()
        self._lock = os.open(self._folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._scribes = deque(_Scribe() for _ in range(SCRIBES))

    def add(self, sha256: str, size: int, chunks: Iterable[Chunk]) -> None:
        """Take a blob of that hash and size, unless the store has it; the caller knows its hash.

        Raises:
            Unavailable: the disk is full.
        """
        if self._has(sha256, size):
            return
        self._check_room(size)
        part = self._waiting[sha256] = self._place(sha256)
        self._scribes.rotate()
        scribe = self._scribes[0]
        scribe.open(part, size)
        for chunk in chunks:
            scribe.write(chunk)

    def take(self, size: int, chunks: Iterable[Chunk]) -> Blob:
        """Take a blob of that size, whose hash nobody knows yet.

        Raises:
            Unavailable: the disk is full.
        """
        digests = Digests()
        try:
            self.add(_UNKNOWN, size, digested(chunks, digests.update))
            self._finish()
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
            self._waiting[blob.sha256] = part.rename(self._place(blob.sha256))
        return blob

    def keep(self, wanted: Container[str]) -> None:
        """Forget all blobs but these."""
        for sha256 in [one for one in self._waiting if one not in wanted]:
            self.drop(sha256)

    def drop(self, sha256: str) -> None:
        """Forget a blob that was added: its bytes were wrong."""
        part = self._waiting.pop(sha256, None)
        if part is not None:
            self._finish()
            part.unlink(missing_ok=True)

    def settle(self) -> Collection[str]:
        """Bring all into the store, for good when this returns; their hashes.

        Raises:
            Unavailable: the store cannot be written to.
        """
        self._finish()
        os.sync()
        with _spoken():
            self._shelf.place_all(self._folder)
        settled = self._waiting.keys()
        self._waiting, self._made, self._has_none = {}, set(), False
        return settled

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for scribe in self._scribes:
            scribe.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def _place(self, sha256: str) -> Path:
        """Where a blob waits: as it is to lie in the store."""
        place = self._folder / (sha256 if sha256 == _UNKNOWN else key_of(sha256))
        if place.parent not in self._made:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(place.parent)
        return place

    def _has(self, sha256: str, size: int) -> bool:
        """Whether the store has these very bytes already."""
        if self._has_none or sha256 == _UNKNOWN:
            return False
        try:
            if self._shelf.size(sha256) != size or not self._shelf.renew(sha256):
                return False
            with self._shelf.open(sha256) as stream:
                return _hash_of(stream) == sha256
        except NotFound:
            return False

    def _finish(self) -> None:
        for scribe in self._scribes:
            scribe.finish()

    def _check_room(self, more: int) -> None:
        self._unchecked += more
        if self._unchecked > CHECKED_EVERY:
            self._space.check_room(more)
            self._unchecked = 0


class _Scribe:
    """Writes files, one behind the other, while whoever hands the bytes over looks at the next ones."""

    def __init__(self) -> None:
        self._lane = Lane("delivery")
        self._file: StraightFile | None = None
        self._portion = a_portion()

    def open(self, path: Path, size: int) -> None:
        """Begin a file of that size; the one before is whole."""
        self._lane.add(partial(self._open, path, size))

    def write(self, chunk: Chunk) -> None:
        """Add to the file that was begun last."""
        with _spoken():
            self._lane.add(partial(self._write, chunk), len(chunk))

    def finish(self) -> None:
        """Wait until all is written."""
        self._lane.add(self._end)
        with _spoken():
            self._lane.finish()

    def close(self) -> None:
        """Let the thread go."""
        self._lane.add(self._end)
        self._lane.close()

    def _open(self, path: Path, size: int) -> None:
        self._end()
        self._file = StraightFile(path, size, self._portion)

    def _write(self, chunk: Chunk) -> None:
        if self._file is not None:
            self._file.write(chunk)

    def _end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.end()


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


@contextmanager
def _spoken() -> Iterator[None]:
    """Say in a sentence what the disk says."""
    try:
        yield
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            said = "The disk of the file store is full. Make room and try again."
        else:
            said = f"The file store cannot be written to: {exc.strerror or exc}."
        raise Unavailable(said) from exc
