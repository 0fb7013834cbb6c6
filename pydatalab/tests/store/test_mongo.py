"""What the MongoDB engine promises beyond the port."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from examples import item
from pymongo import MongoClient
from pymongo.errors import BulkWriteError, OperationFailure, WriteConcernError

from pydatalab.errors import DatabaseAway, Unavailable
from pydatalab.store import kinds
from pydatalab.store.mongo import MongoStore, indexes
from pydatalab.store.mongo.connection import asking, connect
from pydatalab.store.mongo.switching import LONGEST_LOAD
from pydatalab.store.mongo.table import in_bulk
from pydatalab.store.query import EVERYTHING, Is, Scope

ALL = Scope.all()

STUMBLED = {"$err": "Unknown error: null", "errmsg": "Unknown error: null", "ok": 0}
"""What the server that stands in for MongoDB says when its own indexes change beneath it."""


def newer_kinds() -> tuple[kinds.Kind, ...]:
    """Those of a datalab that looks up, sorts and keeps apart more than this one."""
    items = replace(
        kinds.ITEMS,
        indexed=(*kinds.ITEMS.indexed, "barcode"),
        orders=(*kinds.ITEMS.orders, "derived.status"),
        unique=(*kinds.ITEMS.unique, ("barcode",)),
    )
    return (items, *kinds.KINDS[1:], kinds.Kind("wishes", "wish", unique=(("name",),)))


def test_an_older_server_goes_on_while_a_newer_one_makes_its_indexes(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch
):
    older = MongoStore(mongo_uri)
    over, written, failed = threading.Event(), [0], []

    def work() -> None:
        while not over.is_set():
            try:
                older.items.add(item(written[0]))
                written[0] += 1
            except Exception as error:  # whatever it is
                if getattr(error, "details", None) != STUMBLED:
                    failed.append(error)
                    return
                written[0] = older.items.count(EVERYTHING, scope=ALL)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        monkeypatch.setattr(indexes, "KINDS", newer_kinds())
        for _ in range(3):
            MongoStore(mongo_uri).close()
    finally:
        over.set()
        worker.join()
    assert not failed
    assert older.items.count(EVERYTHING, scope=ALL) == written[0] > 0
    monkeypatch.undo()
    MongoStore(mongo_uri).close()  # the older one starts once more: what it does not know stays
    older.close()
    client, database = connect(mongo_uri)
    with client:
        assert "barcode" in database["items"].index_information()


def test_a_write_that_the_majority_did_not_take_is_not_acknowledged():
    unsure = {"code": 91, "errmsg": "interrupted at shutdown"}

    def write() -> None:
        raise BulkWriteError({"writeErrors": [], "writeConcernErrors": [unsure]})

    with pytest.raises(DatabaseAway):
        in_bulk(kinds.ITEMS, 1, write)
    with pytest.raises(DatabaseAway), asking():
        raise WriteConcernError("interrupted at shutdown", 91)


@pytest.mark.parametrize("code", [13, 18])
def test_a_server_that_does_not_let_us_in_is_told_from_one_that_is_away(code: int):
    with pytest.raises(Unavailable, match=r"not let us in.*MONGO_URI") as refused, asking():
        raise OperationFailure("not authorized to find { token: 'T7k2' }", code)
    assert not isinstance(refused.value, DatabaseAway)


def test_what_is_not_ours_is_left_alone(mongo_uri: str):
    with MongoClient(mongo_uri) as client:  # type: ignore[var-annotated]
        client.get_default_database()["somebody_elses"].insert_one({"x": 1})
        store = MongoStore(mongo_uri)
        store.items.add(item(1))
        assert store.items.count(Is("immutable_id", item(1)["immutable_id"]), scope=ALL) == 1
        store.close()
        assert client.get_default_database()["somebody_elses"].count_documents({}) == 1


def test_what_a_killed_load_left_long_ago_goes_when_the_lab_is_opened(mongo_uri: str):
    moment = datetime.now(UTC) - LONGEST_LOAD
    old, new = (ObjectId.from_datetime(moment + timedelta(minutes=n)) for n in (-1, 1))
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        database = client.get_default_database()
        for load in (old, new):
            database[f"loading_{load}_items"].insert_one({"item_id": "half"})
        MongoStore(mongo_uri).close()
        left = [name for name in database.list_collection_names() if name.startswith("loading_")]
    assert left == [f"loading_{new}_items"]
