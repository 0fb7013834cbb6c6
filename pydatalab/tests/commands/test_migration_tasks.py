"""Adoptions and moves, as one meets them in a terminal."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from existing_lab import documents, read_database, write_database, write_files
from pydatalab.lab import LEADER

PYDATALAB = Path(sys.executable).parent / "pydatalab"
UPGRADER = Path(__file__).parents[1] / "faults" / "jobs" / "upgrader.py"
"""Opens a lab as the datalab of tomorrow."""


def run(folder: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """A task called from a folder, with settings."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}
    return subprocess.run(
        [PYDATALAB, *words],
        env=kept | {f"PYDATALAB_{name}": text for name, text in settings.items()},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def existing(mongo_uri: str) -> str:
    """Address of a database that a datalab before this one left."""
    write_database(mongo_uri, documents())
    return mongo_uri


def test_an_existing_lab_is_rehearsed_adopted_and_moved(existing: str, tmp_path: Path):
    before, old = read_database(existing), str(write_files(tmp_path / "old"))
    told = run(tmp_path, "migration.adopt", "--mongo-uri", existing, "--files", old, "--dry-run")
    assert told.returncode == 0, told.stderr
    assert "wishes" in told.stdout
    assert told.stdout.endswith("This was a rehearsal: nothing was written.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old"]

    words = ("migration.adopt", "--mongo-uri", existing, "--files", old, "--json")
    did = json.loads(run(tmp_path, *words).stdout)
    assert (did["written"]["items"], did["files"], did["changed"]) == (4, {"linked": 2}, True)
    assert not json.loads(run(tmp_path, *words).stdout)["changed"]
    assert read_database(existing) == before

    moved = run(tmp_path, "migration.move", "--to", "there", "--json")
    assert json.loads(moved.stdout)["written"]["items"] == 4
    again = run(tmp_path, "migration.move", "--to", "there")
    assert "nothing has changed" in again.stdout
    assert f"PYDATALAB_FILE_DIRECTORY={tmp_path}/data/files" in again.stdout
    checked = run(
        tmp_path,
        "admin.check-files",
        DATA_DIRECTORY="there",
        FILE_DIRECTORY=str(tmp_path / "data" / "files"),
    )
    assert "2 files read. All are right." in checked.stdout


def test_what_is_to_be_adopted_is_said(existing: str, tmp_path: Path):
    status = run(tmp_path, "migration.status", MONGO_URI=existing)
    assert (status.returncode, "migration.adopt" in status.stdout) == (1, True)
    refused = run(tmp_path, "admin.list-users", MONGO_URI=existing)
    assert (refused.returncode, "migration.adopt" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("migration.adopt",), "--mongo-uri"),
        (("migration.adopt", "--mongo-uri", "mongodb://x/y", "--files", "nowhere"), "no folder"),
        (("migration.adopt", "--mongo-uri", "http://x/y", "--files", "."), "no address"),
        (("migration.move", "--to", "postgres://x/y"), "Say where to"),
        (("migration.move", "--to", ""), "Say where to"),
        (("migration.move", "--to", "data"), "datalab.db already"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words: tuple[str, ...], said: str, tmp_path: Path):
    done = run(tmp_path, *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "mongo"])
def test_a_lab_that_was_upgraded_goes_back(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
):
    settings = {"DATA_DIRECTORY": str(tmp_path / "data")}
    if engine == "mongo":
        settings["MONGO_URI"] = request.getfixturevalue("mongo_uri")
    words = ("--display-name", "Ada", "--contact-email", "ada@lab.example", "--role", "admin")
    person = json.loads(run(tmp_path, "admin.create-user", *words, "--json", **settings).stdout)
    variables = {f"PYDATALAB_{name}": text for name, text in settings.items()}
    subprocess.run([sys.executable, UPGRADER, "0"], env=os.environ | variables, check=True)

    refused = run(tmp_path, "admin.list-users", **settings)
    assert (refused.returncode, "migration.go-back" in refused.stderr) == (1, True)
    assert run(tmp_path, "migration.status", **settings).returncode == 1
    asked = run(tmp_path, "migration.go-back", **settings)
    assert (asked.returncode, "Stop the server, and say --yes" in asked.stderr) == (1, True)
    assert run(tmp_path, "migration.status", **settings).returncode == 1
    with (tmp_path / "data" / LEADER).open("ab") as served:  # a server of the newer one does so
        fcntl.flock(served, fcntl.LOCK_EX)
        early = run(tmp_path, "migration.go-back", "--yes", **settings)
        assert (early.returncode, "Stop the server first" in early.stderr) == (1, True)
    back = run(tmp_path, "migration.go-back", "--yes", "--json", **settings)
    assert back.returncode == 0, back.stderr
    assert Path(json.loads(back.stdout)["aside"]).exists()
    listed = json.loads(run(tmp_path, "admin.list-users", "--json", **settings).stdout)
    assert str(person["immutable_id"]) in json.dumps(listed)
    again = run(tmp_path, "migration.go-back", "--yes", **settings)
    assert (again.returncode, "nothing to go back from" in again.stderr) == (1, True)
