"""Documents in an order by which people list them.

The order is cut into sections (see there) and, apart from that, into parts some thirty times as
large, each of which is a set like any other. A listing steps through the parts, and reads sections
only where a part shares members with what is sought. So its work hardly depends on where in the
order the sought documents stand.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice, pairwise
from operator import or_

from pydatalab.store.cursors import Place
from pydatalab.store.sqlite.bitmaps import Bitmap, bitmap, chosen
from pydatalab.store.sqlite.places import (
    LAST,
    Placed,
    Places,
    at_value,
    behind_value,
    grouped,
    position,
)
from pydatalab.store.sqlite.sections import Ids, Sections
from pydatalab.store.sqlite.sets import Sets, Stored

LARGE = 32768
"""Documents that a part has at most."""

FEW = 450
"""Documents whose values are rather read and sorted than looked for in sections."""

ENOUGH = 75
"""Documents that a listing expects to find in the parts that it looks at together."""

TOGETHER = 2
"""Sections that are passed at once where a listing finds nothing."""

Entry = tuple[int, Place]
"""A document's number and its place."""

Part = tuple[Stored, bytes, bytes]
"""A set, the position where it begins, and where the next one does."""


class OrderedBy:
    """The documents of one kind in the order of one field, which has texts and nulls."""

    def __init__(self, kind_name: str, field: str, sets: Sets) -> None:
        self._sets = sets
        self._places = Places(kind_name, field)
        self._sections = Sections(kind_name, field, self._places)
        self._field = f"parts by {field}"
        begin = f"FROM {kind_name}_sets WHERE field = :field AND value"
        self._around = (
            f"SELECT (SELECT max(value) {begin} <= :at), (SELECT min(value) {begin} > :at)"
        )
        self._parts = f"SELECT number, edits, value {begin} >= x'' ORDER BY value"

    def add(self, db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        """Put documents, whose rows are written, in their places."""
        placed = sorted((position(place), id_) for id_, place in entries)
        self._sections.add(db, placed)
        for start, added in self._by_part(db, placed).items():
            if self._sets.add(db, (self._field, start), [id_ for _, id_ in added]) > LARGE:
                self._split(db, start)

    def take(self, db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        """Take documents from the places that they had."""
        placed = sorted((position(place), id_) for id_, place in entries)
        self._sections.take(db, placed)
        for start, taken in self._by_part(db, placed).items():
            self._sets.take(db, (self._field, start), [id_ for _, id_ in taken])

    def walk(
        self, db: sqlite3.Connection, among: Bitmap, within: tuple[bytes, bytes], down: bool
    ) -> Iterator[int]:
        """Those of a set, in order, that stand within two positions."""
        if among.n <= FEW:
            yield from self._walk_few(db, among.members(), within, down)
            return
        parts = self._parts_between(db, *within)
        at_once = 1 + len(parts) * ENOUGH // among.n
        parts = parts[::-1] if down else parts
        for begin in range(0, len(parts), at_once):
            yield from self._walk_parts(db, parts[begin : begin + at_once], among, within, down)

    def between(
        self, db: sqlite3.Connection, among: Bitmap, low: str | None, high: str | None
    ) -> Bitmap:
        """Those of a set whose value is a text from ``low`` to ``high``, both included."""
        if among.n <= FEW:
            return bitmap(self._places.between(db, among.members(), low, high))
        first, last = at_value(low or ""), LAST if high is None else behind_value(high)
        parts = self._parts_between(db, first, last)
        states = tuple(stored for stored, _, _ in parts)
        return among & self._sets.recent.get(
            (self._field, first, last, states), lambda: self._read_between(db, parts, first, last)
        )

    def _read_between(
        self, db: sqlite3.Connection, parts: list[Part], first: bytes, last: bytes
    ) -> Bitmap:
        """All between two positions: whole parts, and of those at the ends what is inside."""
        found = Bitmap({})
        for stored, start, end in parts:
            if first <= start and end <= last:
                found |= self._sets.of_stored(db, stored)
            else:
                found |= self._of_sections(db, max(first, start), min(last, end))
        return found

    def _of_sections(self, db: sqlite3.Connection, first: bytes, last: bytes) -> Bitmap:
        sections = self._sections.walk(db, first, last, down=False)
        return bitmap([id_ for ids in sections for id_ in ids])

    def _walk_parts(
        self,
        db: sqlite3.Connection,
        parts: list[Part],
        among: Bitmap,
        within: tuple[bytes, bytes],
        down: bool,
    ) -> Iterator[int]:
        """Those of a set in neighbouring parts of the order, which come in the order of the walk."""
        inside = among & reduce(or_, (self._sets.of_stored(db, stored) for stored, _, _ in parts))
        if not inside:
            return
        if inside.n <= FEW:
            yield from self._walk_few(db, inside.members(), within, down)
        elif half := len(parts) // 2:
            yield from self._walk_parts(db, parts[:half], among, within, down)
            yield from self._walk_parts(db, parts[half:], among, within, down)
        else:
            yield from self._walk_part(db, parts[0], among, within, down)

    def _walk_part(
        self,
        db: sqlite3.Connection,
        part: Part,
        among: Bitmap,
        within: tuple[bytes, bytes],
        down: bool,
    ) -> Iterator[int]:
        stored, start, end = part
        sections = self._sections.walk(db, max(within[0], start), min(within[1], end), down)
        found = True
        while stretch := list(islice(sections, TOGETHER)):
            if not found and not among & self._united(stored, stretch):
                continue
            found = False
            for ids in stretch:
                for id_ in chosen(ids, among.raw):
                    found = True
                    yield id_

    def _united(self, stored: Stored, stretch: list[Ids]) -> Bitmap:
        """The documents of neighbouring sections; their part's state and their ends tell which."""
        return self._sets.recent.get(
            (stored, stretch[0][0], stretch[-1][-1]),
            lambda: bitmap([id_ for ids in stretch for id_ in ids]),
        )

    def _walk_few(
        self, db: sqlite3.Connection, ids: list[int], within: tuple[bytes, bytes], down: bool
    ) -> Iterator[int]:
        first, last = within
        for id_, place in self._places.sorted(db, ids, down):
            if first <= position(place) < last:
                yield id_

    def _parts_between(self, db: sqlite3.Connection, first: bytes, last: bytes) -> list[Part]:
        """The parts that have room for documents between two positions."""
        known = self._sets.recent.get(
            (self._sets.state(db), self._field), lambda: self._read_parts(db)
        )
        return [part for part in known if part[1] < last and first < part[2]]

    def _read_parts(self, db: sqlite3.Connection) -> list[Part]:
        begins = [
            (start, (number, edits))
            for number, edits, start in db.execute(self._parts, {"field": self._field})
        ]
        return [
            (stored, start, end)
            for (start, stored), (end, _) in pairwise([*begins, (LAST, (0, 0))])
        ]

    def _by_part(self, db: sqlite3.Connection, placed: list[Placed]) -> dict[bytes, list[Placed]]:
        return grouped(
            placed, lambda at: db.execute(self._around, {"field": self._field, "at": at}).fetchone()
        )

    def _split(self, db: sqlite3.Connection, start: bytes) -> None:
        """Cut a part that is too large into some that are not."""
        ids = self._sets.of_name(db, (self._field, start)).members()
        entries, kept = list(self._places.sorted(db, ids)), LARGE * 3 // 4
        for cut in range(kept, len(entries), kept):
            moved = [id_ for id_, _ in entries[cut : cut + kept]]
            self._sets.take(db, (self._field, start), moved)
            self._sets.add(db, (self._field, position(entries[cut][1])), moved)
