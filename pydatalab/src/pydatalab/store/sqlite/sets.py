# ruff: noqa: S608 (names of tables come from kinds.py alone, values are bound)
"""Sets of documents that the database keeps: those of one type, those that a person may see.

A set is named by a field and one of its values. ``<kind>_sets`` counts its members, ``<kind>_bits``
has them, in chunks (see ``bitmaps``).
"""

import sqlite3
from collections import defaultdict

import orjson

from pydatalab.store.sqlite.bitmaps import CHUNK, Bitmap, chunk, packed, union, unpacked
from pydatalab.store.sqlite.recent import Recent

Name = tuple[str, str | bytes]
"""A field and a value: which set is meant."""

ALL: Name = ("", "")
"""The set of all documents. It counts as changed whenever any set is, or any order."""

Stored = tuple[int, int]
"""A set's number and how often it was changed: together, one state of it."""

ROOM_FOR_RECENT = 24_000_000
"""Bytes of memory for sets that were read lately."""

ROOM = 24
"""Bits of a chunk's key that number it within its set."""


class Sets:
    """The stored sets of one kind; each method works within the caller's transaction."""

    def __init__(self, kind_name: str) -> None:
        sets, bits = f"{kind_name}_sets", f"{kind_name}_bits"
        chunks = f"SELECT key & {(1 << ROOM) - 1}, bits FROM"
        inside = f"key >= number << {ROOM} AND key < (number + 1) << {ROOM}"
        self.recent = Recent(ROOM_FOR_RECENT)
        self._state = f"SELECT number, edits FROM {sets} WHERE field = ? AND value = ?"
        self._change = f"UPDATE {sets} SET edits = edits + 1 WHERE field = ? AND value = ?"
        self._stored = (
            f"SELECT json_group_array(number), sum(edits) FROM {sets} "
            "WHERE field = ? AND value IN (SELECT value FROM json_each(?))"
        )
        self._of_numbers = (
            f"{chunks} (SELECT value AS number FROM json_each(?)) CROSS JOIN {bits} ON {inside}"
        )
        self._of_name = (
            f"{chunks} {sets} CROSS JOIN {bits} ON {inside} WHERE field = ? AND value = ?"
        )
        self._grow = (
            f"INSERT INTO {sets} (field, value, n, edits) VALUES (?, ?, ?, 1) "
            "ON CONFLICT (field, value) DO UPDATE SET n = n + excluded.n, edits = edits + 1 RETURNING number, n"
        )
        self._forget = f"DELETE FROM {sets} WHERE number = ?"
        self._get = f"SELECT bits FROM {bits} WHERE key = ?"
        self._put = f"INSERT OR REPLACE INTO {bits} VALUES (?, ?)"
        self._drop = f"DELETE FROM {bits} WHERE key = ?"

    def state(self, db: sqlite3.Connection) -> Stored | None:
        """What tells the present state of all sets from any other, but not within a change."""
        found: Stored | None = db.execute(self._state, ALL).fetchone()
        return found

    def changed(self, db: sqlite3.Connection) -> None:
        """Let the state be another one."""
        db.execute(self._change, ALL)

    def of_name(self, db: sqlite3.Connection, name: Name) -> Bitmap:
        """The documents that are in this set."""
        return union(db.execute(self._of_name, name).fetchall())

    def of_values(
        self, db: sqlite3.Connection, field: str, values: tuple[str, ...] | frozenset[str]
    ) -> Bitmap:
        """The documents that are in one of these sets of a field."""
        numbers, edits = self.recent.get(
            (self.state(db), field, values),
            lambda: db.execute(
                self._stored, (field, orjson.dumps(list(values)).decode())
            ).fetchone(),
        )
        return self._united(db, numbers, edits)

    def of_stored(self, db: sqlite3.Connection, stored: Stored) -> Bitmap:
        """The documents that are in this set, which this transaction has not changed."""
        number, edits = stored
        return self._united(db, f"[{number}]", edits)

    def _united(self, db: sqlite3.Connection, numbers: str, edits: int | None) -> Bitmap:
        """The documents of sets that were changed so many times, taken together."""
        return self.recent.get(
            (numbers, edits), lambda: union(db.execute(self._of_numbers, (numbers,)).fetchall())
        )

    def add(self, db: sqlite3.Connection, name: Name, ids: list[int]) -> int:
        """Put documents that are not in it into a set; how many are in it then."""
        number, n = db.execute(self._grow, (*name, len(ids))).fetchone()
        self._flip(db, number, ids)
        return int(n)

    def take(self, db: sqlite3.Connection, name: Name, ids: list[int]) -> None:
        """Take documents that are in it out of a set."""
        number, n = db.execute(self._grow, (*name, -len(ids))).fetchone()
        self._flip(db, number, ids)
        if not n:
            db.execute(self._forget, (number,))

    def _flip(self, db: sqlite3.Connection, number: int, ids: list[int]) -> None:
        by_chunk = defaultdict(list)
        for id_ in ids:
            by_chunk[id_ // CHUNK].append(id_ % CHUNK)
        for at, flipped in by_chunk.items():
            key = number << ROOM | at
            stored = db.execute(self._get, (key,)).fetchone()
            bits = (unpacked(stored[0]) if stored else 0) ^ chunk(flipped)
            if bits:
                db.execute(self._put, (key, packed(bits)))
            else:
                db.execute(self._drop, (key,))
