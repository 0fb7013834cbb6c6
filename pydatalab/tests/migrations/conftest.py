"""Existing labs to adopt, and labs to adopt them into."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from existing_lab import documents, write_database, write_files
from pydatalab.config import Config

sys.path.insert(0, str(Path(__file__).parent))  # for upgrading.py


@pytest.fixture
def existing(mongo_uri: str) -> str:
    """Address of a database that a datalab before this one left."""
    write_database(mongo_uri, documents())
    return mongo_uri


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The folder of its files."""
    return write_files(tmp_path / "data" / "files")


@pytest.fixture
def another_uri(mongo_address: str) -> Iterator[str]:
    """A second database that is empty."""
    name = f"test_{secrets.token_hex(6)}"
    yield f"{mongo_address}/{name}"
    with MongoClient[dict[str, object]](mongo_address) as client:
        client.drop_database(name)


@pytest.fixture(params=["in place", "sqlite", "mongo"])
def config(request: pytest.FixtureRequest, existing: str, tmp_path: Path) -> Config:
    """Settings of the lab that the existing one is adopted into."""
    uri: Callable[[], Any] = {
        "in place": lambda: existing,
        "sqlite": lambda: None,
        "mongo": lambda: request.getfixturevalue("another_uri"),
    }[request.param]
    return Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=uri(), IDENTIFIER_PREFIX="grey")


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """``other_disk()``: a folder on a file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mounted() -> Path:
        command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]
        if os.getuid() != 0 or subprocess.run(command, check=False).returncode:
            pytest.skip("a disk cannot be mounted here: be root, where mounting is allowed")
        return folder

    yield mounted
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)
