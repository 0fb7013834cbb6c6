"""Doing each thing once, for however many ask for it at the same time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from pydatalab.errors import LimitExceeded, Unavailable, UnreadableFile

MOST_CALLERS = 24
"""Those who may wait at the same time: fewer than the threads that serve all other requests."""

REMEMBERED = 60.0
"""Seconds for which what failed over a file is not tried again."""

REMEMBERED_LIMIT = 900.0
"""The same for what went beyond its limits: it would hold a worker up for as long again."""


class Once:
    """Does each thing once at a time, and does not try again at once what failed over a file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callers = 0
        self._running: dict[str, Future[None]] = {}
        self._failed: dict[str, tuple[float, UnreadableFile]] = {}

    def do(self, key: str, make: Callable[[], None]) -> None:
        """Run ``make``, or wait for the one that runs already under that key.

        Raises:
            UnreadableFile: what it failed with, now or a moment ago.
            Unavailable: too many wait already.
            Exception: whatever else it failed with.
        """
        mine: Future[None] = Future()
        running = self._join(key, mine)
        try:
            if running is mine:
                self._run(key, mine, make)
            running.result()
        finally:
            with self._lock:
                self._callers -= 1

    def _join(self, key: str, mine: Future[None]) -> Future[None]:
        """The run of that key to wait for, which is ``mine`` where there was none."""
        with self._lock:
            self._forget()
            if key in self._failed:
                raise self._failed[key][1].with_traceback(None)  # it would grow with each caller
            if self._callers >= MOST_CALLERS:
                raise Unavailable("The lab is busy reading files. Try again in a moment.")
            self._callers += 1
            return self._running.setdefault(key, mine)

    def _run(self, key: str, mine: Future[None], make: Callable[[], None]) -> None:
        try:
            make()
        except BaseException as exc:
            self._end(key, exc)
            mine.set_exception(exc)
        else:
            self._end(key, None)
            mine.set_result(None)

    def _end(self, key: str, error: BaseException | None) -> None:
        with self._lock:
            del self._running[key]
            if isinstance(error, UnreadableFile):
                limit = isinstance(error, LimitExceeded)
                until = time.monotonic() + (REMEMBERED_LIMIT if limit else REMEMBERED)
                self._failed[key] = (until, error)

    def _forget(self) -> None:
        now = time.monotonic()
        for key in [key for key, (until, _) in self._failed.items() if until < now]:
            del self._failed[key]
