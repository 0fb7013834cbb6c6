# ruff: noqa: S608 (names of tables come from kinds.py alone, values are bound)
"""Everything that is known beside the documents, made anew from them."""

import sqlite3
import zlib
from itertools import islice
from typing import Any

from pydatalab.models.progress import Progress
from pydatalab.store.kinds import Kind
from pydatalab.store.sqlite.catalogue import Catalogue
from pydatalab.store.sqlite.rows import Row, Rows
from pydatalab.store.sqlite.sets import ROOM

SETS = ("_sets", "_sections", "_bits")
"""Tables of scoped kinds that follow from the documents."""

AT_ONCE = 10
"""Portions of rows that are put into sets and orders together: more is quicker, and takes memory."""


def reindex(db: sqlite3.Connection, kind: Kind, progress: Progress) -> int:
    """Make the sets, orders, words and looked-up values of a kind anew; how many differed."""
    before = _known(db, kind)
    clear(db, kind, ("_values", *(SETS if kind.scoped else ())))
    rows, catalogue = Rows(kind), Catalogue(kind) if kind.scoped else None
    total: int = db.execute(f"SELECT count(*) FROM {kind.name}").fetchone()[0]
    done = 0
    portions = rows.read_some(db, None)
    while come := [row for portion in islice(portions, AT_ONCE) for row in portion]:
        _learn(db, rows, catalogue, come)
        done += len(come)
        progress.tell(f"Indexing {kind.name}", done, total)
    after = _known(db, kind)
    return sum(before.get(name) != after.get(name) for name in before.keys() | after.keys())


def clear(db: sqlite3.Connection, kind: Kind, parts: tuple[str, ...]) -> None:
    """Empty some tables of a kind, and its index of words. Numbers of sets are never given again, so
    what is remembered of the old sets is not taken for the new."""
    for part in parts:
        db.execute(f"DELETE FROM {kind.name}{part}")
    if kind.scoped:
        words = f"{kind.name}_words"
        db.execute(f"INSERT INTO {words} ({words}) VALUES ('delete-all')")


def _learn(
    db: sqlite3.Connection, rows: Rows, catalogue: Catalogue | None, come: list[Row]
) -> None:
    rows.index(db, come)
    if catalogue:
        catalogue.change(db, gone=[], come=come)


def _known(db: sqlite3.Connection, kind: Kind) -> dict[Any, Any]:
    """What tells one state of the looked-up values and the sets from another, by their names.

    Sets that an order keeps of its parts are named by bytes: which parts there are depends on how
    the documents came.
    """
    name = kind.name
    values = f"SELECT field, count(*), sum(id), sum(id * id) FROM {name}_values GROUP BY field"
    found: dict[Any, Any] = {("values", field): rest for field, *rest in db.execute(values)}
    if kind.scoped:
        members = (
            f"SELECT field, value, key & {(1 << ROOM) - 1}, bits FROM {name}_sets "
            f"JOIN {name}_bits ON key >> {ROOM} = number "
            "WHERE typeof(value) = 'text' ORDER BY number, key"
        )
        for field, value, at, bits in db.execute(members):
            seen = found.get((field, value), 0)
            found[field, value] = zlib.crc32(bits, zlib.crc32(at.to_bytes(8), seen))
    return found
