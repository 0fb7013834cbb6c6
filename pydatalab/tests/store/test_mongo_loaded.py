"""All documents of a MongoDB database replaced by others, and the server killed afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from examples import item
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from mongo_server import MongoServer, can_be_had
from pydatalab.store.mongo import MongoStore, switching
from pydatalab.store.query import Order, Query, Scope

ALL = Scope.all()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MongoServer]:
    """One that keeps its documents in a file."""
    if not can_be_had():
        pytest.skip("no Java here that a server could run on")
    started = MongoServer(file=tmp_path / "documents").start()
    yield started
    started.kill()


def names(server: MongoServer) -> list[str]:
    store = MongoStore(f"{server.address}/lab")
    try:
        found = store.items.find(Query(order=Order("last_modified")), scope=ALL)
        return [one["item_id"] for one in found.documents]
    finally:
        store.close()


def load(server: MongoServer) -> None:
    """Replace three items by two, of which one has an id, and the other a name, of those before."""
    store = MongoStore(f"{server.address}/lab")
    try:
        store.items.add_all([item(number) for number in range(3)])
        other = item(8) | {"item_id": "S-2", "derived": item(2)["derived"]}
        store.load([("items", item(1, status="used")), ("items", other)])
    finally:
        store.close()


def test_what_was_loaded_outlives_the_server(server: MongoServer):
    load(server)
    assert sorted(names(server)) == ["S-1", "S-2"]
    server.kill()
    server.start()
    assert sorted(names(server)) == ["S-1", "S-2"]


def test_where_names_last_collections_get_other_names(
    server: MongoServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(switching, "names_last", lambda _: True)
    load(server)
    assert sorted(names(server)) == ["S-1", "S-2"]


def test_documents_that_the_server_refuses_are_not_lost(
    server: MongoServer, monkeypatch: pytest.MonkeyPatch
):
    full = {"index": 0, "code": 14031, "errmsg": "the disk is full"}

    def refuse(*_: object, **__: object) -> None:
        raise BulkWriteError({"writeErrors": [full]})

    with monkeypatch.context() as patch:
        patch.setattr(Collection, "bulk_write", refuse)
        with pytest.raises(BulkWriteError):
            load(server)
    assert sorted(names(server)) == ["S-1", "S-2"]  # whoever opens it next completes it
