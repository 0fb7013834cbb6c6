"""Adoptions that are killed: what was there, or all of it adopted, and running it again completes it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from existing_lab import documents, read_database, tree, write_database, write_files
from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import Conflict
from pydatalab.store.kinds import LASTING_KINDS

ADOPTER = Path(__file__).parent / "jobs" / "adopter.py"
STAGE = "loading_"


def adopt(folder: Path, uri: str, *kill: str) -> int:
    """Run the task in a process of its own; its exit status."""
    free = {name: value for name, value in os.environ.items() if "PYDATALAB_" not in name}
    settings = {"DATA_DIRECTORY": str(folder), "MONGO_URI": uri, "IDENTIFIER_PREFIX": "grey"}
    done = subprocess.run(
        [sys.executable, ADOPTER, *(kill or ("nothing", "1"))],
        env=free | {f"PYDATALAB_{name}": value for name, value in settings.items()},
        cwd=folder,
        check=False,
    )
    return done.returncode


def contents(folder: Path, uri: str) -> dict[str, list[dict[str, Any]]]:
    config = Config(DATA_DIRECTORY=folder, MONGO_URI=uri)
    with open_lab(config) as lab, lab.store.snapshot() as snapshot:
        found = {kind.name: list(snapshot.documents(kind.name)) for kind in LASTING_KINDS}
    return {kind: sorted(of, key=lambda one: one["immutable_id"]) for kind, of in found.items()}


@pytest.fixture(scope="module")
def wanted(mongo_address: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What an adoption that nobody kills makes."""
    folder, uri = tmp_path_factory.mktemp("wanted"), f"{mongo_address}/test_wanted"
    write_database(uri, documents())
    write_files(folder / "files")
    assert adopt(folder, uri) == 0
    return contents(folder, uri)


@pytest.mark.parametrize(
    ("command", "number"),
    [("find", 40), ("insert", 5), *(("renameCollection", number) for number in (1, 4, 8))],
)
def test_an_adoption_in_place_that_was_killed_is_completed(
    mongo_uri: str, tmp_path: Path, wanted: Any, command: str, number: int
):
    write_database(mongo_uri, documents())
    before = read_database(mongo_uri)
    files = write_files(tmp_path / "files")
    bytes_before = tree(files)
    assert adopt(tmp_path, mongo_uri, command, str(number)) == -signal.SIGKILL
    after = {
        name: found
        for name, found in read_database(mongo_uri).items()
        if not name.startswith((STAGE, "about"))
    }
    if command == "renameCollection":  # all was there: whoever opens it comes to the end
        assert contents(tmp_path, mongo_uri) == wanted
    else:
        assert after == before
        with pytest.raises(Conflict, match=r"migration\.adopt"):
            contents(tmp_path, mongo_uri)
    assert adopt(tmp_path, mongo_uri) == 0
    assert contents(tmp_path, mongo_uri) == wanted
    assert tree(files) == bytes_before
