"""What was read from the database lately, kept for a while."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from sys import getsizeof
from typing import Any, TypeVar

T = TypeVar("T")

ENTRY = 500
"""Bytes that an entry takes beside its value, roughly."""


class Recent:
    """Values by what they were made from, which must tell one state of it from any other.

    Those that were used last are kept, as many as fit into ``room`` [bytes].
    """

    def __init__(self, room: int) -> None:
        self._room, self._used = room, 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of this key, made if it is not here."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: T = self._kept[key][0]
                return kept
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made, getsizeof(made) + ENTRY
                self._used += self._kept[key][1]
            while self._used > self._room:
                self._used -= self._kept.popitem(last=False)[1][1]
        return made
