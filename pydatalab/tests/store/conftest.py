"""Every store that the lab can run on, opened anew for each test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.store.port import Store
from pydatalab.store.sqlite import SQLiteStore

sys.path.insert(0, str(Path(__file__).parent))  # for reference.py and examples.py

ENGINES = {"sqlite": lambda folder: SQLiteStore(folder / "lab.db")}


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = ENGINES[request.param](tmp_path)
    yield opened
    opened.close()
