"""What finds documents is made anew from them, whatever became of it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from examples import collection, item

from pydatalab.models.progress import Silent
from pydatalab.store.port import Store
from pydatalab.store.query import EVERYTHING, Condition, Is, Mentions, Order, Query, Scope
from pydatalab.store.sqlite import SQLiteStore

ANN = Scope(frozenset({"person:ann"}))


def found(store: Store, where: Condition = EVERYTHING) -> list[str]:
    query = Query(where, Order("derived.item_id"))
    return [one["item_id"] for one in store.items.find(query, scope=ANN).documents]


def fill(store: Store) -> None:
    store.items.add_all(
        [
            item(n, status="used" if n % 2 else "active", derived_text=f"quartz {n}")
            for n in range(9)
        ]
    )
    store.collections.add(collection(20, "Minerals"))
    store.files.add({"immutable_id": "a" * 24, "checksums": {"sha256": "0" * 64}})


def test_nothing_differs_in_a_store_that_is_right(store: Store):
    fill(store)
    assert store.reindex(Silent()) == 0
    assert found(store) == [f"S-{n}" for n in range(9)]
    assert found(store, Mentions("quartz 3")) == ["S-3"]
    assert store.files.count(Is("checksums.sha256", "0" * 64)) == 1


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[SQLiteStore]:
    """A store of which parts of the indexes are lost or wrong."""
    path = tmp_path / "lab.db"
    store = SQLiteStore(path)
    fill(store)
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM items_bits WHERE key IN (SELECT min(key) FROM items_bits)")
        db.execute("DELETE FROM items_sections WHERE field = 'derived.item_id'")
        db.execute("INSERT INTO items_words (items_words) VALUES ('delete-all')")
        db.execute("DELETE FROM files_values")
    db.close()
    opened = SQLiteStore(path)
    yield opened
    opened.close()


def test_lists_searches_and_lookups_that_were_lost_are_there_again(broken: SQLiteStore):
    assert not broken.files.count(Is("checksums.sha256", "0" * 64))
    assert broken.reindex(Silent()) > 0
    assert found(broken) == [f"S-{n}" for n in range(9)]
    assert found(broken, Is("status", "used")) == ["S-1", "S-3", "S-5", "S-7"]
    assert found(broken, Mentions("quartz 3")) == ["S-3"]
    assert broken.files.count(Is("checksums.sha256", "0" * 64)) == 1
    assert broken.reindex(Silent()) == 0
