"""Work beside other work, in the order in which it was asked for."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

TOGETHER = 1024 * 1024
"""Bytes of work that are handed over at once: each handing over takes time from both threads."""

AHEAD = 8
"""How often so much may wait."""


class Lane:
    """Work on bytes on a thread of its own, one piece behind the other.

    Whoever hands over too much waits. What goes wrong is raised by a later call.
    """

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._sent: deque[Future[None]] = deque()
        self._waiting: list[Callable[[], object]] = []
        self._size = 0

    def add(self, do: Callable[[], object], size: int = 0) -> None:
        """Let this be done when what came before is.

        Args:
            do: the work.
            size: bytes that wait for it in memory.
        """
        self._waiting.append(do)
        self._size += size
        if self._size >= TOGETHER:
            self._send()

    def finish(self) -> None:
        """Wait until all is done."""
        self._send()
        while self._sent:
            self._sent.popleft().result()

    def close(self) -> None:
        """Let the thread go, when all is done; what goes wrong now is not raised."""
        if self._waiting:
            self._thread.submit(_do_all, self._waiting)
            self._waiting = []
        self._thread.shutdown()

    def _send(self) -> None:
        while len(self._sent) >= AHEAD or (self._sent and self._sent[0].done()):
            self._sent.popleft().result()
        self._sent.append(self._thread.submit(_do_all, self._waiting))
        self._waiting, self._size = [], 0


def _do_all(work: list[Callable[[], object]]) -> None:
    for do in work:
        do()
