"""Sets that were read from the database, kept for a while."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Recent:
    """Sets by what they were read from, which must tell one state of it from any other.

    Those that were used last are kept, as many as fit into ``room`` [bytes].
    """

    def __init__(self, room: int) -> None:
        self._room, self._used = room, 0
        self._kept: OrderedDict[Hashable, int] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], int]) -> int:
        """The set of this key, read if it is not here."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = read()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = found
                self._used += _size(found)
            while self._used > self._room:
                self._used -= _size(self._kept.popitem(last=False)[1])
        return found


def _size(bits: int) -> int:
    return bits.bit_length() // 8 + 200
