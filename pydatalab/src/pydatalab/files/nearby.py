"""Copies of blobs that are elsewhere, on a disk of this machine, for those who need a path."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ABANDONED = 24 * 3600
"""Seconds after which a name that was made for somebody belongs to nobody any more."""

KEPT_SHARE = 0.8
"""How much of the room is left filled when it is made."""

UNSEEN_SHARE = 0.01
"""How much of the room a process may fill before it looks again how much all have: of many small
copies, each look takes longer than to fetch one."""


class Nearby:
    """A folder of copies by SHA-256. What was not used for longest goes first when the room is full.

    Several processes may use one folder. Whoever reads a copy has a name of their own for it, so
    that nobody takes it away from them.
    """

    def __init__(self, folder: Path, largest: int) -> None:
        """Know the place, and remove what killed processes left there.

        Args:
            folder: made where it is missing.
            largest: bytes that all copies together may have, as of the last look.
        """
        self._kept, self._used = folder / "kept", folder / "used"
        self._largest = self._unseen = largest
        for one in (self._kept, self._used):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._used.iterdir():
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < time.time() - ABANDONED:
                    left.unlink()

    @contextmanager
    def copy(self, sha256: str, size: int, fetch: Callable[[Path], None]) -> Iterator[Path]:
        """A path with the bytes while the context lasts.

        Args:
            sha256: of the blob.
            size: bytes that it has; a copy of another size is made anew.
            fetch: writes the blob to a path, which is not there yet.
        """
        mine = self._used / f"{sha256}-{secrets.token_hex(8)}"
        try:
            if not self._found(sha256, size, mine):
                fetch(mine)
                self._keep(sha256, size, mine)
            yield mine
        finally:
            mine.unlink(missing_ok=True)

    def _found(self, sha256: str, size: int, mine: Path) -> bool:
        """Whether there is a copy, which is then ``mine`` too."""
        kept = self._kept / sha256
        try:
            os.link(kept, mine)
        except FileNotFoundError:
            return False
        if mine.stat().st_size == size:
            os.utime(mine)
            return True
        mine.unlink()
        kept.unlink(missing_ok=True)
        return False

    def _keep(self, sha256: str, size: int, mine: Path) -> None:
        with suppress(FileExistsError):
            os.link(mine, self._kept / sha256)
        self._unseen += size
        if self._unseen > self._largest * UNSEEN_SHARE:
            self._unseen = 0
            self._make_room()

    def _make_room(self) -> None:
        copies = sorted(self._copies())
        excess = sum(size for _, size, _ in copies) - self._largest
        if excess > 0:
            excess += int(self._largest * (1 - KEPT_SHARE))
        for _, size, path in copies:
            if excess <= 0:
                return
            excess -= size
            Path(path).unlink(missing_ok=True)

    def _copies(self) -> Iterator[tuple[float, int, str]]:
        """When each copy was last used, its size and its path."""
        with os.scandir(self._kept) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    found = entry.stat()
                    yield found.st_mtime, found.st_size, entry.path
