"""The server makes backups by itself: what it missed once, and one where two servers run."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.jobs.queue import find_jobs
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import as_text
from pydatalab.store.query import Query

SECONDS = 60


@pytest.fixture
def second(server: Any) -> Iterator[Any]:
    """Another server over the same data."""
    made = type(server)(server.data)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


def test_a_missed_run_is_made_up_once_though_two_servers_start(
    server: Any, second: Any, tmp_path: Path
):
    due = datetime.now(UTC) - timedelta(minutes=30)
    frequency = f"{due:%M} * * * *"
    daily = {"location": str(tmp_path / "kept"), "frequency": frequency}
    settings = {"PYDATALAB_BACKUP_STRATEGIES": json.dumps({"daily": daily})}
    config = Config.model_validate(
        {"DATA_DIRECTORY": server.data, "BACKUP_STRATEGIES": {"daily": daily}}
    )
    with open_lab(config) as lab:
        lab.store.schedules.add(
            {
                "immutable_id": new_object_id(),
                "edit": 1,
                "name": "backup daily",
                "crontab": frequency,
                "made_to": as_text(due - timedelta(hours=5)),
            }
        )
        server.start(**settings)
        second.start(**settings)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and not done(lab):
            time.sleep(0.2)
        assert done(lab)
        server.end()
        second.end()
        runs = find_jobs(lab.store, name="create-backup")
        records = lab.store.backups.find(Query()).documents
    assert [run["state"] for run in runs] == ["done"]
    assert runs[0]["late_since"]
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [records[0]["name"]]
    assert records[0]["late_since"] == runs[0]["late_since"]


def done(lab: Any) -> bool:
    return bool(find_jobs(lab.store, name="create-backup", state="done"))
