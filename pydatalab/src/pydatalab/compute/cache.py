"""A folder of things that can be made again: measurements that were read, figures that were drawn."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

USED_AGAIN = 3600.0
"""Seconds after which looking something up is noted down as a use of it."""

KEPT_SHARE = 0.8
"""How much of the room is left filled when it is made."""

ABANDONED = 3600.0
"""Seconds after which a file being written belongs to nobody any more."""


def key_of(*parts: Any) -> str:
    """A name for whatever was made from ``parts`` (what JSON can say)."""
    said = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(said).hexdigest()[:40]


class Cache:
    """Files by key. What was not used for longest goes first when the room is full."""

    def __init__(self, root: Path, largest: int) -> None:
        """Know the place.

        Args:
            root: the folder, made when it is needed.
            largest: bytes that all files together may have, as of the last pruning.
        """
        self.root = root.absolute()
        self.largest = largest

    def find(self, key: str) -> Path | None:
        """The file of that key, if it is there, whole."""
        path = self._path(key)
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        if not found.st_size:  # what a power cut left
            return None
        if found.st_mtime < time.time() - USED_AGAIN:
            os.utime(path)
        return path

    @contextmanager
    def place(self, key: str) -> Iterator[Path]:
        """Where to write the file of that key, which is there for others when the context ends well."""
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{secrets.token_hex(8)}.part")
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def prune(self) -> None:
        """Make room: walks the whole folder, so seldom, and in a worker."""
        files = sorted(self._files())
        excess = sum(size for _, size, _ in files) - self.largest
        if excess > 0:
            excess += int(self.largest * (1 - KEPT_SHARE))
        for used, size, path in files:
            left_over = path.endswith(".part") and used < time.time() - ABANDONED
            if excess > 0 or left_over:
                excess -= size
                Path(path).unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[float, int, str]]:
        """When each file was last used, its size and its path."""
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(folder, name)  # noqa: PTH118 (a hundred thousand of them)
                try:
                    found = os.stat(path)  # noqa: PTH116
                except FileNotFoundError:
                    continue
                yield found.st_mtime, found.st_size, path

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / key[2:]


def prune(folder: Path, root: str, largest: int) -> None:
    """``Cache.prune`` as a job."""
    Cache(Path(root), largest).prune()
