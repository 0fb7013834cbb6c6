"""Restores over MongoDB that are killed: afterwards all is as before, or all is as in the archive."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.backups.archive import create_archive
from pydatalab.config import Config
from pydatalab.models.progress import Silent
from pydatalab.services import creation, people
from pydatalab.store.kinds import LASTING_KINDS
from pydatalab.store.query import Is, Scope

pytestmark = pytest.mark.slow

RESTORER = Path(__file__).parent / "jobs" / "restorer.py"
KINDS = len(LASTING_KINDS)


def everything(config: Config) -> dict[str, list[dict[str, Any]]]:
    with open_lab(config) as lab, lab.store.snapshot() as snapshot:
        return {kind.name: list(snapshot.documents(kind.name)) for kind in LASTING_KINDS}


@pytest.fixture
def config(mongo_uri: str, tmp_path: Path) -> Config:
    """Settings of a lab that was worked in since the archive ``then.tar`` was made."""
    config = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=mongo_uri)
    with open_lab(config) as lab:
        ada = people.person(lab, people.add_person(lab, "Ada")["immutable_id"])
        for number in range(5):
            creation.create_item(lab, ada, {"type": "samples", "item_id": f"S-{number}"})
        archive = tmp_path / "then.tar"
        create_archive(lab, archive, settings={}, compression="none", progress=Silent())
        people.add_person(lab, "Bob")
        creation.create_item(lab, ada, {"type": "samples", "item_id": "later"})
    return config


@pytest.mark.parametrize(
    ("command", "number", "happens"),
    [
        ("createIndexes", 25, False),
        ("insert", 2, False),
        ("renameCollection", 1, True),
        ("renameCollection", KINDS // 2, True),
        ("renameCollection", KINDS, True),
        ("delete", 1, True),
        ("delete", 2, True),
        ("drop", 3, True),
    ],
)
def test_a_restore_that_was_killed_happened_or_not(
    config: Config, tmp_path: Path, command: str, number: int, *, happens: bool
):
    before = everything(config)
    free = {name: value for name, value in os.environ.items() if "PYDATALAB_" not in name}
    told = {"DATA_DIRECTORY": str(config.DATA_DIRECTORY), "MONGO_URI": str(config.MONGO_URI)}
    done = subprocess.run(
        [sys.executable, RESTORER, command, str(number), str(tmp_path / "then.tar"), "--yes"],
        env=free | {f"PYDATALAB_{name}": value for name, value in told.items()},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    after = everything(config)
    if not happens:
        assert after == before
        return
    assert (len(after["items"]), len(after["users"])) == (5, 1)
    with open_lab(config) as lab:
        assert lab.store.restores.count(Is("state", "unconfirmed")) == 1
        assert lab.store.items.count(Is("item_id", "later"), scope=Scope.all()) == 0
