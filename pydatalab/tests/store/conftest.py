"""Every store that the lab can run on, opened anew for each test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.store.mongo import MongoStore
from pydatalab.store.port import Store
from pydatalab.store.sqlite import SQLiteStore

sys.path.insert(0, str(Path(__file__).parent))  # for reference.py and examples.py


@pytest.fixture(params=["sqlite", "mongo"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store
    if request.param == "sqlite":
        opened = SQLiteStore(tmp_path / "lab.db")
    else:
        opened = MongoStore(request.getfixturevalue("mongo_uri"))
    yield opened
    opened.close()
