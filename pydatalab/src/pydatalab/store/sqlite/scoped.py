"""Documents that belong to somebody."""

import sqlite3
from collections.abc import Sequence

from pydatalab.errors import Conflict, NotFound
from pydatalab.store.kinds import Kind
from pydatalab.store.query import Condition, Document, Page, Query, Scope
from pydatalab.store.sqlite.catalogue import Catalogue
from pydatalab.store.sqlite.connections import Connections
from pydatalab.store.sqlite.listing import Listing
from pydatalab.store.sqlite.rows import Row, Rows
from pydatalab.store.sqlite.selection import Selector


class SQLiteScopedTable:
    """``ScopedTable`` of the port, for one kind of documents."""

    def __init__(self, connections: Connections, kind: Kind) -> None:
        self._connections = connections
        self._rows = Rows(kind)
        self._catalogue = Catalogue(kind)
        self._selector = Selector(kind, self._rows, self._catalogue)

    def add(self, document: Document) -> None:
        with self._connections.writing() as db:
            row = self._rows.add(db, document)
            self._catalogue.change(db, gone=[], come=[row])

    def add_all(self, documents: Sequence[Document]) -> list[Conflict | None]:
        became: list[Conflict | None] = []
        come: list[Row] = []
        with self._connections.writing() as db:
            for document in documents:
                try:
                    come.append(self._rows.add(db, document))
                    became.append(None)
                except Conflict as conflict:
                    became.append(conflict)
            self._catalogue.change(db, gone=[], come=come)
        return became

    def get(
        self, where: Condition, *, scope: Scope, fields: tuple[str, ...] | None = None
    ) -> Document:
        found = self.find(Query(where, limit=1, fields=fields), scope=scope).documents
        if not found:
            raise self._rows.missing()
        return found[0]

    def find(self, query: Query, *, scope: Scope) -> Page:
        with self._connections.reading() as db, self._listing(db, query.where, scope) as listing:
            return listing.page(query)

    def count(self, where: Condition, *, scope: Scope, at_most: int | None = None) -> int:
        with self._connections.reading() as db, self._listing(db, where, scope) as listing:
            return listing.count(at_most)

    def replace(self, document: Document, *, was: int, scope: Scope) -> None:
        with self._connections.writing() as db:
            old = self._rows.named(db, document["immutable_id"])
            if not scope.sees(old.document):
                raise self._rows.missing()
            new = self._rows.replace(db, old, document, was=was)
            self._catalogue.change(db, gone=[old], come=[new])

    def replace_all(
        self, documents: Sequence[Document], *, was: Sequence[int], scope: Scope
    ) -> list[Conflict | NotFound | None]:
        became: list[Conflict | NotFound | None] = []
        changed: list[tuple[Row, Row]] = []
        with self._connections.writing() as db:
            known = {row.document["immutable_id"]: row for row in self._rows.among(db, documents)}
            for document, edit in zip(documents, was, strict=True):
                old = known.get(document["immutable_id"])
                if old is None or not scope.sees(old.document):
                    became.append(self._rows.missing())
                    continue
                try:
                    changed.append((old, self._rows.replace(db, old, document, was=edit)))
                    became.append(None)
                except Conflict as conflict:
                    became.append(conflict)
            gone, come = [old for old, _ in changed], [new for _, new in changed]
            self._catalogue.change(db, gone=gone, come=come)
        return became

    def remove(self, where: Condition, *, scope: Scope) -> int:
        with self._connections.writing() as db:
            with self._listing(db, where, scope) as listing:
                gone = listing.all()
            for row in gone:
                self._rows.remove(db, row)
            self._catalogue.change(db, gone=gone, come=[])
        return len(gone)

    def _listing(self, db: sqlite3.Connection, where: Condition, scope: Scope) -> Listing:
        selection = self._selector.select(db, where, scope)
        return Listing(db, self._rows, self._catalogue, selection)
