"""Places that backups are kept in: a folder of this machine, of another one by SFTP, or S3.

Every place keeps files by name. A file appears under its name when it is whole, and not before:
what is written is beside it, hidden (``.<label>-<16 digits>.part``), or, in S3, nowhere yet.
"""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.files.writer import readable_size
from pydatalab.models.times import as_text

PART = re.compile(r"\.(?P<label>.+)-[0-9a-f]{16}\.part")
"""Names of files that are being written."""


@dataclass(frozen=True)
class Stored:
    """A whole file in a destination."""

    name: str
    """Relative to the destination, with ``/`` between folders."""
    size: int
    """In bytes."""
    written_at: float
    """When it was written, in seconds since 1970, by the clock of that machine."""

    @property
    def modified_at(self) -> str:
        """When it was written, as ``models.times`` writes it."""
        return as_text(datetime.fromtimestamp(self.written_at, UTC))


class Destination(Protocol):
    """A place that keeps files. Where it is away, each method raises Unavailable."""

    url: str
    """Where it is, for people."""

    lanes: int
    """How many files are written at once at best."""

    def find(self, folder: str = "", *, deep: bool = False) -> Iterator[Stored]:
        """The whole files in a folder, and with ``deep`` in those below; none where it is missing."""

    def writer(
        self, name: str, *, label: str = "file", expected: int = 0
    ) -> AbstractContextManager[BinaryIO]:
        """Somewhere to write a file, from its beginning to its end.

        It is whole, on the disk and under its name when the block ends, and gone if it fails. A file
        of that name is replaced.

        Args:
            name: of the file.
            label: begins the name of what is being written; see ``sweep``.
            expected: about how many bytes are coming.
        """

    def open(self, name: str) -> BinaryIO:
        """A file, to read from its beginning to its end.

        Raises:
            NotFound: there is none.
        """

    def read(self, name: str, start: int, end: int) -> memoryview:
        """The bytes of a file from ``start`` up to ``end``, which are in it.

        Raises:
            NotFound: there is none.
        """

    def size(self, name: str) -> int:
        """Bytes of a file.

        Raises:
            NotFound: there is none.
        """

    def remove(self, name: str) -> None:
        """Delete a file; nothing happens where there is none."""

    def sweep(self, label: str, *, deep: bool = False) -> None:
        """Remove what was left of files with this label by processes that died; with ``deep`` in
        folders below, too."""

    def free(self) -> int | None:
        """Bytes that still have room; ``None`` where nobody can tell."""

    def close(self) -> None:
        """Let go of the connection."""


def open_destination(url: str, *, base: Path, keys: SSHKeys) -> Destination:
    """A place by its URL, or by a folder of this machine.

    Args:
        url: ``/folder``, ``sftp://user@host:port/folder``, ``sftp://host/~/folder`` (below the
            account's own), ``s3://bucket/prefix``.
        base: what a folder without ``/`` at its beginning is below.
        keys: what other machines are reached with.

    Raises:
        Unavailable: the machine is away, is not the one that it was, or does not let us in.
    """
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme == "sftp":
        from pydatalab.files.sftp import SFTPFolder

        return SFTPFolder(url, keys)
    if scheme == "s3":
        from pydatalab.files.s3 import S3Folder

        return S3Folder(url)
    return LocalFolder(base / Path(url).expanduser())


class LocalFolder:
    """A folder of this machine, made when something is written; for its owner alone."""

    lanes = 1

    def __init__(self, root: Path) -> None:
        self._root = root
        self.url = str(root)

    def find(self, folder: str = "", *, deep: bool = False) -> Iterator[Stored]:
        below = f"{folder}/" if folder else ""
        with self._spoken():
            try:
                found = sorted(os.scandir(self._root / folder), key=lambda one: one.name)
            except FileNotFoundError:
                return
        for one in found:
            if one.is_dir(follow_symlinks=False):
                if deep:
                    yield from self.find(f"{below}{one.name}", deep=True)
            elif not PART.fullmatch(one.name):
                try:
                    status = one.stat(follow_symlinks=False)
                except FileNotFoundError:  # somebody removed it just now
                    continue
                yield Stored(f"{below}{one.name}", status.st_size, status.st_mtime)

    @contextmanager
    def writer(self, name: str, *, label: str = "file", expected: int = 0) -> Iterator[BinaryIO]:
        target = self._root / name
        part = target.with_name(part_name(label))
        with self._spoken():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(
                    os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
                ) as out:
                    yield out
                    out.flush()
                    os.fsync(out.fileno())
                part.replace(target)
                _sync_folder(target.parent)
            finally:
                part.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        with self._spoken(name):
            return (self._root / name).open("rb")

    def read(self, name: str, start: int, end: int) -> memoryview:
        with self._spoken(name), (self._root / name).open("rb") as file:
            file.seek(start)
            return memoryview(file.read(end - start))

    def size(self, name: str) -> int:
        with self._spoken(name):
            return (self._root / name).stat().st_size

    def remove(self, name: str) -> None:
        with self._spoken():
            (self._root / name).unlink(missing_ok=True)

    def sweep(self, label: str, *, deep: bool = False) -> None:
        for path, _, names in os.walk(self._root):
            for name in names:
                if is_part(name, label):
                    (Path(path) / name).unlink(missing_ok=True)
            if not deep:
                return

    def free(self) -> int | None:
        with self._spoken():
            there = next(path for path in (self._root, *self._root.parents) if path.exists())
            return shutil.disk_usage(there).free

    def close(self) -> None:
        """Nothing is open."""

    @contextmanager
    def _spoken(self, name: str = "") -> Iterator[None]:
        """Say in a sentence what the disk says."""
        try:
            yield
        except FileNotFoundError as exc:
            raise missing(self.url, name) from exc
        except OSError as exc:
            if exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise full(self.url) from exc
            raise Unavailable(f"{self.url} cannot be used: {exc.strerror or exc}.") from exc


def require_room(place: Destination, needed: int) -> None:
    """Go on only if a place has room for so many bytes, as far as it can tell.

    Raises:
        Unavailable: it has not.
    """
    free = place.free()
    if free is not None and free < needed:
        raise Unavailable(
            f"{place.url} has {readable_size(free)} free, and about {readable_size(needed)} are"
            " needed. Make room, or keep fewer backups."
        )


def part_name(label: str) -> str:
    """Name of a file that is being written."""
    return f".{label}-{secrets.token_hex(8)}.part"


def is_part(name: str, label: str) -> bool:
    """Whether a file was being written with this label."""
    found = PART.fullmatch(name)
    return found is not None and found["label"] == label


def missing(url: str, name: str) -> NotFound:
    """That a file is not there."""
    return NotFound(f"There is no {name} in {url}.")


def full(url: str) -> Unavailable:
    """That a disk is full."""
    return Unavailable(f"The disk of {url} is full. Make room, or keep fewer backups.")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
