"""What the MongoDB engine costs beside bare pymongo that does the same work on the same server.

The server is that of ``PYDATALAB_TEST_MONGO_URI``, or the one that the tests start by Java, whose speed
says nothing of MongoDB's: the ratios are what counts. Bare means the shortest program for just this
question: one ``find`` and one ``count_documents`` on documents with the same indexes. The number of
items is ``BENCH_ITEMS``, of repetitions ``BENCH_REPEATS``: few, since the server of the tests looks at
each document for each question, and takes minutes with thousands.
"""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
from bson import ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from benchmarks.bench_listing import COUNT_TO, FIELDS, FILTERS, ORDERS, PAGE, PEOPLE
from benchmarks.bench_start import served
from benchmarks.lab_of_items import RARE_STATUS, fill, items
from benchmarks.table import Row
from pydatalab.services.accounts import digest
from pydatalab.store.kinds import ITEMS
from pydatalab.store.mongo import MongoStore
from pydatalab.store.mongo.documents import stored
from pydatalab.store.mongo.filters import RUNS
from pydatalab.store.mongo.indexes import indexes_of
from pydatalab.store.query import Is, Mentions, Order, Query, Scope
from pydatalab.store.runs import runs_of

N_ITEMS = int(os.environ.get("BENCH_ITEMS", "500"))
REPEATS = int(os.environ.get("BENCH_REPEATS", "15"))
MOST_TIMES = 3.0
ALL = Scope.all()

Filter = Mapping[str, Any]

BARE_FILTERS: Mapping[str, Filter] = {
    "everything": {},
    "a type": {"type": "samples"},
    "two types": {"type": {"$in": ["samples", "cells"]}},
    "a common status": {"status": "active"},
    "a rare status": {"status": RARE_STATUS},
    "no such status": {"status": "lost"},
    "creator: oneself": {"creator_ids": "third"},
    "creator: another": {"creator_ids": "person7"},
    "a collection": {"derived.collections": f"{3:024x}"},
    "dates: a month": {"date": {"$gte": "2023-03-01", "$lte": "2023-04-01"}},
    "dates: two years": {"date": {"$gte": "2021-05-17", "$lte": "2023-05-17"}},
}
"""The filters of the listings, as one writes them by hand."""

SEARCHES = ("lithium", "lith", "xyzzy")


@dataclass(frozen=True)
class Beside:
    """A lab, and the same documents for bare pymongo."""

    address: str
    store: MongoStore
    bare: Database[dict[str, Any]]


def run() -> list[Row]:
    """Adding, saving, listing, searching, and pages over HTTP, each beside its bare twin."""
    with _server() as server, _beside(server) as lab:
        rows = [*_filled(lab), _added(lab), _saved(lab)]
        rows += [_listed(lab, person, name) for person in PEOPLE for name in FILTERS]
        rows += [_searched(lab, words) for words in SEARCHES]
        return rows + _over_http(lab)


@contextmanager
def _server() -> Iterator[str]:
    if given := os.environ.get("PYDATALAB_TEST_MONGO_URI"):
        yield given.rstrip("/")
        return
    sys.path.insert(0, str(Path(__file__).parents[1] / "pydatalab" / "tests"))
    server = import_module("mongo_server").MongoServer(memory="4g").start()
    try:
        yield server.address
    finally:
        server.kill()


@contextmanager
def _beside(server: str) -> Iterator[Beside]:
    name = f"bench_{secrets.token_hex(4)}"
    with MongoClient[dict[str, Any]](server, w="majority", journal=True) as client:
        store = MongoStore(f"{server}/{name}")
        bare = client[f"{name}_bare"]
        bare["items"].create_indexes(indexes_of(ITEMS))
        yield Beside(f"{server}/{name}", store, bare)
        store.close()
        for one in (name, f"{name}_bare"):
            client.drop_database(one)


def _filled(lab: Beside) -> list[Row]:
    """Fill both with the same items."""
    ours = N_ITEMS / fill(lab.store, N_ITEMS)
    made = [stored(ITEMS, document) for document in items(N_ITEMS)]
    began = time.perf_counter()
    lab.bare["items"].insert_many(made, ordered=False)
    bare = time.perf_counter() - began
    what = f"{N_ITEMS:,} items added in bulk"
    return [Row(f"{what}, per second", N_ITEMS / ours, "items"), Row(what, ours / bare, "×", 4.0)]


def _added(lab: Beside) -> Row:
    """One item more."""
    ours = iter(_new(lab, REPEATS + 1, "A"))
    bare = [stored(ITEMS, one) for one in _new(lab, REPEATS + 1, "B")]
    left = iter(bare)
    return _ratio(
        "an item is added",
        lambda: lab.store.items.add(next(ours)),
        lambda: lab.bare["items"].insert_one(next(left)),
    )


def _new(lab: Beside, number: int, prefix: str) -> list[dict[str, Any]]:
    like = lab.store.items.get(Is("item_id", "S-0000001"), scope=ALL)
    return [
        like
        | {
            "immutable_id": str(ObjectId()),
            "refcode": f"lab:{prefix}{n}",
            "item_id": f"{prefix}{n}",
        }
        | {"derived": like["derived"] | {"live_id": f"{prefix}{n}"}}
        for n in range(number)
    ]


def _saved(lab: Beside) -> Row:
    """An item is read by its refcode and written where it is still at that edit."""

    def ours() -> None:
        item = lab.store.items.get(Is("refcode", "lab:000042"), scope=ALL)
        lab.store.items.replace(item | {"edit": item["edit"] + 1}, was=item["edit"], scope=ALL)

    def bare() -> None:
        item = lab.bare["items"].find_one({"refcode": "lab:000042"})
        assert item
        which = {"_id": item["_id"], "edit": item["edit"]}
        lab.bare["items"].replace_one(which, item | {"edit": item["edit"] + 1})

    lab.bare["items"].create_index("refcode")
    return _ratio("an item is read and saved", ours, bare)


def _listed(lab: Beside, person: str, name: str) -> Row:
    """The order in which the first page of a filter costs most beside the bare one."""
    scope = PEOPLE[person]
    assert scope.principals is not None
    seen = {"derived.principals": {"$in": sorted(scope.principals)}}
    worst = 0.0, ""
    for order in ORDERS:
        query = Query(FILTERS[name], order, limit=PAGE, count_to=COUNT_TO, fields=FIELDS)
        times = _times(
            partial(lab.store.items.find, query, scope=scope),
            partial(_bare_page, lab, seen | dict(BARE_FILTERS[name]), order),
        )
        worst = max(worst, (times[0] / times[1], f"{'-' * order.descending}{order.field}"))
    return Row(f"{name}, sees {person} (dearest: {worst[1]})", worst[0], "×", MOST_TIMES)


def _bare_page(lab: Beside, where: Filter, order: Order) -> object:
    way = -1 if order.descending else 1
    found = lab.bare["items"].find(where, dict.fromkeys(FIELDS, 1), limit=PAGE + 1)
    return (
        list(found.sort([(order.field, way), ("_id", way)])),
        lab.bare["items"].count_documents(where, limit=COUNT_TO + 1),
    )


def _searched(lab: Beside, words: str) -> Row:
    """Beside the same by hand: the runs of letters are found, and the text of what has them is read."""
    order = Order("last_modified", descending=True)
    query = Query(Mentions(words), order, limit=PAGE, count_to=COUNT_TO, fields=FIELDS)
    bare = {RUNS: {"$all": runs_of(words)}, "derived.text": {"$regex": words}}
    return _ratio(
        f"search {words!r}",
        partial(lab.store.items.find, query, scope=ALL),
        partial(_bare_page, lab, bare, order),
    )


def _over_http(lab: Beside) -> list[Row]:
    """Pages as a browser gets them, for whoever may see everything."""
    person = {"immutable_id": str(ObjectId()), "type": "people", "account_status": "active"}
    lab.store.people.add(person | {"display_name": "root"})
    lab.store.roles.add({"immutable_id": person["immutable_id"], "role": "admin"})
    key = {"immutable_id": str(ObjectId()), "type": "api_key", "hash": digest("key")}
    lab.store.api_keys.add(key | {"user": person["immutable_id"]})
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), PYDATALAB_MONGO_URI=lab.address) as address,
        httpx2.Client(base_url=address, headers={"DATALAB-API-KEY": "key"}) as client,
    ):
        return [_page(lab, client, name) for name in ("everything", "a type", "a common status")]


def _page(lab: Beside, client: httpx2.Client, name: str) -> Row:
    where = BARE_FILTERS[name]
    query = {"sort": "-last_modified", "sudo": "1", **where}
    bare = partial(_bare_page, lab, where, Order("last_modified", descending=True))

    def ours() -> None:
        client.get("/v1/items", params=query).raise_for_status()

    times = _times(ours, bare)
    return Row(f"page over HTTP: {name}, sees all", times[0] / times[1], "×")


def _ratio(what: str, ours: Callable[[], object], bare: Callable[[], object]) -> Row:
    taken = _times(ours, bare)
    return Row(what, taken[0] / taken[1], "×", MOST_TIMES)


def _times(*asks: Callable[[], object]) -> list[float]:
    """The median of the seconds that each of what is asked in turn takes, the first round left out."""
    rounds = [[_time(ask) for ask in asks] for _ in range(REPEATS + 1)][1:]
    return [sorted(taken)[len(taken) // 2] for taken in zip(*rounds, strict=True)]


def _time(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began
