"""A file that has its name only when it is whole."""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydatalab.errors import Conflict, Unavailable
from pydatalab.files.writer import readable_size

FLUSHED_EVERY = 32 * 1024 * 1024
"""Bytes after which the disk is waited for: it never has much to do at once, which others would wait for
who save something meanwhile."""

UNDER_WAY = ".datalab-*.part"
"""What a file is called until it is whole."""


class Output:
    """The file, while it is written.

    It stays in the memory that caches files until it is read: a copy elsewhere and the drill come
    soon, and let go of it (see ``gulps_once``).
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._written = self._flushed = 0

    def write(self, data: bytes, /) -> None:
        """Add bytes at the end."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        self._written += len(data)
        if self._written - self._flushed >= FLUSHED_EVERY:
            os.fdatasync(self._handle)
            self._flushed = self._written

    def flush(self) -> None:
        """Nothing waits here."""


@contextmanager
def appearing(path: Path, expected: int = 0) -> Iterator[Output]:
    """A file of that name, for its owner alone, if the block ends well; nothing, if it does not.

    Args:
        path: where; the folder is made where it is missing.
        expected: bytes that the disk must have room for.

    Raises:
        Conflict: there is a file of that name.
        Unavailable: the disk is full, or the folder cannot be written to.
    """
    _refuse_existing(path)
    try:
        _make_folder(path.parent)
        _sweep(path.parent)
        _check_room(path.parent, expected)
        with _part_in(path.parent) as (part, handle):
            yield Output(handle)
            os.fsync(handle)
            _name(part, path)
    except OSError as exc:
        raise _unavailable(path, exc) from exc


@contextmanager
def _part_in(folder: Path) -> Iterator[tuple[Path, int]]:
    """A new hidden file, gone at the end of the block unless it got a name; locked, so that nobody
    takes it for one of a process that has died."""
    part = folder / UNDER_WAY.replace("*", secrets.token_hex(8))
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield part, handle
    finally:
        part.unlink(missing_ok=True)
        os.close(handle)


def _name(part: Path, path: Path) -> None:
    """Give a file its name, if nobody has taken that meanwhile."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        _refuse_existing(path)
        raise
    except OSError as exc:  # not every file system has links
        if exc.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        _refuse_existing(path)
        part.rename(path)
    part.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left behind: files under way that nobody holds."""
    for part in folder.glob(UNDER_WAY):
        with suppress(OSError):
            handle = os.open(part, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                part.unlink()
            finally:
                os.close(handle)


def _make_folder(folder: Path) -> None:
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise Conflict(f"There is a file {path} already. Choose another name.")


def _check_room(folder: Path, expected: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < expected:
        raise Unavailable(
            f"The disk of {folder} has {readable_size(free)} free, and about"
            f" {readable_size(expected)} are needed. Make room, or choose another place."
        )


def _unavailable(path: Path, error: OSError) -> Unavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Unavailable(
            f"The disk of {path.parent} is full. What was written of {path.name} is removed;"
            " make room and try again."
        )
    return Unavailable(f"{path} cannot be written: {error.strerror or error}.")
