"""Fixtures that every test may use."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real instrument files beside the repository; tests that need them skip where they are missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real instrument files at {SHARED_DATA}")
    return SHARED_DATA
