"""Runs of strategies that are killed: nothing half is ever taken for whole, and the next run goes on."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.backups.exporting import exported
from pydatalab.backups.records import find_records
from pydatalab.backups.repository import find_snapshots, stored_blobs
from pydatalab.backups.runs import run_strategy
from pydatalab.backups.strategies import at_place
from pydatalab.backups.verify import verify_archive
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services import creation, files, people

RUNNER = Path(__file__).parent / "jobs" / "backup_runner.py"
FILES = 60
SIZE = 300_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lab of many files in it."""
    made = tmp_path_factory.mktemp("killed")
    with opened(made) as lab:
        who = people.person(lab, people.add_person(lab, "Ada", role="admin")["immutable_id"])
        item = creation.create_item(lab, who, {"type": "samples"})
        for number in range(FILES):
            with lab.vault.writer() as writer:
                writer.write(os.urandom(SIZE))
                blob = writer.finish()
            files.attach_file(lab, who, item["refcode"], f"{number}.bin", blob)
    return made


def config_of(folder: Path) -> dict[str, Any]:
    return {
        "DATA_DIRECTORY": str(folder / "data"),
        "BACKUP_STRATEGIES": {
            "daily": {"location": str(folder / "daily")},
            "steps": {"location": str(folder / "steps"), "incremental": True},
        },
    }


def opened(folder: Path) -> Any:
    return open_lab(Config.model_validate(config_of(folder)))


@pytest.fixture
def lab(folder: Path) -> Iterator[Lab]:
    with opened(folder) as made:
        yield made


def killed_run(folder: Path, strategy: str, after: int) -> None:
    """Run a strategy in a process of its own, and kill that when it has said so much."""
    process = subprocess.Popen([sys.executable, RUNNER, folder, strategy], stdout=subprocess.PIPE)
    assert process.stdout
    for _ in range(after):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("after", [1, 20, 50])
def test_a_killed_incremental_run_leaves_no_snapshot_and_the_next_goes_on(
    lab: Lab, folder: Path, after: int
):
    shutil.rmtree(folder / "steps", ignore_errors=True)
    killed_run(folder, "steps", after)
    with at_place(lab, str(folder / "steps")) as there:
        assert find_snapshots(there) == []
        stored = len(stored_blobs(there))
    began = time.monotonic()
    record = run_strategy(lab, "steps", progress=Silent())
    assert time.monotonic() - began < 60
    assert record["moved"] <= (FILES - stored) * (SIZE + 1000) + 30_000
    with (
        at_place(lab, record["location"]) as there,
        exported(there, record["name"], None) as stream,
    ):
        assert verify_archive(stream, progress=Silent()).ok
    assert not list((folder / "steps").rglob(".*"))
    states = [one["state"] for one in find_records(lab, strategy="steps")]
    assert states[:2] == ["done", "failed"]


def test_a_killed_run_leaves_no_archive_and_says_that_it_was_interrupted(lab: Lab, folder: Path):
    killed_run(folder, "daily", 20)
    assert not [path for path in (folder / "daily").iterdir() if ".tar" in path.name]
    record = run_strategy(lab, "daily", progress=Silent())
    assert [path.name for path in (folder / "daily").iterdir()] == [record["name"]]
    failed = find_records(lab, strategy="daily")[1]
    assert (failed["state"], "was interrupted" in failed["error"]) == ("failed", True)
