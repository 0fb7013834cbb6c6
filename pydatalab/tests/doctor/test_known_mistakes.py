"""Mistakes that deployments of the datalab before this one make; the doctor finds each."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pydatalab.backups.records import begin, find_records
from pydatalab.backups.runs import run_strategy
from pydatalab.doctor.machine import Machine
from pydatalab.models.progress import Progress
from pydatalab.models.times import as_text

Container = Callable[..., Machine]


class Silent(Progress):
    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Nobody listens."""


def test_an_unknown_name_is_an_error_that_names_the_nearest(visit: Any):
    visit.settings["FILES_DIRECTRY"] = "/app/files"
    found = visit.of("settings-refused", "settings")
    assert found.level == "error"
    assert "Did you mean PYDATALAB_FILES_DIRECTORY?" in found.said


def test_uploads_that_vanish_with_the_container_are_an_error(visit: Any, container: Container):
    visit.settings["FILES_DIRECTORY"] = str(visit.folder / "files")
    visit.machine = container(visit.folder / "data", visit.folder / "elsewhere")
    found = visit.of("uploads-not-on-a-volume", "files")
    assert found.level == "error"
    assert str(visit.folder / "files") in found.said
    visit.machine = container(visit.folder / "data", visit.folder / "files")
    assert "uploads-not-on-a-volume" not in visit.names("files")
    visit.machine = container(visit.folder / "data", in_memory=(visit.folder / "files",))
    assert "uploads-not-on-a-volume" in visit.names("files", level="error")


def test_a_volume_where_nothing_is_written_is_named(visit: Any, container: Container):
    visit.machine = container(visit.folder / "data", "/app/uploads")
    found = visit.of("volume-unused", "files")
    assert found.level == "warning"
    assert "/app/uploads" in found.said
    assert str(visit.folder / "data" / "files") in found.to_do
    visit.machine = container(visit.folder)
    assert "volume-unused" not in visit.names("files")


def test_a_backup_older_than_its_frequency_is_an_error(visit: Any, tmp_path: Path):
    daily = {"location": str(tmp_path / "kept"), "frequency": "5 4 * * *"}
    visit.settings["BACKUP_STRATEGIES"] = {"daily": daily}
    with visit.lab() as lab:
        run_strategy(lab, "daily", progress=Silent())
        assert not visit.names("backups", level="error")
        (record,) = find_records(lab)
        old = as_text(datetime.now(UTC) - timedelta(days=3))
        lab.store.backups.replace(record | {"made_at": old, "edit": record["edit"] + 1})
    found = visit.of("backup-old", "backups")
    assert found.level == "error"
    assert "5 4 * * *" in found.said
    assert "admin.create-backup --strategy-name daily" in found.to_do


def test_a_scheduler_that_does_not_run_and_what_it_missed_are_named(visit: Any, tmp_path: Path):
    hourly = {"location": str(tmp_path / "kept"), "frequency": "0 * * * *"}
    visit.settings["BACKUP_STRATEGIES"] = {"hourly": hourly}
    with visit.lab() as lab:
        lab.store.schedules.add(
            {
                "immutable_id": "0" * 24,
                "edit": 1,
                "name": "backup hourly",
                "crontab": "0 * * * *",
                "made_to": as_text(datetime.now(UTC) - timedelta(hours=5)),
            }
        )
    assert visit.of("scheduler-stopped", "scheduler").level == "warning"
    assert "Backup hourly was due" in visit.of("schedule-missed", "scheduler").said


def test_a_backup_without_a_frequency_is_named(visit: Any, tmp_path: Path):
    visit.settings["BACKUP_STRATEGIES"] = {"by-hand": {"location": str(tmp_path / "kept")}}
    with visit.lab():
        pass
    assert visit.of("backup-unscheduled", "backups").level == "warning"


def test_a_host_that_cannot_be_reached_is_an_error_and_one_that_can_is_none(
    visit: Any, ssh: Any, tmp_path: Path
):
    there = {"location": str(tmp_path / "nas"), "hostname": f"root@127.0.0.1:{ssh.port}"}
    visit.settings["BACKUP_STRATEGIES"] = {"nas": there}
    visit.settings["SSH_KEY_FILE"] = str(ssh.keys.key_file)
    visit.settings["SSH_KNOWN_HOSTS"] = str(ssh.keys.known_hosts)
    with visit.lab():
        pass
    assert "can be reached" in visit.of("backup-place", "backups").said
    ssh.end()
    found = visit.of("backup-place-away", "backups")
    assert found.level == "error"
    assert "SSH_KEY_FILE" in found.to_do


GUNICORN = Path(sys.executable).parent / "gunicorn"


@pytest.fixture
def gunicorn(visit: Any, free: int) -> Iterator[Any]:
    """The visit, while gunicorn serves its lab by two processes."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}
    told = kept | visit.variables() | {"WEB_CONCURRENCY": "2", "PORT": str(free)}
    with (visit.folder / "log").open("w") as log:
        process = subprocess.Popen(
            [GUNICORN, "--config", "python:pydatalab.gunicorn"],
            env=told, cwd=visit.folder, stdout=log, stderr=log,
        )  # fmt: skip
    until = time.monotonic() + 60
    while time.monotonic() < until and "first-run?token=" not in (visit.folder / "log").read_text():
        time.sleep(0.1)
    with suppress(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{free}/healthcheck/is_ready", timeout=20).close()
    yield visit
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


def test_a_number_of_processes_that_came_to_nothing_is_named(gunicorn: Any):
    until = time.monotonic() + 20
    while "processes" not in gunicorn.names("server") and time.monotonic() < until:
        time.sleep(0.2)  # each opens the lab for itself
    assert gunicorn.of("processes", "server").level == "ok"
    assert "scheduler" in gunicorn.names("scheduler", level="ok")
    gunicorn.environment["WEB_CONCURRENCY"] = "16"
    found = gunicorn.of("processes-differ", "server")
    assert found.level == "warning"
    assert "16" in found.said
    assert "2 processes" in found.said


def test_a_backup_that_failed_is_told_with_its_reason(visit: Any, tmp_path: Path):
    visit.settings["BACKUP_STRATEGIES"] = {"daily": {"location": str(tmp_path / "kept")}}
    with visit.lab() as lab:
        begin(lab, "daily", state="failed", error="The disk is full.")
    assert "The disk is full." in visit.of("backup-failed", "backups").said
