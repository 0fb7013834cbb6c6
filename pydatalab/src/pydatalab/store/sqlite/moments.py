# ruff: noqa: S608 (names of tables come from kinds.py alone, values are bound)
"""All documents at one moment: read, or replaced."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from operator import itemgetter

from pydatalab.store.kinds import KINDS, LASTING_KINDS, Kind
from pydatalab.store.query import Document
from pydatalab.store.sqlite.about import has_table
from pydatalab.store.sqlite.catalogue import Catalogue
from pydatalab.store.sqlite.reindexing import SETS, clear
from pydatalab.store.sqlite.rows import Rows, document_of

AT_ONCE = 5_000
"""Documents that are put into lists and indexes together."""

_KINDS = {kind.name: kind for kind in KINDS}


def pin(db: sqlite3.Connection) -> None:
    """Let a transaction that has begun see this moment: SQLite waits with that for the first look."""
    db.execute("SELECT count(*) FROM roles").fetchone()


class Moment:
    """``Snapshot`` of the port: what the caller's transaction sees."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def count(self, kind: str) -> int:
        if not has_table(self._db, _KINDS[kind].name):  # of an older layout
            return 0
        found: int = self._db.execute(f"SELECT count(*) FROM {_KINDS[kind].name}").fetchone()[0]
        return found

    def documents(self, kind: str) -> Iterator[Document]:
        if not has_table(self._db, _KINDS[kind].name):
            return iter(())
        rows = self._db.execute(f"SELECT body, text FROM {_KINDS[kind].name}_bodies ORDER BY id")
        return (document_of(body, text) for body, text in rows)


def replace_all(
    db: sqlite3.Connection, documents: Iterable[tuple[str, Document]]
) -> Mapping[str, int]:
    """Let these be all documents of lasting kinds; how many there are of each kind now.

    Raises:
        Conflict: two of them share what must be unique.
    """
    for kind in LASTING_KINDS:
        clear(db, kind, ("", "_bodies", "_values", *(SETS if kind.scoped else ())))
    written: Counter[str] = Counter()
    for name, together in groupby(documents, key=itemgetter(0)):
        written[name] += _add_all(db, _KINDS[name], (document for _, document in together))
    return written


def _add_all(db: sqlite3.Connection, kind: Kind, documents: Iterator[Document]) -> int:
    rows, added = Rows(kind), 0
    catalogue = Catalogue(kind) if kind.scoped else None
    while together := list(islice(documents, AT_ONCE)):
        come = rows.add_all(db, together)
        added += len(come)
        if catalogue:
            catalogue.change(db, gone=[], come=come)
    return added
