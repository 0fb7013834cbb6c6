"""Documents that are looked after by the services alone."""

import sqlite3
from collections.abc import Sequence

from pydatalab.errors import Conflict
from pydatalab.store.conditions import checking
from pydatalab.store.kinds import Kind
from pydatalab.store.pages import page_of
from pydatalab.store.query import Condition, Document, Page, Query
from pydatalab.store.sqlite.connections import Connections
from pydatalab.store.sqlite.rows import Row, Rows


class SQLiteTable:
    """``Table`` of the port, for one kind of documents."""

    def __init__(self, connections: Connections, kind: Kind) -> None:
        self._connections = connections
        self._rows = Rows(kind)

    def add(self, document: Document) -> None:
        with self._connections.writing() as db:
            self._rows.add(db, document)

    def get(self, where: Condition) -> Document:
        found = self.find(Query(where, limit=1)).documents
        if not found:
            raise self._rows.missing()
        return found[0]

    def find(self, query: Query) -> Page:
        with self._connections.reading() as db:
            return page_of([row.document for row in self._matching(db, query.where)], query)

    def count(self, where: Condition, *, at_most: int | None = None) -> int:
        with self._connections.reading() as db:
            found = len(self._matching(db, where))
        return found if at_most is None else min(found, at_most)

    def replace(self, document: Document, *, was: int | None = None) -> None:
        with self._connections.writing() as db:
            old = self._rows.named(db, document["immutable_id"])
            self._rows.replace(db, old, document, was=was)

    def put_all(self, documents: Sequence[Document]) -> list[Conflict | None]:
        with self._connections.writing() as db:
            known = {row.document["immutable_id"]: row for row in self._rows.among(db, documents)}
            return [self._put(db, known.get(one["immutable_id"]), one) for one in documents]

    def _put(self, db: sqlite3.Connection, old: Row | None, document: Document) -> Conflict | None:
        try:
            if old is None:
                self._rows.add(db, document)
            else:
                self._rows.replace(db, old, document, was=None)
        except Conflict as conflict:
            return conflict
        return None

    def remove(self, where: Condition) -> int:
        with self._connections.writing() as db:
            gone = self._matching(db, where)
            for row in gone:
                self._rows.remove(db, row)
        return len(gone)

    def _matching(self, db: sqlite3.Connection, where: Condition) -> list[Row]:
        """The rows that meet a condition."""
        found: list[Row] = []
        ids = self._rows.candidates(db, where)
        with checking(where) as check:
            for rows in self._rows.read_some(db, ids):
                flags = check([row.document for row in rows])
                found += [row for row, holds in zip(rows, flags, strict=True) if holds]
        return found
