"""All remote folders of a lab: looked into, with a memory, and opened."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import BinaryIO, Literal

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.remotes.flights import Flights
from pydatalab.files.remotes.listings import MOST_ENTRIES, Listing, Listings
from pydatalab.files.remotes.opening import open_remote
from pydatalab.files.remotes.pool import Pool
from pydatalab.files.remotes.port import Entry, Remote, parts_of
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.models.remotes import RemoteFilesystem

SECONDS = 12
"""How long a listing is waited for."""

AWAY = 10
"""Seconds for which a place that was away is not asked again, unless somebody insists."""

Wanted = Literal["recent", "fresh", "any"]
"""``recent``: not older than the maximum age; ``fresh``: read now, unless younger than the minimum
age; ``any``: of whatever age."""


class RemoteFolders:
    """The remote folders that the settings name. Methods may be called from any thread."""

    def __init__(
        self,
        places: Sequence[RemoteFilesystem] = (),
        keys: SSHKeys | None = None,
        *,
        oldest: float = 3600,
        youngest: float = 60,
    ) -> None:
        """Know of the places; nothing is asked of them yet.

        Args:
            places: what the settings say.
            keys: of this server, for those reached by SSH.
            oldest: age of a listing in seconds above which it is read anew.
            youngest: age below which it is not read anew though asked for.
        """
        self.places = {place.name: place for place in places}
        self._oldest, self._youngest = oldest, youngest
        ssh_keys = keys or SSHKeys()
        self._pool = Pool(lambda place: open_remote(place, ssh_keys))
        self._listings = Listings()
        self._flights: Flights[Listing] = Flights()
        self._looks: Flights[Entry] = Flights()
        self._away: dict[str, tuple[float, Unavailable]] = {}

    def place(self, name: str) -> RemoteFilesystem:
        """What the settings say of a place.

        Raises:
            NotFound: they name none of this name.
        """
        if name not in self.places:
            raise NotFound(f"There is no remote folder {name!r} in the settings.")
        return self.places[name]

    def listing(self, name: str, path: str, wanted: Wanted = "recent") -> Listing:
        """What stands in a folder of a place.

        Raises:
            NotFound: no such place, or no such folder in it.
            Forbidden: the server itself may not read it.
            Unavailable: the place is away.
        """
        place = self.place(name)
        parts_of(path)
        kept = self._listings.get(name, path)
        if kept is not None and self._will_do(kept, wanted):
            return kept
        if wanted != "fresh":
            self._check_not_away(name)
        read = partial(self._read, place, path)
        try:
            return self._flights.ask((name, path), read, seconds=SECONDS, who=name)
        except Unavailable as exc:
            self._away[name] = (time.monotonic() + AWAY, exc)
            raise

    def _will_do(self, listing: Listing, wanted: Wanted) -> bool:
        age = max(0.0, time.time() - listing.read_at)
        return wanted == "any" or age < (self._youngest if wanted == "fresh" else self._oldest)

    def _check_not_away(self, name: str) -> None:
        until, said = self._away.get(name, (0.0, None))
        if said is not None and time.monotonic() < until:
            raise Unavailable(said.message)

    def _read(self, place: RemoteFilesystem, path: str) -> Listing:
        listing = self._pool.ask(place, lambda remote: _listed(remote, path))
        self._listings.put(place.name, path, listing)
        self._away.pop(place.name, None)
        return listing

    def look(self, name: str, path: str, *, seconds: float = SECONDS) -> Entry:
        """A file or folder as it is now.

        Raises:
            NotFound, Forbidden, Unavailable: as ``listing``.
        """
        place = self.place(name)

        def asked() -> Entry:
            return self._pool.ask(place, lambda remote: remote.look(path))

        return self._looks.ask((name, path), asked, seconds=seconds, who=name)

    @contextmanager
    def opened(self, name: str, path: str) -> Iterator[tuple[Entry, BinaryIO]]:
        """A file as it is now, and its bytes up to the size that it has now.

        Raises:
            NotFound, Forbidden, Unavailable: as ``listing``.
        """
        with self._pool.connected(self.place(name)) as remote:
            entry, stream = remote.open(path)
            with stream:
                yield entry, stream

    def ages(self, name: str) -> list[float]:
        """When each folder that is remembered of a place was read, the oldest first; seconds since 1970."""
        return self._listings.ages(name)

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()


def _listed(remote: Remote, path: str) -> Listing:
    read_at = time.time()
    found = list(islice(remote.entries(path), MOST_ENTRIES + 1))
    shown = sorted(
        found[:MOST_ENTRIES], key=lambda one: (one.kind != "folder", one.name.casefold(), one.name)
    )
    return Listing(tuple(shown), read_at, len(found) <= MOST_ENTRIES)
