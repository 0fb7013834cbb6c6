"""What is known of each scoped document beside its row: its sets, its places, its words."""

import sqlite3
from collections import defaultdict

from pydatalab.store.conditions import text_of, values_at
from pydatalab.store.kinds import Kind
from pydatalab.store.sqlite.orders import Entry, OrderedBy
from pydatalab.store.sqlite.rows import Row, sort_value
from pydatalab.store.sqlite.sets import ALL, Name, Sets
from pydatalab.store.sqlite.texts import Texts

PRINCIPALS = "derived.principals"


class Catalogue:
    """The sets, orders and words of one kind; each method works within the caller's transaction."""

    def __init__(self, kind: Kind) -> None:
        self._set_fields = (PRINCIPALS, *kind.facets)
        self.sets = Sets(kind.name)
        self.texts = Texts(kind.name)
        self.orders = {
            field: OrderedBy(kind.name, field, self.sets)
            for field in ("immutable_id", *kind.orders)
        }

    def change(self, db: sqlite3.Connection, gone: list[Row], come: list[Row]) -> None:
        """Forget documents and learn others, whose rows are written; one may be among both."""
        self._change_sets(db, gone, come)
        for field, order in self.orders.items():
            had = {_entry(row, field) for row in gone}
            have = {_entry(row, field) for row in come}
            order.take(db, had - have)
            order.add(db, have - had)
        had_texts = {(row.id, text_of(row.document)) for row in gone}
        have_texts = {(row.id, text_of(row.document)) for row in come}
        self.texts.take(db, sorted(had_texts - have_texts))
        self.texts.add(db, sorted(have_texts - had_texts))
        self.sets.changed(db)

    def _change_sets(self, db: sqlite3.Connection, gone: list[Row], come: list[Row]) -> None:
        had = {member for row in gone for member in self._memberships(row)}
        have = {member for row in come for member in self._memberships(row)}
        for name, ids in _by_name(had - have).items():
            self.sets.take(db, name, ids)
        for name, ids in _by_name(have - had).items():
            self.sets.add(db, name, ids)

    def _memberships(self, row: Row) -> set[tuple[Name, int]]:
        names = {
            (field, value)
            for field in self._set_fields
            for value in values_at(row.document, field)
            if isinstance(value, str)
        }
        return {(name, row.id) for name in (ALL, *names)}


def _entry(row: Row, field: str) -> Entry:
    return row.id, (sort_value(row.document, field), row.document["immutable_id"])


def _by_name(members: set[tuple[Name, int]]) -> dict[Name, list[int]]:
    found = defaultdict(list)
    for name, id_ in members:
        found[name].append(id_)
    return found
