"""Conditions as MongoDB's filters, and what of them only Python can tell.

Each filter finds all that meet its condition; where it finds more, the rest is to be checked.
"""

from typing import Any

from bson import ObjectId

from pydatalab.store.conditions import parts_of
from pydatalab.store.cursors import Place
from pydatalab.store.kinds import Kind
from pydatalab.store.query import (
    EVERYTHING,
    Between,
    Condition,
    Every,
    Is,
    Matches,
    Mentions,
    OneOf,
    Order,
    Scope,
    Some,
)
from pydatalab.store.runs import MOST_RUNS, found_exactly, runs_of

Filter = dict[str, Any]

ANYTHING: Filter = {}
NOTHING: Filter = {"_id": {"$in": []}}

RUNS = "_runs"
"""Field with the runs of letters of a document's text."""

KEYS = "_keys"
"""Field with what no other document of its kind may have."""


def compiled(kind: Kind, where: Condition) -> tuple[Filter, Condition]:
    """A filter for a condition, and the condition that is left to be checked of what it finds."""
    match where:
        case Is(field, value):
            return _is(kind, field, value), EVERYTHING
        case OneOf(field, values):
            return _one_of(field, values), EVERYTHING
        case Between(field, low, high):
            return {field: _range(low, high)}, EVERYTHING
        case Mentions(text):
            return _mentioning(text)
        case Matches():
            return ANYTHING, where
        case Every(conditions):
            return _all_of(kind, conditions)
        case Some(conditions):
            return _any_of(kind, where, conditions)


def within(scope: Scope) -> Filter:
    """What a scope leaves in."""
    if scope.principals is None:
        return ANYTHING
    return {"derived.principals": {"$in": sorted(scope.principals)}}


def behind(place: Place, order: Order) -> Filter:
    """What comes after a place in an order; nulls stand before all texts."""
    value, immutable_id = place
    nearer = {"_id": {("$lt" if order.descending else "$gt"): ObjectId(immutable_id)}}
    if order.field == "immutable_id":
        return nearer
    field, equal = order.field, {order.field: value, **nearer}
    if value is None:
        return equal if order.descending else {"$or": [{field: {"$type": "string"}}, equal]}
    if order.descending:
        return {"$or": [{field: {"$lt": value}}, {field: None}, equal]}
    return {"$or": [{field: {"$gt": value}}, equal]}


def both(one: Filter, other: Filter) -> Filter:
    """What meets both filters."""
    parts = [part for part in (one, other) if part]
    return {"$and": parts} if len(parts) > 1 else parts[0] if parts else ANYTHING


def key_of(fields: tuple[str, ...], values: tuple[Any, ...]) -> str:
    """What stands in ``KEYS`` for fields of these values."""
    return "\t".join((",".join(fields), *map(str, values)))


def fields_of_key(key: str) -> str:
    """The fields that a key speaks of."""
    return key.partition("\t")[0]


def _is(kind: Kind, field: str, value: Any) -> Filter:
    if field == "immutable_id":
        return _one_of(field, (value,))
    if isinstance(value, str) and (field,) in kind.unique:
        return {KEYS: key_of((field,), (value,))}
    return {field: value}


def _one_of(field: str, values: tuple[Any, ...]) -> Filter:
    if field != "immutable_id":
        return {field: {"$in": list(values)}}
    ids = [
        ObjectId(value) for value in values if isinstance(value, str) and ObjectId.is_valid(value)
    ]
    return {"_id": ids[0]} if len(ids) == 1 else {"_id": {"$in": ids}}


def _range(low: str | None, high: str | None) -> Filter:
    ends = {"$gte": low, "$lte": high}
    return {end: value for end, value in ends.items() if value is not None} or {"$type": "string"}


def _mentioning(text: str) -> tuple[Filter, Condition]:
    parts = parts_of(text)
    runs = list(dict.fromkeys(run for part in parts for run in runs_of(part)))[:MOST_RUNS]
    left = EVERYTHING if found_exactly(parts) else Mentions(text)
    return ({RUNS: {"$all": runs}} if runs else ANYTHING), left


def _all_of(kind: Kind, conditions: tuple[Condition, ...]) -> tuple[Filter, Condition]:
    filter_, left = ANYTHING, []
    for condition in conditions:
        found, rest = compiled(kind, condition)
        filter_ = both(filter_, found)
        if rest != EVERYTHING:
            left.append(rest)
    return filter_, Every(tuple(left))


def _any_of(
    kind: Kind, where: Condition, conditions: tuple[Condition, ...]
) -> tuple[Filter, Condition]:
    if not conditions:
        return NOTHING, EVERYTHING
    found = [compiled(kind, condition) for condition in conditions]
    if any(filter_ == ANYTHING for filter_, _ in found):
        filter_ = ANYTHING
    else:
        filter_ = {"$or": [filter_ for filter_, _ in found]}
    exact = all(rest == EVERYTHING for _, rest in found)
    return filter_, EVERYTHING if exact else where
