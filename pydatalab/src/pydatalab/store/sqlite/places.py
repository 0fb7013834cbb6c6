# ruff: noqa: S608 (names of tables and columns come from kinds.py alone, values are bound)
"""Where documents stand in the order of a field: by its text, or none, and the ``immutable_id``."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import orjson

from pydatalab.store.cursors import Place

FIRST, LAST = b"", b"\xff"
"""Before all positions, and behind them."""

Placed = tuple[bytes, int]
"""A position and the number of the document that has it."""


def position(place: Place) -> bytes:
    """A place as bytes that sort as places do: nulls, then texts, equals by ``immutable_id``."""
    value, immutable_id = place
    if value is None:
        return b"\0" + immutable_id.encode()
    return at_value(value) + b"\0" + immutable_id.encode()


def at_value(value: str) -> bytes:
    """What stands before the positions of all documents of this value."""
    return b"\1" + value.encode().replace(b"\0", b"\0\xff")


def behind_value(value: str) -> bytes:
    """What stands behind the positions of all documents of this value."""
    return at_value(value) + b"\0\xfe"


def stretch(
    span: tuple[str | None, str | None], after: Place | None, down: bool
) -> tuple[bytes, bytes]:
    """Where a listing begins and where it ends, which stands between two values (``None``: open)
    and goes on after a place: the first position, and the one behind the last."""
    low, high = span
    first = FIRST if low is None else at_value(low)
    last = LAST if high is None else behind_value(high)
    if after is None:
        return first, last
    if down:
        return first, min(last, position(after))
    return max(first, position(after) + b"\0"), last


def grouped(
    placed: list[Placed], around: Callable[[bytes], tuple[bytes | None, bytes | None]]
) -> dict[bytes, list[Placed]]:
    """Documents, sorted by position, under the beginning of the stretch in which each stands.

    ``around`` tells where the stretch about a position begins and where the next one does.
    """
    found, start, end = defaultdict(list), FIRST, FIRST
    for at, id_ in placed:
        if at >= end:
            begins, ends = around(at)
            start, end = begins or FIRST, ends or LAST
        found[start].append((at, id_))
    return found


class Places:
    """The places of the documents of one kind in the order of one field."""

    def __init__(self, kind_name: str, field: str) -> None:
        among = f"FROM json_each(?) AS chosen CROSS JOIN {kind_name} AS kept ON kept.id = value"
        self._one = f'SELECT "{field}", immutable_id FROM {kind_name} WHERE id = ?'
        self._sorted = f'SELECT kept.id, "{field}", immutable_id {among} ORDER BY 2 {{0}}, 3 {{0}}'
        self._between = (
            f'SELECT kept.id {among} WHERE "{field}" >= ? AND "{field}" <= coalesce(?, x\'\')'
        )

    def of(self, db: sqlite3.Connection, id_: int) -> bytes:
        """The position of a document."""
        return position(db.execute(self._one, (id_,)).fetchone())

    def sorted(
        self, db: sqlite3.Connection, ids: Sequence[int], down: bool = False
    ) -> Iterator[tuple[int, Place]]:
        """Documents in order, with their places."""
        statement = self._sorted.format("DESC" if down else "ASC")
        found = db.execute(statement, (orjson.dumps(list(ids)).decode(),))
        return ((id_, (value, immutable_id)) for id_, value, immutable_id in found)

    def between(
        self, db: sqlite3.Connection, ids: Sequence[int], low: str | None, high: str | None
    ) -> list[int]:
        """Those documents whose value is a text from ``low`` to ``high``, both included."""
        asked = (orjson.dumps(list(ids)).decode(), low or "", high)
        return [id_ for (id_,) in db.execute(self._between, asked)]
