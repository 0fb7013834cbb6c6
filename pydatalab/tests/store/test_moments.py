"""What every store promises of all documents at one moment: read, or replaced."""

from collections.abc import Iterator
from typing import Any

import pytest
from examples import collection, item

from pydatalab.errors import Conflict
from pydatalab.store.port import Snapshot, Store
from pydatalab.store.query import EVERYTHING, Is, Mentions, Order, Query, Scope

ALL = Scope.all()


def names(store: Store, **query: Any) -> list[str]:
    found = store.items.find(Query(order=Order("last_modified"), **query), scope=ALL)
    return [document["item_id"] for document in found.documents]


def test_a_snapshot_shows_its_moment_though_others_write(store: Store):
    store.items.add_all([item(number) for number in range(3)])
    with store.snapshot() as snapshot:
        store.items.add(item(3))
        store.items.replace(item(0, edit=2, status="used"), was=1, scope=ALL)
        store.items.remove(Is("item_id", "S-1"), scope=ALL)
        assert list(snapshot.documents("items")) == [item(number) for number in range(3)]
        assert snapshot.count("items") == 3
        assert snapshot.count("users") == 0
    with store.snapshot() as later:
        assert [one["edit"] for one in later.documents("items")] == [2, 1, 1]


def test_loading_replaces_everything(store: Store):
    store.items.add_all([item(number, status="planned") for number in range(3)])
    store.people.add({"immutable_id": "a" * 24, "contact_email": "ann@lab.org"})
    written = store.load(
        [("items", item(7, derived_text="quartz")), ("collections", collection(8, "Minerals"))]
    )
    assert written == {"items": 1, "collections": 1}
    assert names(store) == ["S-7"]
    assert store.items.count(Is("status", "planned"), scope=ALL) == 0
    assert store.items.count(Mentions("quartz"), scope=Scope(frozenset({"person:ann"}))) == 1
    assert store.items.count(Mentions("s-1"), scope=ALL) == 0
    assert store.collections.count(EVERYTHING, scope=ALL) == 1
    assert store.people.count(EVERYTHING) == 0


def test_what_is_loaded_is_what_a_snapshot_gave(store: Store):
    documents = [item(number, derived_text=f"words {number}") for number in range(20)]
    store.items.add_all(documents)
    with store.snapshot() as snapshot:
        given = [("items", document) for document in snapshot.documents("items")]
    store.load([])
    assert names(store) == []
    store.load(given)
    assert store.items.find(Query(limit=50), scope=ALL).documents == documents


def test_a_listing_seen_before_is_not_remembered(store: Store):
    store.items.add_all([item(number, status="planned") for number in range(4)])
    assert store.items.count(Is("status", "planned"), scope=ALL) == 4
    assert names(store, where=Is("status", "planned")) == ["S-0", "S-1", "S-2", "S-3"]
    store.load([("items", item(number, status="planned")) for number in (2, 5)])
    assert store.items.count(Is("status", "planned"), scope=ALL) == 2
    assert names(store, where=Is("status", "planned")) == ["S-2", "S-5"]


def test_if_one_document_cannot_be_loaded_none_is(store: Store):
    store.items.add_all([item(number) for number in range(3)])
    with pytest.raises(Conflict):
        store.load([("items", item(7)), ("items", item(7))])
    assert names(store) == ["S-0", "S-1", "S-2"]

    def cut() -> Iterator[tuple[str, dict[str, Any]]]:
        yield "items", item(8)
        raise RuntimeError("the archive ends here")

    with pytest.raises(RuntimeError):
        store.load(cut())
    assert names(store) == ["S-0", "S-1", "S-2"]
    store.items.add(item(3))
    assert names(store) == ["S-0", "S-1", "S-2", "S-3"]


def test_what_tells_of_the_server_is_left_alone_by_loading(store: Store):
    store.jobs.add({"immutable_id": "1" * 24, "key": "k", "state": "running", "name": "restore"})
    store.load([("restores", {"immutable_id": "2" * 24, "state": "unconfirmed"})])
    assert store.jobs.count(EVERYTHING) == 1
    assert store.restores.count(EVERYTHING) == 1


def test_what_was_there_is_shown_before_it_goes(store: Store):
    store.items.add_all([item(number) for number in range(3)])
    seen = []

    def look(snapshot: Snapshot) -> None:
        seen.extend(one["item_id"] for one in snapshot.documents("items"))

    store.load([("items", item(9))], before=look)
    assert seen == ["S-0", "S-1", "S-2"]
    assert names(store) == ["S-9"]
