"""All documents of a MongoDB database replaced by others, and the server killed afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from examples import item
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError
from pymongo.monitoring import CommandListener, CommandStartedEvent

from mongo_server import MongoServer, can_be_had
from pydatalab.store.mongo import MongoStore, switching
from pydatalab.store.mongo.copying import copy_all
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


def test_what_is_to_go_is_named_by_few_at_once(mongo_uri: str):
    # a list of all ids keeps a server that only speaks the protocol busy until it seems to be away
    sizes: list[int] = []

    class Listener(CommandListener):
        def started(self, event: CommandStartedEvent) -> None:
            if event.command_name == "delete":
                sizes.append(len(str(event.command["deletes"])))

        def succeeded(self, event: object) -> None:
            pass

        def failed(self, event: object) -> None:
            pass

    with MongoClient[dict[str, Any]](mongo_uri, event_listeners=[Listener()]) as client:
        source, target = (client.get_default_database()[name] for name in ("new", "old"))
        source.insert_many([{"_id": ObjectId(f"{n:024x}"), "n": n} for n in range(2_000)])
        target.insert_many([{"_id": ObjectId(f"{n:024x}")} for n in range(1_200, 3_200)])
        copy_all(source, target, lambda: False)
        assert target.count_documents({}) == target.count_documents({"n": {"$gte": 0}}) == 2_000
    of_one = len(str(ObjectId()))
    assert 0 < max(sizes) < 500 * 2 * of_one
