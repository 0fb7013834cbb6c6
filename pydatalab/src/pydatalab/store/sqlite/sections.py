# ruff: noqa: S608 (names of tables come from kinds.py alone, values are bound)
"""An order, cut into sections: lists of some hundred neighbouring documents, in their order."""

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, partial
from typing import TypeAlias

from pydatalab.store.sqlite.places import LAST, Placed, Places, grouped

FULL = 960
"""Documents that a section has at most, so that it fits a page of the database."""

Ids: TypeAlias = "array[int]"


class Sections:
    """The sections of one order; each method works within the caller's transaction.

    A section begins at a position that it keeps, whatever stands there, and reaches to the next.
    """

    def __init__(self, kind_name: str, field: str, places: Places) -> None:
        self._field, self._places = field, places
        table = f"{kind_name}_sections"
        start = f"FROM {table} WHERE field = :field AND start"
        self._around = (
            f"SELECT (SELECT max(start) {start} <= :at), (SELECT min(start) {start} > :at)"
        )
        self._walk = (
            f"SELECT start, start = (SELECT max(start) {start} < :last), ids "
            f"{start} >= coalesce((SELECT max(start) {start} <= :first), x'') "
            "AND start < :last ORDER BY start {way}"
        )
        self._get = f"SELECT ids {start} = :start"
        self._drop = f"DELETE {start} = :start"
        self._put = (
            f"INSERT INTO {table} (field, start, ids) VALUES (:field, :start, :ids) "
            "ON CONFLICT (field, start) DO UPDATE SET ids = excluded.ids"
        )

    def add(self, db: sqlite3.Connection, placed: list[Placed]) -> None:
        """Put documents, whose rows are written, in their places; they come sorted."""
        for start, added in self._by_section(db, placed).items():
            ids = self._read(db, start)
            if len(added) * 8 > len(ids):
                ids.extend(id_ for _, id_ in added)
                ids = array("I", [id_ for id_, _ in self._places.sorted(db, ids)])
            else:
                position_of = cache(partial(self._places.of, db))
                for at, id_ in added:
                    ids.insert(bisect_left(ids, at, key=position_of), id_)
            self._write(db, start, ids)

    def take(self, db: sqlite3.Connection, placed: list[Placed]) -> None:
        """Take documents from the places that they had; they come sorted."""
        for start, taken in self._by_section(db, placed).items():
            gone = {id_ for _, id_ in taken}
            ids = self._read(db, start)
            self._write(db, start, array("I", [id_ for id_ in ids if id_ not in gone]))

    def walk(self, db: sqlite3.Connection, first: bytes, last: bytes, down: bool) -> Iterator[Ids]:
        """The documents from one position to before another, in order, a section at a time."""
        asked = {"field": self._field, "first": first, "last": last}
        for start, is_last, stored in db.execute(
            self._walk.format(way="DESC" if down else "ASC"), asked
        ):
            ids = array("I", stored)
            if is_last and last < LAST:
                ids = ids[: self._index(db, ids, last)]
            if start < first:
                ids = ids[self._index(db, ids, first) :]
            if ids:
                yield ids[::-1] if down else ids

    def _by_section(
        self, db: sqlite3.Connection, placed: list[Placed]
    ) -> dict[bytes, list[Placed]]:
        return grouped(
            placed, lambda at: db.execute(self._around, {"field": self._field, "at": at}).fetchone()
        )

    def _index(self, db: sqlite3.Connection, ids: Ids, at: bytes) -> int:
        """How many of a section stand before a position."""
        return bisect_left(ids, at, key=partial(self._places.of, db))

    def _read(self, db: sqlite3.Connection, start: bytes) -> Ids:
        found = db.execute(self._get, {"field": self._field, "start": start}).fetchone()
        return array("I", found[0] if found else b"")

    def _write(self, db: sqlite3.Connection, start: bytes, ids: Ids) -> None:
        """Write a section, cut in several if it is too full."""
        if not ids:
            db.execute(self._drop, {"field": self._field, "start": start})
        kept = len(ids) if len(ids) <= FULL else FULL * 3 // 4
        for cut in range(0, len(ids), kept or 1):
            begins = self._places.of(db, ids[cut]) if cut else start
            stored = ids[cut : cut + kept].tobytes()
            db.execute(self._put, {"field": self._field, "start": begins, "ids": stored})
