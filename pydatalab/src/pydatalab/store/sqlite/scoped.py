"""Documents that belong to somebody."""

from collections.abc import Sequence

from pydatalab.errors import Conflict
from pydatalab.store.kinds import Kind
from pydatalab.store.query import Condition, Document, Page, Query, Scope
from pydatalab.store.sqlite.connections import Connections
from pydatalab.store.sqlite.rows import Rows
from pydatalab.store.sqlite.table import SQLiteTable, page_of


class SQLiteScopedTable:
    """``ScopedTable`` of the port, for one kind of documents."""

    def __init__(self, connections: Connections, kind: Kind) -> None:
        self._connections = connections
        self._rows = Rows(kind)
        self._table = SQLiteTable(connections, kind)

    def add(self, document: Document) -> None:
        self._table.add(document)

    def add_all(self, documents: Sequence[Document]) -> list[Conflict | None]:
        became: list[Conflict | None] = []
        with self._connections.writing() as db:
            for document in documents:
                try:
                    self._rows.add(db, document)
                    became.append(None)
                except Conflict as conflict:
                    became.append(conflict)
        return became

    def get(
        self, where: Condition, *, scope: Scope, fields: tuple[str, ...] | None = None
    ) -> Document:
        found = self.find(Query(where, limit=1, fields=fields), scope=scope).documents
        if not found:
            raise self._rows.missing()
        return found[0]

    def find(self, query: Query, *, scope: Scope) -> Page:
        with self._connections.reading() as db:
            rows = self._table.matching(db, query.where)
            return page_of([row.document for row in rows if scope.sees(row.document)], query)

    def count(self, where: Condition, *, scope: Scope, at_most: int | None = None) -> int:
        with self._connections.reading() as db:
            rows = self._table.matching(db, where)
            found = sum(scope.sees(row.document) for row in rows)
        return found if at_most is None else min(found, at_most)

    def replace(self, document: Document, *, was: int, scope: Scope) -> None:
        with self._connections.writing() as db:
            old = self._rows.named(db, document["immutable_id"])
            if not scope.sees(old.document):
                raise self._rows.missing()
            self._rows.replace(db, old, document, was=was)

    def remove(self, where: Condition, *, scope: Scope) -> int:
        with self._connections.writing() as db:
            rows = self._table.matching(db, where)
            gone = [row for row in rows if scope.sees(row.document)]
            for row in gone:
                self._rows.remove(db, row)
        return len(gone)
