"""A selection of documents, listed in order, page by page."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from types import TracebackType
from typing import Self

from pydatalab.store.conditions import checking
from pydatalab.store.cursors import Place, cursor_at, text_place_at
from pydatalab.store.pages import page_of, projected
from pydatalab.store.query import Every, Matches, Mentions, Order, Page, Query
from pydatalab.store.sqlite.catalogue import Catalogue
from pydatalab.store.sqlite.places import stretch
from pydatalab.store.sqlite.rows import Row, Rows, sort_value
from pydatalab.store.sqlite.selection import Selection, span

AT_ONCE = 128
"""Documents that are checked together."""


class Listing:
    """What is selected, to be used in ``with``; it works within the caller's transaction."""

    def __init__(
        self, db: sqlite3.Connection, rows: Rows, catalogue: Catalogue, selection: Selection
    ) -> None:
        self._db, self._rows, self._catalogue = db, rows, catalogue
        self._ids, self._left = selection.ids, selection.left
        self._only_texts = all(isinstance(each, Mentions | Matches) for each in self._left)
        self._known: dict[int, bool] = {}
        self._until_done = ExitStack()
        self._check = self._until_done.enter_context(checking(Every(self._left)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._until_done.close()

    def page(self, query: Query) -> Page:
        """The page that a query asks for; the selection is what meets its condition."""
        if query.order.field not in self._catalogue.orders:
            return page_of([row.document for row in self.all()], query)
        after = None if query.after is None else text_place_at(query.after)
        ids = list(islice(self._walk(query, after), query.limit + 1))
        rows = list(self._rows.read(self._db, ids[: query.limit], query.fields))
        counted = self._count_in(query, query.count_to + 1) if query.count_to else None
        return Page(
            documents=[projected(row.document, query.fields) for row in rows],
            next_cursor=cursor_at(_place(rows[-1], query.order))
            if 0 < len(rows) < len(ids)
            else None,
            total=None if counted is None else min(counted, query.count_to),
            exact=counted is None or counted <= query.count_to,
        )

    def count(self, at_most: int | None = None) -> int:
        """How many there are; counting stops at ``at_most``."""
        if not self._left:
            return self._ids.n if at_most is None else min(self._ids.n, at_most)
        return sum(1 for _ in islice(self._kept(iter(self._ids.members())), at_most))

    def all(self) -> list[Row]:
        """All of them, by their numbers."""
        return list(self._rows.read(self._db, list(self._kept(iter(self._ids.members())))))

    def _count_in(self, query: Query, at_most: int) -> int:
        """As ``count``, along an order in which some have been looked at already."""
        if not self._left:
            return self.count(at_most)
        return sum(1 for _ in islice(self._walk(query, None), at_most))

    def _walk(self, query: Query, after: Place | None) -> Iterator[int]:
        field, down = query.order.field, query.order.descending
        within = stretch(span(query.where, field), after, down)
        in_order = self._catalogue.orders[field]
        return self._kept(in_order.walk(self._db, self._ids, within, down))

    def _kept(self, ids: Iterator[int]) -> Iterator[int]:
        """Those that meet what is left of the conditions."""
        if not self._left:
            yield from ids
            return
        while batch := list(islice(ids, AT_ONCE)):
            self._look_at([id_ for id_ in batch if id_ not in self._known])
            yield from filter(self._known.__getitem__, batch)

    def _look_at(self, ids: list[int]) -> None:
        if self._only_texts:
            texts = self._rows.texts(self._db, ids)
            documents = [{"derived": {"text": text}} for _, text in texts]
        else:
            documents = [row.document for row in self._rows.read(self._db, ids)]
        self._known.update(zip(ids, self._check(documents), strict=True))


def _place(row: Row, order: Order) -> Place:
    return sort_value(row.document, order.field), row.document["immutable_id"]
