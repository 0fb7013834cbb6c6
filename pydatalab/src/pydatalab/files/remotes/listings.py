"""What stood in remote folders when they were last read."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from pydatalab.files.remotes.port import Entry

MOST_ENTRIES = 50_000
"""Of one folder that are shown."""

KEPT_ENTRIES = 200_000
"""Of all folders that are remembered; those of the folder that was longest not asked for go first."""


@dataclass(frozen=True)
class Listing:
    """What stood in a folder: folders first, then files, each by name."""

    entries: tuple[Entry, ...]
    read_at: float
    """Seconds since 1970."""
    is_whole: bool = True
    """Whether it had no more than ``MOST_ENTRIES``."""


@dataclass
class Listings:
    """Listings by remote and path. Methods may be called from any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: OrderedDict[tuple[str, str], Listing] = field(default_factory=OrderedDict)
    _entries: int = 0

    def get(self, remote: str, path: str) -> Listing | None:
        """The last one of a folder, if it is remembered."""
        with self._lock:
            found = self._kept.get((remote, path))
            if found:
                self._kept.move_to_end((remote, path))
            return found

    def put(self, remote: str, path: str, listing: Listing) -> None:
        """Remember one instead of the one before."""
        with self._lock:
            self._forget((remote, path))
            self._kept[remote, path] = listing
            self._entries += 1 + len(listing.entries)
            while self._entries > KEPT_ENTRIES and len(self._kept) > 1:
                self._forget(next(iter(self._kept)))

    def ages(self, remote: str) -> list[float]:
        """When each folder of a remote that is remembered was read, the oldest first."""
        with self._lock:
            return sorted(one.read_at for (name, _), one in self._kept.items() if name == remote)

    def _forget(self, key: tuple[str, str]) -> None:
        gone = self._kept.pop(key, None)
        if gone:
            self._entries -= 1 + len(gone.entries)
