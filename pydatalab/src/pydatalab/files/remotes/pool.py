"""Connections that are kept for a while: the next folder is a click away, a new connection is not."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pydatalab.errors import DatalabError, Unavailable
from pydatalab.files.remotes.port import Remote
from pydatalab.models.remotes import RemoteFilesystem

T = TypeVar("T")

IDLE = 60
"""Seconds after which a connection that nobody used is closed."""

KEPT = 2
"""Idle connections to one place."""

Open = Callable[[RemoteFilesystem], Remote]


class Pool:
    """Open connections by the name of their place; each is used by one thread at a time."""

    def __init__(self, open_: Open) -> None:
        self._open = open_
        self._lock = threading.Lock()
        self._idle: defaultdict[str, list[tuple[float, Remote]]] = defaultdict(list)

    def ask(self, place: RemoteFilesystem, question: Callable[[Remote], T]) -> T:
        """An answer of a place. Where a kept connection broke meanwhile, a new one is asked."""
        kept = self._taken(place)
        if kept is not None:
            try:
                return self._answered(place, kept, question)
            except Unavailable:
                pass
        return self._answered(place, self._open(place), question)

    @contextmanager
    def connected(self, place: RemoteFilesystem) -> Iterator[Remote]:
        """A new connection, for something long."""
        remote = self._open(place)
        try:
            yield remote
        finally:
            remote.close()

    def close(self) -> None:
        """Close all that are idle."""
        with self._lock:
            remotes = [remote for kept in self._idle.values() for _, remote in kept]
            self._idle.clear()
        for remote in remotes:
            remote.close()

    def _answered(
        self, place: RemoteFilesystem, remote: Remote, question: Callable[[Remote], T]
    ) -> T:
        try:
            answer = question(remote)
        except BaseException as exc:
            if isinstance(exc, DatalabError) and not isinstance(exc, Unavailable):
                self._put_back(place, remote)
            else:
                remote.close()
            raise
        self._put_back(place, remote)
        return answer

    def _taken(self, place: RemoteFilesystem) -> Remote | None:
        self._close_old()
        with self._lock:
            kept = self._idle[place.name]
            return kept.pop()[1] if kept else None

    def _put_back(self, place: RemoteFilesystem, remote: Remote) -> None:
        with self._lock:
            kept = self._idle[place.name]
            if room := len(kept) < KEPT:
                kept.append((time.monotonic(), remote))
        if not room:
            remote.close()

    def _close_old(self) -> None:
        before = time.monotonic() - IDLE
        with self._lock:
            old = [one for kept in self._idle.values() for one in kept if one[0] < before]
            for kept in self._idle.values():
                kept[:] = [one for one in kept if one[0] >= before]
        for _, remote in old:
            remote.close()
