"""Backups by strategy, as the data manager makes them in a terminal, and as cron does."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PYDATALAB = Path(sys.executable).parent / "pydatalab"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path, engine_variables: dict[str, str]) -> Run:
    """``run("admin.…")``: a task, called in a folder of no importance, as cron would."""
    config = tmp_path / "config.json"
    strategies = {
        "daily-snapshots": {"location": str(tmp_path / "kept"), "frequency": "5 4 * * *"},
        "steps": {"location": str(tmp_path / "steps"), "incremental": True, "active": False},
    }
    settings = {"DATA_DIRECTORY": str(tmp_path / "data"), "BACKUP_STRATEGIES": strategies}
    config.write_text(json.dumps(settings))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def running(*words: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: text for name, text in os.environ.items() if "PYDATALAB" not in name}
        return subprocess.run(
            [PYDATALAB, *words],
            env=kept | {"PYDATALAB_CONFIG_FILE": str(config)} | engine_variables,
            cwd=elsewhere,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return running


def told(done: "subprocess.CompletedProcess[str]") -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_backup_is_made_listed_drilled_and_restored_from_any_folder(run: Run, tmp_path: Path):
    made = told(run("admin.create-backup", "--strategy-name", "daily-snapshots", "--json"))
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [made["name"]]
    listed = told(run("admin.list-backups", "--json"))["backups"]
    assert [one["name"] for one in listed] == [made["name"]]
    drilled = run("admin.drill-backup").stdout
    assert f"{made['name']} is healthy. 0 items and 0 files came back as they were" in drilled
    assert "healthy" in run("admin.list-backups").stdout
    assert run("admin.verify-backup", "daily-snapshots").returncode == 0
    restored = run("admin.restore-backup", "daily-snapshots", "--time", made["made_at"], "--yes")
    assert made["name"] in restored.stdout


def test_the_schedule_shows_active_strategies_and_drills(run: Run):
    shown = told(run("admin.show-schedule", "--json"))["schedules"]
    names = [one["name"] for one in shown]
    assert names[:2] == ["backup daily-snapshots", "drill of backups"]
    assert "backup steps" not in names
    assert "5 4 * * *" in run("admin.show-schedule").stdout


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--strategy-name", "hourly"),
        ("--strategy-name", "steps", "--output-path", "/tmp/x.tar"),
    ],
)
def test_an_unknown_name_none_or_both_options_are_an_error_that_lists_the_names(
    run: Run, options: tuple[str, ...]
):
    refused = run("admin.create-backup", *options)
    assert refused.returncode == 1
    assert "There are: daily-snapshots, steps." in refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_is_to_be_drilled_is_asked_for_where_no_strategy_is_active(run: Run, tmp_path: Path):
    config = tmp_path / "config.json"
    config.write_text(config.read_text().replace('"frequency"', '"active": false, "frequency"'))
    refused = run("admin.drill-backup")
    assert refused.returncode == 1
    assert "Say by --strategy-name which to drill. There are: daily-snapshots" in refused.stderr


def test_a_snapshot_of_a_repository_is_verified_by_its_path(run: Run, tmp_path: Path):
    made = told(run("admin.create-backup", "--strategy-name", "steps", "--json"))
    path = tmp_path / "steps" / made["name"]
    assert run("admin.verify-backup", str(path)).returncode == 0
    blob = tmp_path / "steps" / made["name"].replace(".json", ".documents")
    blob.write_bytes(blob.read_bytes()[:-3])
    assert run("admin.verify-backup", str(path)).returncode == 1
