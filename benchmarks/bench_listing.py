"""First pages of many items: how long each filter takes in each order, for two people.

Beside each stands the bare SQL: the same documents, read by an index made for just this question; the two are compared
where a page is full, since nobody waits for less than one. The number
of items is taken from ``BENCH_ITEMS``; a store that was filled once is used again if
``BENCH_FOLDER`` names where to keep it.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
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
REPEATS = int(os.environ.get("BENCH_REPEATS", "10"))
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
    "type, status, dates": Every(
        (Is("type", "cells"), Is("status", "active"), Between("date", "2024-01-01", None))
    ),
}
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
        listings = [
            row
            for person, scope in PEOPLE.items()
            for name, where in FILTERS.items()
            for row in _measured(store, path, f"{name}, sees {person}", where, scope)
        ]
        searches = [
            _searched(store, f"search {words!r}, sees {person}", words, scope)
            for person, scope in PEOPLE.items()
            for words in WORDS
        ]
        return [*filling, *listings, *searches]


def _searched(store: SQLiteStore, name: str, words: str, scope: Scope) -> Row:
    query = Query(Mentions(words), Order("last_modified", True), count_to=1000, fields=FIELDS)
    return Row(name, _p95(_times(lambda: store.items.find(query, scope=scope))), "ms", MOST_MS_TEXT)


def _measured(
    store: SQLiteStore, path: Path, name: str, where: Condition, scope: Scope
) -> list[Row]:
    """The worst of all orders, in time and in comparison."""
    taken, ratio, worst = 0.0, 0.0, ""
    for order in ORDERS:
        query = Query(where, order, limit=50, count_to=1000, fields=FIELDS)
        ours = _times(partial(store.items.find, query, scope=scope))
        found = store.items.find(query, scope=scope).documents
        bare = _times_of_bare_sql(path, [each["immutable_id"] for each in found])
        if _p95(ours) > taken:
            taken, worst = _p95(ours), f"{'-' * order.descending}{order.field}"
        if len(found) == query.limit:
            ratio = max(ratio, _median(ours) / _median(bare))
    slowest = Row(f"{name} (slowest by {worst})", taken, "ms", MOST_MS)
    return [slowest, Row(f"{name}, of bare SQL", ratio, "×", MOST_TIMES)] if ratio else [slowest]


def _times_of_bare_sql(path: Path, immutable_ids: list[str]) -> list[float]:
    """How long bare SQL takes for the same page and total, with an index made for just this question.

    The index has what matches, for this person, filter and order: ``place`` and ``id``, nothing
    else. By it 50 documents are read whole and decoded, and up to 1,001 entries are counted.
    """
    db = sqlite3.connect(path)
    db.execute("CREATE TEMP TABLE ideal (place INTEGER PRIMARY KEY, id INTEGER)")
    db.executemany(
        "INSERT INTO ideal SELECT ?, id FROM items WHERE immutable_id = ?", enumerate(immutable_ids)
    )
    page = f"SELECT body FROM ideal CROSS JOIN items_bodies USING (id) ORDER BY place LIMIT {PAGE}"
    total = f"SELECT count(*) FROM (SELECT 1 FROM ideal LIMIT {COUNT_TO + 1})"

    def ask() -> object:
        return [orjson.loads(body) for (body,) in db.execute(page)], db.execute(total).fetchone()

    taken = _times(ask)
    db.close()
    return taken


def _times(ask: Callable[[], object]) -> list[float]:
    """Milliseconds of each of some repetitions, the first left out."""
    taken = []
    for _ in range(REPEATS + 1):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1e3)
    return sorted(taken[1:])


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
