"""A queue in a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.store.port import Store
from pydatalab.store.sqlite import SQLiteStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SQLiteStore(tmp_path / "lab.db")
    yield opened
    opened.close()
