"""First pages of many items: how long each filter takes in each order, for two people.

Beside each stands the bare SQL, asked in turn with ours: the same page and the same total, by an
index made for just this question. The two are compared where a page is full, since nobody waits for
less than one. The number of items is ``BENCH_ITEMS``; a store that was filled once is used again if
``BENCH_FOLDER`` names where to keep it.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import combinations
from pathlib import Path

import orjson

from benchmarks.lab_of_items import RARE_STATUS, TEN, THIRD, fill
from benchmarks.table import Row
from pydatalab.store.query import (
    EVERYTHING,
    Between,
    Condition,
    Every,
    Is,
    Mentions,
    OneOf,
    Order,
    Query,
    Scope,
)
from pydatalab.store.sqlite import SQLiteStore

N_ITEMS = int(os.environ.get("BENCH_ITEMS", "100000"))
REPEATS = int(os.environ.get("BENCH_REPEATS", "40"))
PAGE, COUNT_TO = 50, 1000
MOST_MS, MOST_TIMES, MOST_MS_TEXT = 8.0, 5.0, 30.0

FIELDS = (
    "type", "item_id", "refcode", "name", "chemform", "status", "date", "last_modified",
    "creator_ids", "group_ids", "blocks_obj", "file_ObjectIds",
)  # fmt: skip
FILTERS: dict[str, Condition] = {
    "everything": EVERYTHING,
    "a type": Is("type", "samples"),
    "two types": OneOf("type", ("samples", "cells")),
    "a common status": Is("status", "active"),
    "a rare status": Is("status", RARE_STATUS),
    "no such status": Is("status", "lost"),
    "creator: oneself": Is("creator_ids", "third"),
    "creator: another": Is("creator_ids", "person7"),
    "a collection": Is("derived.collections", f"{3:024x}"),
    "dates: a month": Between("date", "2023-03-01", "2023-04-01"),
    "dates: two years": Between("date", "2021-05-17", "2023-05-17"),
}
PARTS: dict[str, Condition] = {
    "type": FILTERS["a type"],
    "status": FILTERS["a common status"],
    "creator": FILTERS["creator: oneself"],
    "collection": FILTERS["a collection"],
    "dates": FILTERS["dates: two years"],
}
"""What filters are combined of."""

WORDS = ("lithium", "lith", "li", "l", "2o3", "xyzzy", "lithium s-00", "s-0000001")
ORDERS = tuple(
    Order(field, down)
    for field in ("date", "last_modified", "derived.item_id", "derived.name")
    for down in (False, True)
)
PEOPLE = {"ten": TEN, "a third": THIRD}


def run() -> list[Row]:
    """Fill a store and measure its listings."""
    with _filled() as (store, path, filling):
        rows = filling
        for person, scope in PEOPLE.items():
            for name, where in FILTERS.items():
                rows += _measured(store, path, f"{name}, sees {person}", {"": where}, scope)
            for number in range(2, len(PARTS) + 1):
                wheres = {
                    ", ".join(names): Every(tuple(PARTS[name] for name in names))
                    for names in combinations(PARTS, number)
                }
                name = f"{number} filters together, sees {person}"
                rows += _measured(store, path, name, wheres, scope)
            rows.append(_after_saves(store, f"right after a save, sees {person}", scope))
            rows.append(_first_of_all(path, f"first of all, sees {person}", scope))
        return rows + [
            _searched(store, f"search {words!r}, sees {person}", words, scope)
            for person, scope in PEOPLE.items()
            for words in WORDS
        ]


def _measured(
    store: SQLiteStore, path: Path, name: str, wheres: Mapping[str, Condition], scope: Scope
) -> list[Row]:
    """The worst of some conditions and all orders, in time and in comparison."""
    slowest, dearest = (0.0, ""), (0.0, "")
    for called, where in wheres.items():
        for order in ORDERS:
            query = _first_page(where, order)
            with _bare_sql(store, path, query, scope) as bare_sql:
                ours, bare = _times(partial(store.items.find, query, scope=scope), bare_sql)
            label = f"{called} by {'-' * order.descending}{order.field}".strip()
            slowest = max(slowest, (_p95(ours), label))
            if len(store.items.find(query, scope=scope).documents) == PAGE:
                dearest = max(dearest, (_median(ours) / _median(bare), label))
    rows = [Row(f"{name} (slowest: {slowest[1]})", slowest[0], "ms", MOST_MS)]
    if dearest[0]:
        rows.append(Row(f"{name}, of bare SQL ({dearest[1]})", dearest[0], "×", MOST_TIMES))
    return rows


def _after_saves(store: SQLiteStore, name: str, scope: Scope) -> Row:
    """The slowest question where somebody else just saved an item, so that little is known."""
    slowest, what = 0.0, ""
    for called, where in FILTERS.items():
        for order in ORDERS:
            taken = []
            for _ in range(3):
                _save_something(store)
                taken.append(
                    _time(partial(store.items.find, _first_page(where, order), scope=scope))
                )
            if _median(sorted(taken)) > slowest:
                slowest, what = _median(sorted(taken)), f"{called} by {order.field}"
    return Row(f"{name} (slowest: {what})", slowest, "ms", MOST_MS)


def _save_something(store: SQLiteStore) -> None:
    everything = Scope.all()
    item = store.items.get(Is("item_id", "S-0099990"), scope=everything)
    saved = item | {"edit": item["edit"] + 1, "last_modified": datetime.now(UTC).isoformat()}
    store.items.replace(saved, was=item["edit"], scope=everything)


def _first_of_all(path: Path, name: str, scope: Scope) -> Row:
    """How long the first page takes after the start."""
    taken = []
    for _ in range(3):
        store = SQLiteStore(path)
        query = _first_page(EVERYTHING, Order("last_modified", True))
        taken.append(_time(partial(store.items.find, query, scope=scope)))
        store.close()
    return Row(name, _median(sorted(taken)), "ms")


def _searched(store: SQLiteStore, name: str, words: str, scope: Scope) -> Row:
    """As one types: nobody asked for just these words before."""
    query = _first_page(Mentions(words), Order("last_modified", True))
    taken = []
    for _ in range(10):
        _save_something(store)
        taken.append(_time(partial(store.items.find, query, scope=scope)))
    limit = MOST_MS_TEXT if N_ITEMS <= 100_000 else None
    return Row(f"{name}, right after a save", _p95(sorted(taken)), "ms", limit)


def _first_page(where: Condition, order: Order) -> Query:
    return Query(where, order, limit=PAGE, count_to=COUNT_TO, fields=FIELDS)


@contextmanager
def _bare_sql(
    store: SQLiteStore, path: Path, query: Query, scope: Scope
) -> Iterator[Callable[[], object]]:
    """The same page and total as of a query, asked in bare SQL of an index made for it alone.

    The index has what matches, for this person, filter and order: ``place`` and ``id``, nothing
    else, of the first 1,001, as more are not counted. By it 50 documents are read whole and decoded,
    and its entries are counted.
    """
    every = Query(query.where, query.order, limit=COUNT_TO + 1, fields=())
    found = store.items.find(every, scope=scope).documents
    db = sqlite3.connect(path)
    db.execute("CREATE TEMP TABLE ideal (place INTEGER PRIMARY KEY, id INTEGER)")
    db.executemany(
        "INSERT INTO ideal SELECT ?, id FROM items WHERE immutable_id = ?",
        ((place, document["immutable_id"]) for place, document in enumerate(found)),
    )
    page = f"SELECT body FROM ideal CROSS JOIN items_bodies USING (id) ORDER BY place LIMIT {PAGE}"
    total = f"SELECT count(*) FROM (SELECT 1 FROM ideal LIMIT {COUNT_TO + 1})"
    yield lambda: (
        [orjson.loads(body) for (body,) in db.execute(page)],
        db.execute(total).fetchone(),
    )
    db.close()


def _times(*asks: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of some repetitions, sorted, of each of what is asked in turn, the first left out."""
    rounds = [[_time(ask) for ask in asks] for _ in range(REPEATS + 1)][1:]
    return [sorted(taken) for taken in zip(*rounds, strict=True)]


def _time(ask: Callable[[], object]) -> float:
    """Milliseconds of the processor: what else the machine does is no matter of the store's."""
    began = time.thread_time()
    ask()
    return (time.thread_time() - began) * 1e3


def _p95(taken: list[float]) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * 0.95))]


def _median(taken: list[float]) -> float:
    return taken[len(taken) // 2]


@contextmanager
def _filled() -> Iterator[tuple[SQLiteStore, Path, list[Row]]]:
    """A store with items, its file, and how long the filling took (nothing if it was filled)."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(os.environ.get("BENCH_FOLDER", temporary)) / f"items-{N_ITEMS}.db"
        is_new = not path.exists()
        store = SQLiteStore(path)
        rows = []
        if is_new:
            rows.append(Row(f"{N_ITEMS} items added, per second", fill(store, N_ITEMS), "items"))
            rows.append(
                Row("size of the database, per item", path.stat().st_size / N_ITEMS, "bytes")
            )
        yield store, path, rows
        store.close()
