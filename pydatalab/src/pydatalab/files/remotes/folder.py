"""A folder of this machine, such as a mounted share.

A path is opened before it is judged: what was opened says itself where it is, so that nobody can
put a link in its place in between.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pydatalab.errors import DatalabError, Forbidden, Unavailable
from pydatalab.files.remotes.port import UNNAMED, Entry, nothing_there, parts_of
from pydatalab.files.remotes.upto import UpTo
from pydatalab.models.times import as_text


class MountedFolder:
    """What is below a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def entries(self, path: str) -> Iterator[Entry]:
        with self._reached(path) as found, _said(path):
            handle = _reopened(found, os.O_DIRECTORY)
            try:
                with os.scandir(handle) as inside:
                    for one in inside:
                        yield self._entry(path, one)
            finally:
                os.close(handle)

    def _entry(self, folder: str, one: "os.DirEntry[str]") -> Entry:
        name = os.fsencode(one.name).decode("utf-8", "replace")
        if UNNAMED in name:
            return Entry(name, "other")
        if one.is_symlink():
            return self._behind_link(f"{folder}/{name}".lstrip("/"), name)
        try:
            return _described(name, one.stat(follow_symlinks=False))
        except OSError:  # it is gone since
            return Entry(name, "other")

    def _behind_link(self, path: str, name: str) -> Entry:
        with suppress(DatalabError), self._reached(path) as found:
            return _described(name, os.fstat(found), is_link=True)
        return Entry(name, "other", is_link=True)

    def look(self, path: str) -> Entry:
        with self._reached(path) as found:
            return _described(path.rpartition("/")[2], os.fstat(found))

    def open(self, path: str) -> tuple[Entry, BinaryIO]:
        with self._reached(path) as found, _said(path):
            if not stat.S_ISREG(os.fstat(found).st_mode):
                raise nothing_there(path)
            stream = os.fdopen(_reopened(found), "rb")
            entry = _described(path.rpartition("/")[2], os.fstat(stream.fileno()))
            return entry, UpTo.buffered(stream, entry.size or 0, lambda: _said(path))

    def close(self) -> None:
        """Nothing is open."""

    @contextmanager
    def _reached(self, path: str) -> Iterator[int]:
        """What a path leads to, opened to be looked at alone, and known to be below the root."""
        inside = "/".join(parts_of(path)) or "."
        try:
            root = os.open(self._root, os.O_PATH | os.O_DIRECTORY)
        except OSError as exc:
            raise Unavailable(
                f"The folder {self._root} is not there ({exc.strerror}). Look whether it is mounted."
            ) from exc
        try:
            with _said(path):
                found = os.open(inside, os.O_PATH, dir_fd=root)
            try:
                if not _is_below(_place(found), _place(root)):
                    raise nothing_there(path)
                yield found
            finally:
                os.close(found)
        finally:
            os.close(root)


def _reopened(found: int, more: int = 0) -> int:
    """The very thing that was looked at, to be read."""
    return os.open(f"/proc/self/fd/{found}", os.O_RDONLY | os.O_NONBLOCK | more)


def _place(handle: int) -> Path:
    """Where an open file is, by what the kernel says."""
    return Path(f"/proc/self/fd/{handle}").readlink()


def _is_below(place: Path, root: Path) -> bool:
    return place.is_relative_to(root)


def _described(name: str, found: os.stat_result, *, is_link: bool = False) -> Entry:
    modified = as_text(datetime.fromtimestamp(found.st_mtime, UTC))
    if stat.S_ISDIR(found.st_mode):
        return Entry(name, "folder", None, modified, is_link)
    if stat.S_ISREG(found.st_mode):
        return Entry(name, "file", found.st_size, modified, is_link)
    return Entry(name, "other", is_link=is_link)


@contextmanager
def _said(path: str) -> Iterator[None]:
    """Say in a sentence what the disk says."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise nothing_there(path) from exc
    except PermissionError as exc:
        raise Forbidden(f"The server itself may not read {path!r} there.") from exc
    except (OSError, ValueError) as exc:
        if isinstance(exc, ValueError) or exc.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise nothing_there(path) from exc
        raise Unavailable(f"The folder does not answer ({exc}). Try again.") from exc
