"""Documents that are looked after by the services alone."""

import sqlite3
from collections.abc import Iterator

from pydatalab.store.conditions import check_for
from pydatalab.store.cursors import cursor_at, place_at, place_of, rank
from pydatalab.store.kinds import Kind
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
            return page_of([row.document for row in self.matching(db, query.where)], query)

    def count(self, where: Condition, *, at_most: int | None = None) -> int:
        with self._connections.reading() as db:
            found = sum(1 for _ in self.matching(db, where))
        return found if at_most is None else min(found, at_most)

    def replace(self, document: Document, *, was: int | None = None) -> None:
        with self._connections.writing() as db:
            old = self._rows.named(db, document["immutable_id"])
            self._rows.replace(db, old, document, was=was)

    def remove(self, where: Condition) -> int:
        with self._connections.writing() as db:
            gone = list(self.matching(db, where))
            for row in gone:
                self._rows.remove(db, row)
        return len(gone)

    def matching(self, db: sqlite3.Connection, where: Condition) -> Iterator[Row]:
        """The rows that meet a condition, in no order."""
        check = check_for(where)
        ids = self._rows.candidates(db, where)
        rows = self._rows.everything(db, None, down=False) if ids is None else self._rows(db, ids)
        return (row for row in rows if check(row.document))


def page_of(documents: list[Document], query: Query) -> Page:
    """The page that a query asks for, of all documents that meet its condition."""
    field, down = query.order.field, query.order.descending
    total = len(documents)
    documents.sort(key=lambda document: rank(place_of(document, field)), reverse=down)
    if query.after is not None:
        last = rank(place_at(query.after))
        documents = [
            document
            for document in documents
            if (
                rank(place_of(document, field)) < last
                if down
                else rank(place_of(document, field)) > last
            )
        ]
    shown = documents[: query.limit]
    more = len(documents) > len(shown) > 0
    return Page(
        documents=[projected(document, query.fields) for document in shown],
        next_cursor=cursor_at(place_of(shown[-1], field)) if more else None,
        total=min(total, query.count_to) if query.count_to else None,
        exact=not query.count_to or total <= query.count_to,
    )


def projected(document: Document, fields: tuple[str, ...] | None) -> Document:
    """The document with these fields alone, and its ``immutable_id``."""
    if fields is None:
        return document
    return {name: document[name] for name in ("immutable_id", *fields) if name in document}
