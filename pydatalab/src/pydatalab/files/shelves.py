"""Where whole blobs stand: what any such place promises, and a folder of this machine."""

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from pydatalab.errors import NotFound

KNOWN = "known"
"""The store had these bytes already."""
LINKED = "linked"
"""The file got a second name in the store."""
POINTED = "pointed"
"""The store has a symbolic link to the file, which must stay where it is."""
COPIED = "copied"
"""The store is elsewhere and has a copy."""


@dataclass(frozen=True)
class StoredBlob:
    """A whole blob as it stands on a shelf."""

    sha256: str
    """What its bytes had when they came; nobody looked since."""
    size: int
    written: float
    """When it came, or came again; seconds since 1970."""


class Shelf(Protocol):
    """Blobs by their SHA-256. Each method but ``place`` and ``exists`` raises NotFound for an unknown one."""

    def place(self, part: Path, sha256: str) -> None:
        """Take a whole file over, safe against a crash from then on; one that is there came again."""

    def place_all(self, folder: Path) -> None:
        """Take over all that lies in a folder under its key, and is on the disk; it replaces what is
        there under its key."""

    def adopt(self, path: Path, sha256: str) -> str:
        """Keep a whole file that lies elsewhere, and stays there; how: ``KNOWN``, ``LINKED``, …"""

    def open(self, sha256: str) -> IO[bytes]:
        """The bytes, to read and seek in."""

    def size(self, sha256: str) -> int:
        """In bytes."""

    def exists(self, sha256: str) -> bool:
        """Whether it is there, whole."""

    def renew(self, sha256: str) -> bool:
        """Note that it came again, so that nobody removes it as old; whether that can be noted
        without bringing the bytes."""

    def remove(self, sha256: str) -> None:
        """Forget it; nothing happens where it is gone already."""

    def remove_old(self, sha256: str, before: float) -> bool:
        """Forget it, if it did not come again since ``before``; whether it is gone by that."""

    def all(self) -> Iterator[StoredBlob]:
        """All that are there, in no order."""

    def local_path(self, sha256: str) -> Path | None:
        """Where it is on this machine; ``None`` where it is elsewhere."""

    def as_path(self, sha256: str) -> AbstractContextManager[Path]:
        """A path of this machine with the bytes, read only, while the context lasts."""


BLOBS = "blobs"
"""Folder in which all blobs are."""


def key_of(sha256: str) -> str:
    """Relative place of a blob: ``blobs/ab/cdef…``.

    Raises:
        NotFound: this is no SHA-256 in lower case hexadecimal digits.
    """
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NotFound("There are no such bytes in the file store.")
    return f"{BLOBS}/{sha256[:2]}/{sha256[2:]}"


class FolderShelf:
    """Blobs in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def place(self, part: Path, sha256: str) -> None:
        target = self._root / key_of(sha256)
        with suppress(NotFound):
            if self.size(sha256) == part.stat().st_size:
                self.renew(sha256)
                part.unlink()
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        part.rename(target)
        for folder in (target.parent, target.parent.parent):
            _sync_folder(folder)

    def place_all(self, folder: Path) -> None:
        for part in folder.glob(f"{BLOBS}/*"):
            target = self._root / BLOBS / part.name
            target.parent.mkdir(exist_ok=True)
            try:
                part.rename(target)
            except OSError:  # some are there already
                for blob in part.iterdir():
                    blob.replace(target / blob.name)
        os.sync()  # one journey to the disk, where each folder on its own would be one

    def adopt(self, path: Path, sha256: str) -> str:
        target = self._root / key_of(sha256)
        if target.exists():
            return KNOWN
        target.unlink(missing_ok=True)  # a link to what is gone
        target.parent.mkdir(parents=True, exist_ok=True)
        path, how = path.resolve(), LINKED
        try:
            os.link(path, target)
        except OSError:  # on another disk, or somebody else's
            target.symlink_to(path)
            how = POINTED
        for folder in (target.parent, target.parent.parent):
            _sync_folder(folder)
        return how

    def open(self, sha256: str) -> IO[bytes]:
        try:
            return (self._root / key_of(sha256)).open("rb")
        except FileNotFoundError:
            raise missing_blob(sha256) from None

    def size(self, sha256: str) -> int:
        try:
            return (self._root / key_of(sha256)).stat().st_size
        except FileNotFoundError:
            raise missing_blob(sha256) from None

    def exists(self, sha256: str) -> bool:
        return (self._root / key_of(sha256)).exists()

    def renew(self, sha256: str) -> bool:
        try:
            os.utime(self._root / key_of(sha256), follow_symlinks=False)
        except FileNotFoundError:
            raise missing_blob(sha256) from None
        return True

    def remove(self, sha256: str) -> None:
        (self._root / key_of(sha256)).unlink(missing_ok=True)

    def remove_old(self, sha256: str, before: float) -> bool:
        target = self._root / key_of(sha256)
        aside = self._root / "incoming" / f"{sha256}.part"
        try:
            if target.lstat().st_mtime >= before:
                return False
            target.rename(aside)  # whoever brings it from now on finds none, and places theirs
        except FileNotFoundError:
            return False
        is_old = aside.lstat().st_mtime < before
        if not is_old:
            with suppress(FileExistsError):
                os.link(aside, target, follow_symlinks=False)
        aside.unlink()
        return is_old

    def all(self) -> Iterator[StoredBlob]:
        for folder in sorted((self._root / BLOBS).glob("[0-9a-f][0-9a-f]")):
            with os.scandir(folder) as entries:
                for entry in entries:
                    if re.fullmatch("[0-9a-f]{62}", entry.name):
                        with suppress(FileNotFoundError):  # a link to what is gone
                            size = entry.stat().st_size
                            written = entry.stat(follow_symlinks=False).st_mtime
                            yield StoredBlob(folder.name + entry.name, size, written)

    def local_path(self, sha256: str) -> Path:
        path = self._root / key_of(sha256)
        if not path.exists():
            raise missing_blob(sha256)
        return path

    def as_path(self, sha256: str) -> AbstractContextManager[Path]:
        return nullcontext(self.local_path(sha256))


def missing_blob(sha256: str) -> NotFound:
    """What is raised where a blob is not there."""
    return NotFound("The bytes of this file are no longer in the file store.", sha256=sha256)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
