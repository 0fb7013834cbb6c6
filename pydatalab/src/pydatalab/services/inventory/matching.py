"""Which entry is which container that was imported before.

A barcode decides. Containers without one are told apart by what they are (``identity``) and, where
several are the same, by all that is said of them: the order of rows in an export means nothing. A
container that was given a barcode since, lost it, or of which one word was corrected, is known
again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydatalab.services.inventory.entries import Slip

Said = Mapping[str, Any]
SaidOf = Callable[[Iterable[str]], Mapping[str, Said]]
"""What was said last of the containers of these keys."""

MOST_COMPARED = 1_000_000
"""Pairs that are compared; where there are more, their order decides."""

MOVING = frozenset({"location", "full_percent", "comment", "date_opened", "barcode", "status"})
"""Fields that change in a container's life."""


@dataclass(frozen=True)
class Known:
    """A container that was imported before."""

    key: str
    identity: str
    bare: bool
    """Whether it had no barcode."""


WEIGHTS = {"full_percent": 1, "comment": 2, "location": 3}
"""How much a field tells of which container it is; all others tell 4."""


def barcode_key(source: str, barcode: str) -> str:
    """The key of a container with a barcode."""
    return f"{source}/barcode/{barcode}"


def row_key(source: str, identity: str, number: int) -> str:
    """The key of one of several containers that are the same."""
    return f"{source}/row/{identity}/{number}"


def give_keys(
    source: str, entries: Iterable[Slip], known: Iterable[Known], said_of: SaidOf
) -> dict[str, str]:
    """Give each entry its key.

    Args:
        source: the inventory.
        entries: all of them; they are given their ``key``.
        known: the containers that were imported from this source before.
        said_of: asked for as few as needed.

    Returns:
        New keys of known containers, by those that they had.
    """
    matching = _Matching(source, {one.key: one for one in known}, said_of)
    bare = []
    for entry in entries:
        if entry.barcode:
            entry.key = barcode_key(source, entry.barcode)
            matching.take(entry)
        else:
            bare.append(entry)
    return matching.match(bare)


class _Matching:
    def __init__(self, source: str, known: dict[str, Known], said_of: SaidOf) -> None:
        self._source = source
        self._left = known
        self._keys = set(known)
        self._said_of = said_of
        self._new: list[Slip] = []
        self._numbers: Counter[str] = Counter()

    def take(self, entry: Slip) -> None:
        """Take an entry for the container of its key, if there is one."""
        if self._left.pop(entry.key, None) is None:
            self._new.append(entry)

    def match(self, bare: list[Slip]) -> dict[str, str]:
        """Give entries without barcode their keys, then look again at what is left on both sides."""
        unmatched = self._pair(bare, True, _identity, _any)
        labelled = self._paired(self._new, True, _identity, _unmoved)
        again = self._pair(unmatched, False, _identity, _unmoved)
        again = self._pair(again, True, lambda _: "", _but_one)
        for entry in again:
            entry.key = self._next_key(entry.identity)
        return {key: entry.key for entry, key in labelled}

    def _pair(
        self,
        entries: list[Slip],
        bare: bool,
        group: Callable[[Any], str],
        alike: "Alike",
    ) -> list[Slip]:
        """Give entries the keys of the containers that they are; those that are left over."""
        for entry, key in self._paired(entries, bare, group, alike):
            entry.key = key
        return [entry for entry in entries if not entry.key]

    def _paired(
        self,
        entries: list[Slip],
        bare: bool,
        group: Callable[[Any], str],
        alike: "Alike",
    ) -> list[tuple[Slip, str]]:
        left = defaultdict(list)
        for one in self._left.values():
            if one.bare is bare:
                left[group(one)].append(one.key)
        come = defaultdict(list)
        for entry in entries:
            if left.get(group(entry)):
                come[group(entry)].append(entry)
        pairs = [pair for name in come for pair in self._best(come[name], left[name], alike)]
        for _, key in pairs:
            del self._left[key]
        return pairs

    def _best(self, entries: list[Slip], keys: list[str], alike: "Alike") -> list[tuple[Slip, str]]:
        """Pairs of entries and containers, those first that say most alike."""
        if len(entries) == len(keys) == 1 and alike is _any:
            return [(entries[0], keys[0])]
        if len(entries) * len(keys) > MOST_COMPARED:
            return list(zip(entries, keys, strict=False)) if alike is _any else []
        said = self._said_of(keys)
        compared = [
            (likeness(now, said[key]), -at, -of)
            for at, now in enumerate(entry.entry().said for entry in entries)
            for of, key in enumerate(keys)
            if alike(now, said[key])
        ]
        pairs: list[tuple[Slip, str]] = []
        taken: set[tuple[str, int]] = set()
        for _, at, of in sorted(compared, reverse=True):
            if not taken & {("entry", at), ("key", of)}:
                taken |= {("entry", at), ("key", of)}
                pairs.append((entries[-at], keys[-of]))
        return pairs

    def _next_key(self, identity: str) -> str:
        while True:
            self._numbers[identity] += 1
            key = row_key(self._source, identity, self._numbers[identity])
            if key not in self._keys:
                return key


Alike = Callable[[Said, Said], bool]


def _identity(one: Slip | Known) -> str:
    return one.identity


def likeness(one: Said, other: Said) -> int:
    """How much of what is said is the same, less what is not; what seldom changes tells most."""
    return sum(
        WEIGHTS.get(name, 4) * (1 if one[name] == other[name] else -1)
        for name in one
        if name in other
    )


def _any(one: Said, other: Said) -> bool:
    return True


def _unmoved(one: Said, other: Said) -> bool:
    """Whether all agrees that does not change in a container's life, and the day it came is known."""
    lasting = (one.keys() & other.keys()) - MOVING
    return bool(one.get("date")) and all(one[name] == other[name] for name in lasting)


def _but_one(one: Said, other: Said) -> bool:
    """Whether one word alone was corrected."""
    shared = one.keys() & other.keys()
    differing = sum(one[name] != other[name] for name in shared)
    return differing <= 1 and sum(one[name] is not None for name in shared) > 3
