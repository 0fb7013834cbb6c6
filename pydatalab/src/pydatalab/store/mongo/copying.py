"""Moves documents from one collection to another one by one, where a new name would not last.

Servers that only speak MongoDB's protocol may forget the new name of a collection, and so what is in
it, when they are started again. MongoDB itself never does.
"""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from typing import Any

from pymongo import ReplaceOne
from pymongo.collection import Collection

from pydatalab.store.mongo.connection import SENT_AT_ONCE, Mongo
from pydatalab.store.mongo.table import AT_ONCE, clashes

Raw = dict[str, Any]


def names_last(database: Mongo) -> bool:
    """Whether the server is MongoDB, which tells the commit that it was built from."""
    return "gitVersion" in database.command("buildInfo")


def copy_all(source: Collection[Raw], target: Collection[Raw], is_over: Callable[[], bool]) -> None:
    """Let the documents of one collection be all that the other one has.

    Any number of processes may do so at once; one that stopped halfway is completed by the next.

    Args:
        source: what is to be copied; nobody changes it until it is over.
        target: gets it.
        is_over: whether somebody else has completed all, so that the source may be gone.
    """
    gone = list(_ids(target) - _ids(source))
    if is_over():
        return
    for start in range(0, len(gone), AT_ONCE):
        target.delete_many({"_id": {"$in": gone[start : start + AT_ONCE]}})
    clashing = _put(target, source.find(batch_size=SENT_AT_ONCE))
    if clashing:  # what they share with others was still another document's
        target.delete_many({"_id": {"$in": [one["_id"] for one in clashing]}})
        _put(target, clashing)


def _ids(documents: Collection[Raw]) -> set[Any]:
    """Compared here: such servers stand still while they look each one up in a list of all."""
    return {one["_id"] for one in documents.find({}, ["_id"])}


def _put(target: Collection[Raw], documents: Iterable[Raw]) -> list[Raw]:
    """Write documents, each in the place of the one with its id; those that clash with others."""
    left, clashing = iter(documents), []
    while some := list(islice(left, AT_ONCE)):
        writes = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in some]
        found = clashes(partial(target.bulk_write, writes, ordered=False))
        clashing += [some[error["index"]] for error in found]
    return clashing
