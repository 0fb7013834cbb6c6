"""``pydatalab admin.doctor``, as one meets it in a terminal."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config

SCRIPTS = Path(sys.executable).parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("--json", PYDATALAB_WORKERS="2")``: the doctor, for a lab of its own."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}
    own = {"PYDATALAB_DATA_DIRECTORY": str(tmp_path / "data")}

    def running(
        *words: str, told: str = "", **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [SCRIPTS / "pydatalab", "admin.doctor", *words], env=kept | own | variables, cwd=tmp_path,
            input=told, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip

    return running


def test_a_lab_that_works_has_status_0_and_findings_by_subject(run: Run, tmp_path: Path):
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")):
        pass
    seen = run()
    assert seen.returncode == 0, seen.stdout
    assert re.findall(r"^[A-Z]\w+$", seen.stdout, re.MULTILINE) == [
        "Settings", "Database", "Files", "Workers", "Scheduler", "Backups", "Clock"
    ]  # fmt: skip
    assert "  ok       The workers drew a powder pattern" in seen.stdout
    assert "  warning  IDENTIFIER_PREFIX is still at its default (lab).\n" in seen.stdout
    assert "           -> Set PYDATALAB_IDENTIFIER_PREFIX" in seen.stdout
    assert re.search(r"^0 errors, \d+ warnings, \d+ ok\.$", seen.stdout, re.MULTILINE)


def test_an_error_has_status_1_and_json_says_the_same(run: Run):
    seen = run("--json", PYDATALAB_SECRETKEY="x")
    assert seen.returncode == 1
    said = json.loads(seen.stdout)
    assert said["errors"] == 1
    (found,) = said["findings"]
    assert (found["subject"], found["name"], found["level"]) == (
        "settings",
        "settings-refused",
        "error",
    )
    assert "PYDATALAB_SECRET_KEY" in found["finding"]
    assert found["to_do"]


@pytest.mark.parametrize(
    "variables",
    [
        {"PYDATALAB_CONFIG_FILE": "none.json"},
        {"PYDATALAB_WORKERS": "many"},
        {"PYDATALAB_MONGO_URI": "mongodb://127.0.0.1:1/lab"},
        {"PYDATALAB_DATA_DIRECTORY": "/proc/nowhere"},
        {"PYDATALAB_DATA_DIRECTORY": "/dev/null/x"},
    ],
)
def test_a_lab_that_cannot_be_opened_is_a_finding(run: Run, variables: dict[str, str]):
    seen = run(**variables)
    assert seen.returncode == 1
    assert "Traceback" not in seen.stdout + seen.stderr
    assert "  error    " in seen.stdout
    assert "could not be looked at" not in seen.stdout


def test_subjects_can_be_chosen(run: Run):
    seen = run("--json", "--only", "settings, mail")
    assert {one["subject"] for one in json.loads(seen.stdout)["findings"]} == {"settings"}
    refused = run("--only", "setings")
    assert refused.returncode == 1
    assert "There are: settings, compose, database" in refused.stderr


def test_a_compose_file_can_be_piped_in(run: Run):
    service = "services: {api: {build: {dockerfile: .docker/server_dockerfile}}}"
    seen = run("--only", "compose", "--compose", "-", told=service)
    assert seen.returncode == 1
    assert "Mount a volume at /app/files." in seen.stdout


def test_nothing_is_made_where_nothing_is(run: Run, tmp_path: Path):
    assert run().returncode == 0
    assert list(tmp_path.iterdir()) == []
