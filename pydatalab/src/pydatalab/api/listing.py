"""What a list is asked for in an address, as a query to the store."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from fastapi import Query as Parameter

from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.base import moment
from pydatalab.models.people import Person
from pydatalab.services import memberships
from pydatalab.services.presentation import READ_FOR_ROWS
from pydatalab.store.query import Between, Condition, Every, Mentions, OneOf, Order, Query

COUNTED = 1_000
"""Lists say how many there are in all up to here, and "more" beyond."""

SORTS = {
    "date": "date",
    "last_modified": "last_modified",
    "item_id": "derived.item_id",
    "name": "derived.name",
}

Several = Annotated[Sequence[str], Parameter()]
Cursor = Annotated[str | None, Parameter(description="`next_cursor` of the page before")]
Limit = Annotated[int, Parameter(ge=1, le=500, description="How many at most")]


def several(values: Sequence[str]) -> tuple[str, ...]:
    """Values that were repeated in the address, or set off by commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def order(sort: str) -> Order:
    """An order by name; ``-`` in front: from high to low.

    Raises:
        Invalid: there is no such order.
    """
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise Invalid(
            f"Lists are not sorted by {name!r}. Sorts: {', '.join(SORTS)}, or with - in front."
        )
    return Order(SORTS[name], descending=sort.startswith("-"))


@dataclass(frozen=True)
class ItemList:
    """A list of items, of which a page at a time is shown."""

    sort: str
    deleted: bool
    filters: Mapping[str, Any]
    """By their names, as the route takes them from the address."""

    def query(self, lab: Lab, who: Person, cursor: str | None, limit: int) -> Query:
        """The query for the page behind a cursor.

        Raises:
            Invalid: this is no cursor of this list, or a filter or the order cannot be.
        """
        return Query(
            where=Every(tuple(_conditions(lab, who, self.filters))),
            order=order(self.sort),
            limit=limit,
            after=self._place(cursor),
            fields=READ_FOR_ROWS,
            count_to=COUNTED,
        )

    def cursor_of(self, place: str | None) -> str | None:
        """A cursor of the store as callers get it: good for this list alone."""
        return f"{self._mark}.{place}" if place else None

    def _place(self, cursor: str | None) -> str | None:
        """The store's cursor in that of a caller."""
        if cursor is None:
            return None
        mark, _, place = cursor.partition(".")
        if mark != self._mark:
            raise Invalid(
                "This is a cursor of another list. Begin again with the first page of this one."
            )
        return place

    @cached_property
    def _mark(self) -> str:
        """What tells this list from others."""
        asked = {**self.filters, "deleted": self.deleted}
        wanted = repr([(name, value) for name, value in sorted(asked.items()) if value])
        return f"{self.sort}-{zlib.crc32(wanted.encode()):08x}"


def _conditions(lab: Lab, who: Person, filters: Mapping[str, Any]) -> list[Condition]:
    fields = {"type": "type", "status": "status", "creator": "creator_ids"}
    found: list[Condition] = [
        OneOf(field, wanted) for name, field in fields.items() if (wanted := several(filters[name]))
    ]
    if in_collections := several(filters["collection"]):
        named = memberships.named(lab, who, in_collections)
        ids = tuple(one["immutable_id"] for one in named)
        found.append(OneOf("derived.collections", ids))
    if filters["date_from"] or filters["date_to"]:
        low, high = _day(filters["date_from"], first=True), _day(filters["date_to"], first=False)
        found.append(Between("date", low, high))
    if filters["q"].strip():
        found.append(Mentions(filters["q"]))
    return found


def _day(text: str | None, *, first: bool) -> str | None:
    """A moment; of a whole day its first, or its last."""
    if not text:
        return None
    try:
        found = moment(text)
    except ValueError as exc:
        raise Invalid(str(exc)) from exc
    whole_day = "T" not in text and ":" not in text
    if found and whole_day and not first:
        return found.replace("T00:00:00.000000", "T23:59:59.999000")
    return found
