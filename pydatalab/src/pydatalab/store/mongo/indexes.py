"""Indexes, made from the kinds of documents at each start; those that are there stay."""

from pymongo import ASCENDING, IndexModel

from pydatalab.store.kinds import KINDS, Kind
from pydatalab.store.mongo.connection import Mongo
from pydatalab.store.mongo.filters import KEYS, RUNS

PRINCIPALS = "derived.principals"


def make_indexes(database: Mongo) -> None:
    """Make the indexes that a database lacks, in the background of whoever uses it."""
    for kind in KINDS:
        database[kind.name].create_indexes(indexes_of(kind))


def indexes_of(kind: Kind) -> list[IndexModel]:
    """The indexes of a kind: what is unique, what is looked up, and each order for each person."""
    fields = dict.fromkeys([*kind.indexed, *kind.facets])
    fields |= dict.fromkeys(
        fields for unique in kind.unique if len(unique) > 1 for fields in unique
    )
    made = [IndexModel([(KEYS, ASCENDING)], name="keys", unique=True)]
    made += [_index(field) for field in fields]
    made += [_index(field, "_id") for field in kind.orders]
    if kind.scoped:
        made += [_index(PRINCIPALS, field, "_id") for field in kind.orders]
    if kind.text:
        made.append(_index(RUNS))
    return made


def _index(*fields: str) -> IndexModel:
    return IndexModel([(field, ASCENDING) for field in fields], name=" ".join(fields))
