"""Every store that the lab can run on, opened anew for each test."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pymongo import MongoClient

from pydatalab.store.mongo import MongoStore
from pydatalab.store.port import Store
from pydatalab.store.sqlite import SQLiteStore

sys.path.insert(0, str(Path(__file__).parent))  # for reference.py, examples.py and mongo_server.py

from mongo_server import MongoServer, can_be_had


@pytest.fixture(scope="session")
def mongo_address() -> Iterator[str]:
    """A MongoDB server: that of ``PYDATALAB_TEST_MONGO_URI``, or one that Java runs."""
    if given := os.environ.get("PYDATALAB_TEST_MONGO_URI"):
        yield given.rstrip("/")
        return
    if not can_be_had():
        pytest.skip("no MongoDB: set PYDATALAB_TEST_MONGO_URI, or install java and maven")
    server = MongoServer().start()
    yield server.address
    server.kill()


@contextmanager
def opened_sqlite(folder: Path) -> Iterator[Store]:
    store = SQLiteStore(folder / "lab.db")
    yield store
    store.close()


@contextmanager
def opened_mongo(address: str) -> Iterator[Store]:
    name = f"test_{secrets.token_hex(6)}"
    store = MongoStore(f"{address}/{name}")
    yield store
    store.close()
    with MongoClient[dict[str, object]](address) as client:
        client.drop_database(name)


@pytest.fixture(params=["sqlite", "mongo"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        with opened_sqlite(tmp_path) as store:
            yield store
    else:
        with opened_mongo(request.getfixturevalue("mongo_address")) as store:
            yield store
