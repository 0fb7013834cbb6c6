"""From a condition to the documents that meet it: by sets as far as these go."""

import sqlite3
from dataclasses import dataclass
from sys import getsizeof

from pydatalab.store.conditions import mentions, parts_of
from pydatalab.store.kinds import Kind
from pydatalab.store.query import Between, Condition, Every, Is, Mentions, OneOf, Scope, Some
from pydatalab.store.runs import found_exactly
from pydatalab.store.sqlite.bitmaps import Bitmap, bitmap
from pydatalab.store.sqlite.catalogue import PRINCIPALS, Catalogue
from pydatalab.store.sqlite.rows import Rows
from pydatalab.store.sqlite.sets import ALL

FEW = 500
"""Documents whose texts are rather read than looked up."""


@dataclass(frozen=True)
class Selection:
    """Documents of which those are meant that meet what is ``left`` of the conditions."""

    ids: Bitmap
    left: tuple[Condition, ...] = ()

    def __sizeof__(self) -> int:
        return getsizeof(self.ids)


class Selector:
    """Selects among the documents of one kind; each method works within the caller's transaction."""

    def __init__(self, kind: Kind, rows: Rows, catalogue: Catalogue) -> None:
        self._kind, self._rows, self._catalogue = kind, rows, catalogue

    def select(self, db: sqlite3.Connection, where: Condition, scope: Scope) -> Selection:
        """What meets a condition, of what a scope sees."""
        sets = self._catalogue.sets
        return sets.recent.get(
            (sets.state(db), where, scope), lambda: self._selected(db, where, scope)
        )

    def _selected(self, db: sqlite3.Connection, where: Condition, scope: Scope) -> Selection:
        sets = self._catalogue.sets
        if scope.principals is None:
            return self._narrowed(db, where, sets.of_name(db, ALL))
        return self._narrowed(db, where, sets.of_values(db, PRINCIPALS, scope.principals))

    def _narrowed(self, db: sqlite3.Connection, where: Condition, among: Bitmap) -> Selection:
        sets, orders = self._catalogue.sets, self._catalogue.orders
        match where:
            case Is(field, str(value)) if field in self._kind.facets:
                return Selection(among & sets.of_values(db, field, (value,)))
            case OneOf(field, values) if field in self._kind.facets:
                return Selection(among & sets.of_values(db, field, values))
            case Between(field, low, high) if field in orders:
                return Selection(orders[field].between(db, among, low, high))
            case Mentions() if self._kind.text:
                return self._mentioning(db, where, among)
            case Every(conditions):
                return self._every(db, conditions, among)
            case Some(conditions):
                return self._some(db, conditions, among)
        ids = self._rows.candidates(db, where)
        return Selection(among if ids is None else among & bitmap(ids), (where,))

    def _every(
        self, db: sqlite3.Connection, conditions: tuple[Condition, ...], among: Bitmap
    ) -> Selection:
        left: tuple[Condition, ...] = ()
        for condition in sorted(conditions, key=_effort):
            if not among:
                break
            narrowed = self._narrowed(db, condition, among)
            among, left = narrowed.ids, left + narrowed.left
        return Selection(among, left)

    def _some(
        self, db: sqlite3.Connection, conditions: tuple[Condition, ...], among: Bitmap
    ) -> Selection:
        found, left = Bitmap({}), False
        for condition in conditions:
            narrowed = self._narrowed(db, condition, among)
            found, left = found | narrowed.ids, left or bool(narrowed.left)
        return Selection(found, (Some(conditions),) if left else ())

    def _mentioning(self, db: sqlite3.Connection, where: Mentions, among: Bitmap) -> Selection:
        parts = parts_of(where.text)
        if not parts:
            return Selection(among)
        if among.n <= FEW:
            texts = self._rows.texts(db, among.members())
            return Selection(bitmap([id_ for id_, text in texts if mentions(text, parts)]))
        found = self._catalogue.texts.mentioning(db, parts)
        if found is None:
            return Selection(among, (where,))
        return Selection(among & found, () if found_exactly(parts) else (where,))


def span(where: Condition, field: str) -> tuple[str | None, str | None]:
    """Between which values of a field all stands that meets a condition; ``None`` for an open end."""
    match where:
        case Between(name, low, high) if name == field:
            return low, high
        case Every(conditions):
            spans = [span(each, field) for each in conditions]
            return (
                max((low for low, _ in spans if low is not None), default=None),
                min((high for _, high in spans if high is not None), default=None),
            )
    return None, None


def _effort(condition: Condition) -> int:
    """How late a condition is better looked at, when others have narrowed the search."""
    match condition:
        case Is() | OneOf():
            return 0
        case Between():
            return 1
        case Mentions():
            return 2
    return 3
