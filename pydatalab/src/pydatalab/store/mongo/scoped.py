"""Documents that belong to somebody."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from pydatalab.errors import Conflict, NotFound
from pydatalab.store.cursors import cursor_at, place_of, text_place_at
from pydatalab.store.kinds import Kind
from pydatalab.store.mongo.connection import Mongo, asking
from pydatalab.store.mongo.documents import JSON, restored, stored
from pydatalab.store.mongo.filters import Filter, behind, both, compiled, within
from pydatalab.store.mongo.table import AT_ONCE, in_bulk, kept, missing, replace, taken
from pydatalab.store.pages import page_of, projected
from pydatalab.store.query import EVERYTHING, Condition, Document, Page, Query, Scope


class MongoScopedTable:
    """``ScopedTable`` of the port, for one kind of documents."""

    def __init__(self, database: Mongo, kind: Kind) -> None:
        self._kind = kind
        self._documents: Collection[dict[str, Any]] = database[kind.name]

    def add(self, document: Document) -> None:
        with asking():
            try:
                self._documents.insert_one(stored(self._kind, document))
            except DuplicateKeyError as exc:
                raise taken(self._kind, exc.details) from exc

    def add_all(self, documents: Sequence[Document]) -> list[Conflict | None]:
        made = [stored(self._kind, document) for document in documents]
        return in_bulk(
            self._kind, len(made), lambda: self._documents.insert_many(made, ordered=False)
        )

    def get(
        self, where: Condition, *, scope: Scope, fields: tuple[str, ...] | None = None
    ) -> Document:
        found = self.find(Query(where, limit=1, fields=fields), scope=scope).documents
        if not found:
            raise missing(self._kind)
        return found[0]

    def find(self, query: Query, *, scope: Scope) -> Page:
        if query.order.field not in ("immutable_id", *self._kind.orders):
            return page_of(list(self._matching(query.where, scope)), query)
        filter_, left = self._compiled(query.where, scope)
        with asking():
            found = list(islice(self._walk(filter_, left, query), query.limit + 1))
        shown = found[: query.limit]
        last = place_of(shown[-1], query.order.field) if 0 < len(shown) < len(found) else None
        total = self._counted(query.where, scope, query.count_to)
        return Page(
            documents=[projected(document, query.fields) for document in shown],
            next_cursor=cursor_at(last) if last else None,
            total=None if total is None else min(total, query.count_to),
            exact=total is None or total <= query.count_to,
        )

    def count(self, where: Condition, *, scope: Scope, at_most: int | None = None) -> int:
        filter_, left = self._compiled(where, scope)
        if at_most == 0:
            return 0
        with asking():
            if left == EVERYTHING:
                limit: dict[str, Any] = {} if at_most is None else {"limit": at_most}
                return self._documents.count_documents(filter_, **limit)
            return sum(1 for _ in islice(self._matching(where, scope), at_most))

    def replace(self, document: Document, *, was: int, scope: Scope) -> None:
        replace(self._documents, self._kind, document, {"edit": was}, within(scope))

    def replace_all(
        self, documents: Sequence[Document], *, was: Sequence[int], scope: Scope
    ) -> list[Conflict | NotFound | None]:
        became: list[Conflict | NotFound | None] = []
        for document, edit in zip(documents, was, strict=True):
            try:
                self.replace(document, was=edit, scope=scope)
                became.append(None)
            except (Conflict, NotFound) as refused:
                became.append(refused)
        return became

    def remove(self, where: Condition, *, scope: Scope) -> int:
        filter_, left = self._compiled(where, scope)
        with asking():
            if left != EVERYTHING:
                found = self._matching(where, scope)
                filter_ = {"_id": {"$in": [ObjectId(one["immutable_id"]) for one in found]}}
            return self._documents.delete_many(filter_).deleted_count

    def _compiled(self, where: Condition, scope: Scope) -> tuple[Filter, Condition]:
        filter_, left = compiled(self._kind, where)
        return both(within(scope), filter_), left

    def _counted(self, where: Condition, scope: Scope, count_to: int) -> int | None:
        return self.count(where, scope=scope, at_most=count_to + 1) if count_to else None

    def _walk(self, filter_: Filter, left: Condition, query: Query) -> Iterator[Document]:
        """The documents of a page and what follows them, in order."""
        order = query.order
        if query.after is not None:
            filter_ = both(filter_, behind(text_place_at(query.after), order))
        way = -1 if order.descending else 1
        by = [(order.field, way), ("_id", way)] if order.field != "immutable_id" else [("_id", way)]
        exact = left == EVERYTHING
        found = self._documents.find(
            filter_,
            _projection(query) if exact else None,
            sort=by,
            limit=query.limit + 1 if exact else 0,
            batch_size=0 if exact else AT_ONCE,
        )
        return kept(map(restored, found), left)

    def _matching(self, where: Condition, scope: Scope) -> Iterator[Document]:
        filter_, left = self._compiled(where, scope)
        with asking():
            found = self._documents.find(filter_, batch_size=AT_ONCE).sort("_id", 1)
            yield from kept(map(restored, found), left)


def _projection(query: Query) -> dict[str, int] | None:
    """The fields to read: those asked for, and what the next cursor is made of."""
    if query.fields is None:
        return None
    by = () if query.order.field == "immutable_id" else (query.order.field,)
    whole = [*query.fields, *(field for field in by if field.partition(".")[0] not in query.fields)]
    return dict.fromkeys([*whole, JSON], 1)
