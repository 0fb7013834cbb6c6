"""Upgrades that are killed, and servers that start together: it is done once, and to its end."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import Unavailable
from pydatalab.lab import Lab
from pydatalab.services import creation, people
from pydatalab.store.query import Query, Scope

pytestmark = pytest.mark.slow

UPGRADER = Path(__file__).parent / "jobs" / "upgrader.py"
NUMBER = 23


@pytest.fixture(params=["sqlite", "mongo"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Those of a lab of each engine that people have worked in."""
    uri = request.getfixturevalue("mongo_uri") if request.param == "mongo" else None
    settings = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=uri)
    with open_lab(settings) as lab:
        ada = people.person(lab, people.add_person(lab, "Ada")["immutable_id"])
        for number in range(NUMBER):
            fields = {"type": "samples", "name": f"sample {number}", "item_id": f"S-{number}"}
            creation.create_item(lab, ada, fields)
    return settings


def start(settings: Config, *, kill_after: int = 0) -> "subprocess.Popen[str]":
    """The datalab of tomorrow."""
    free = {name: value for name, value in os.environ.items() if "PYDATALAB_" not in name}
    free["PYDATALAB_DATA_DIRECTORY"] = str(settings.DATA_DIRECTORY)
    if settings.MONGO_URI:
        free["PYDATALAB_MONGO_URI"] = settings.MONGO_URI
    command = [sys.executable, UPGRADER, str(kill_after)]
    return subprocess.Popen(command, env=free, stderr=subprocess.PIPE, text=True)


def backups_of(settings: Config) -> list[Path]:
    return sorted((settings.DATA_DIRECTORY / "before-upgrade").glob("*"))


def items_in(lab: Lab) -> list[dict[str, Any]]:
    return lab.store.items.find(Query(limit=100), scope=Scope.all()).documents


@pytest.mark.parametrize("portions", [1, 2, 4])
def test_an_upgrade_that_was_killed_is_completed_by_the_next_start(
    settings: Config, portions: int, monkeypatch: pytest.MonkeyPatch
):
    killed = start(settings, kill_after=portions)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    backups = backups_of(settings)
    assert len(backups) == 1
    with pytest.raises(Unavailable, match="documents of version 2"), open_lab(settings):
        pass
    completed = start(settings)
    said = completed.communicate(timeout=60)[1]
    assert completed.returncode == 0, said
    assert f"It goes on; the backup is {backups[0]}" in said
    assert backups_of(settings) == backups
    monkeypatch.setattr("pydatalab.models.steps.STEPS", tomorrow())
    with open_lab(settings) as lab:
        found = items_in(lab)
    assert len(found) == NUMBER
    assert all(item["name"].isupper() and item["edit"] == 2 for item in found)


def test_servers_that_start_together_upgrade_once(settings: Config):
    servers = [start(settings) for _ in range(3)]
    said = [server.communicate(timeout=90)[1] for server in servers]
    assert [server.returncode for server in servers] == [0, 0, 0], said
    assert "".join(said).count("Upgrading the documents to version 2") == 1
    assert len(backups_of(settings)) == 1


def tomorrow() -> Any:
    """The steps of tomorrow."""
    sys.path.insert(0, str(UPGRADER.parents[2] / "migrations"))
    from upgrading import TOMORROW

    return TOMORROW
