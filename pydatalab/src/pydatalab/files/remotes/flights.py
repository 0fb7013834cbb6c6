"""Questions to machines that may never answer: each is asked once at a time, and not waited for long.

A mounted folder whose server is gone holds whoever asks it for minutes, whatever they do about it.
So a thread of its own asks; those who wait go away after a while, and what it hears in the end is
there for the next who ask.
"""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from pydatalab.errors import Unavailable

T = TypeVar("T")

MOST = 64
"""Questions that may be under way."""


class Flights(Generic[T]):
    """Questions that are under way, by what is asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[T]] = {}

    def ask(self, key: Hashable, question: Callable[[], T], *, seconds: float, who: str) -> T:
        """The answer to a question; two who ask the same at once are answered together.

        Args:
            key: what is asked.
            question: asks it, in a thread of its own.
            seconds: how long the answer is waited for.
            who: is asked, for people.

        Raises:
            Unavailable: it does not come in time, or too many are waited for.
        """
        with self._lock:
            answer = self._under_way.get(key)
            if answer is None:
                answer = self._begun(key, question, who)
        try:
            return answer.result(seconds)
        except TimeoutError:
            raise Unavailable(
                f"{who} has not answered for {seconds:g} s. It may be slow or away: try again in a"
                " moment."
            ) from None

    def _begun(self, key: Hashable, question: Callable[[], T], who: str) -> "Future[T]":
        if len(self._under_way) >= MOST:
            raise Unavailable(f"Too much is asked of {who} and others. Try again in a moment.")
        answer: Future[T] = Future()
        self._under_way[key] = answer
        threading.Thread(target=self._answer, args=(key, question, answer), daemon=True).start()
        return answer

    def _answer(self, key: Hashable, question: Callable[[], T], answer: "Future[T]") -> None:
        try:
            found = question()
        except BaseException as exc:
            self._landed(key)
            answer.set_exception(exc)
        else:
            self._landed(key)
            answer.set_result(found)

    def _landed(self, key: Hashable) -> None:
        with self._lock:
            del self._under_way[key]
