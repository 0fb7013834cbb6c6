"""A queue in a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.databases import store_at
from pydatalab.store.port import Store


@pytest.fixture
def store(tmp_path: Path, engine: dict[str, str]) -> Iterator[Store]:
    opened = store_at(engine.get("MONGO_URI") or tmp_path / "lab.db")
    yield opened
    opened.close()
