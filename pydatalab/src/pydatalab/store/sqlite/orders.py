"""Documents in an order by which people list them.

The order is cut into sections of neighbouring documents, which are sets like any other, each named
by the position where it begins; and, apart from that, into coarse sections some thirty times as
large. A listing steps through them and looks closely only at those that share members with what is
sought. So its work hardly depends on where in the order the sought documents stand.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import orjson

from pydatalab.store.cursors import Place
from pydatalab.store.sqlite.bitmaps import bitmap, members
from pydatalab.store.sqlite.sets import Sets

FINE, COARSE = 1024, 32768
"""Documents that a section has at most; a fuller one is split."""

FIRST, LAST = b"", b"\xff"
"""Before all positions, and behind them."""

Entry = tuple[int, Place]
"""A document's number and its place."""

Section = tuple[int, bytes, bytes]
"""The number of a set, the position where it begins, and where the next one does."""


class OrderedBy:
    """The documents of one kind in the order of one field, which has texts and nulls."""

    def __init__(self, kind_name: str, field: str, sets: Sets) -> None:
        self._sets, self._field = sets, field
        among = (
            f"FROM json_each(?) AS chosen CROSS JOIN {kind_name} AS kept ON kept.id = chosen.value"
        )
        self._sorted = f'SELECT kept.id, "{field}", immutable_id {among} ORDER BY 2 {{0}}, 3 {{0}}'
        self._between = (
            f'SELECT kept.id {among} WHERE "{field}" >= ? AND "{field}" <= coalesce(?, x\'\')'
        )
        begin = f"FROM {kind_name}_sets WHERE field = :level AND value"
        self._sections = (
            f"SELECT number, value {begin} >= coalesce((SELECT max(value) {begin} <= :first), x'') "
            "AND value < :last ORDER BY value"
        )
        self._around = (
            f"SELECT (SELECT max(value) {begin} <= :at), (SELECT min(value) {begin} > :at)"
        )

    # Writing

    def add(self, db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        """Put documents, whose rows are written, in their places."""
        positions = sorted((position(place), id_) for id_, place in entries)
        for size in (FINE, COARSE):
            for start, ids in self._by_section(db, size, positions).items():
                if self._sets.add(db, self._name(size, start), ids) > size:
                    self._split(db, size, start)

    def take(self, db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        """Take documents from the places that they had."""
        positions = sorted((position(place), id_) for id_, place in entries)
        for size in (FINE, COARSE):
            for start, ids in self._by_section(db, size, positions).items():
                self._sets.take(db, self._name(size, start), ids)

    def _by_section(
        self, db: sqlite3.Connection, size: int, positions: list[tuple[bytes, int]]
    ) -> dict[bytes, list[int]]:
        found, start, end = defaultdict(list), FIRST, FIRST
        for at, id_ in positions:
            if at >= end:
                around = {"level": self._level(size), "at": at}
                start, end = db.execute(self._around, around).fetchone()
                start, end = start or FIRST, end or LAST
            found[start].append(id_)
        return found

    def _split(self, db: sqlite3.Connection, size: int, start: bytes) -> None:
        """Cut a section that is too full into some that are not."""
        whole = self._sets.of_name(db, self._name(size, start))
        entries, kept = self.sorted(db, whole), size * 3 // 4
        for cut in range(kept, len(entries), kept):
            ids = [id_ for id_, _ in entries[cut : cut + kept]]
            self._sets.take(db, self._name(size, start), ids)
            self._sets.add(db, self._name(size, position(entries[cut][1])), ids)

    # Reading

    def walk(
        self, db: sqlite3.Connection, among: int, after: Place | None, down: bool
    ) -> Iterator[Entry]:
        """Those of a set that stand behind a place, in order."""
        if after is None:
            for part in self._parts(db, COARSE, among, FIRST, LAST, down):
                yield from self.sorted(db, part, down)
            return
        last = position(after)
        first, end = (FIRST, last) if down else (last, LAST)
        for part in self._parts(db, COARSE, among, first, end, down):
            for entry in self.sorted(db, part, down):
                at = position(entry[1])
                if at < last if down else at > last:
                    yield entry

    def between(self, db: sqlite3.Connection, among: int, low: str | None, high: str | None) -> int:
        """Those of a set whose value is a text from ``low`` to ``high``, both included."""
        first = b"\1" if low is None else b"\1" + _escaped(low)
        last = b"\2" if high is None else b"\1" + _escaped(high) + b"\0\xfe"
        return self._range(db, COARSE, among, first, last, (low or "", high))

    def sorted(self, db: sqlite3.Connection, among: int, down: bool = False) -> list[Entry]:
        """All of a set, in order."""
        statement = self._sorted.format("DESC" if down else "ASC")
        found = db.execute(statement, (_as_json(members(among)),))
        return [(id_, (value, immutable_id)) for id_, value, immutable_id in found]

    def _parts(
        self, db: sqlite3.Connection, size: int, among: int, first: bytes, last: bytes, down: bool
    ) -> Iterator[int]:
        """A set as small sets, one behind the other, from the sections between two positions."""
        if among.bit_count() <= FINE:
            yield among
            return
        sections = self._between_positions(db, size, first, last)
        for number, start, end in reversed(sections) if down else sections:
            part = among & self._sets.of_numbers(db, [number])
            if part.bit_count() <= FINE:
                yield part
            else:
                inner = max(first, start), min(last, end)
                yield from self._parts(db, FINE, part, *inner, down)

    def _range(
        self,
        db: sqlite3.Connection,
        size: int,
        among: int,
        first: bytes,
        last: bytes,
        ends: tuple[str, str | None],
    ) -> int:
        """What of a set stands between two positions, which are those of the ``ends``."""
        if among.bit_count() <= FINE:
            rows = db.execute(self._between, (_as_json(members(among)), *ends))
            return bitmap(id_ for (id_,) in rows)
        sections = self._between_positions(db, size, first, last)
        inside = [number for number, start, end in sections if first <= start and end <= last]
        found = among & self._sets.of_numbers(db, inside)
        for number, start, end in sections:
            if number not in inside:
                part = among & self._sets.of_numbers(db, [number])
                inner = max(first, start), min(last, end)
                found |= self._range(db, FINE, part, *inner, ends)
        return found

    def _between_positions(
        self, db: sqlite3.Connection, size: int, first: bytes, last: bytes
    ) -> list[Section]:
        """The sections that have room for documents between two positions."""
        asked = {"level": self._level(size), "first": first, "last": last}
        starts = db.execute(self._sections, asked).fetchall()
        return [
            (number, start, end) for (number, start), (_, end) in pairwise([*starts, (0, LAST)])
        ]

    def _level(self, size: int) -> str:
        return f"{self._field} by {size}"

    def _name(self, size: int, start: bytes) -> tuple[str, bytes]:
        return self._level(size), start


def position(place: Place) -> bytes:
    """A place as bytes that sort as places do: nulls, then texts, equals by ``immutable_id``."""
    value, immutable_id = place
    if value is None:
        return b"\0" + immutable_id.encode()
    return b"\1" + _escaped(value) + b"\0" + immutable_id.encode()


def _escaped(value: str) -> bytes:
    return value.encode().replace(b"\0", b"\0\xff")


def _as_json(ids: list[int]) -> str:
    return orjson.dumps(ids).decode()
