"""``pydatalab work``: a lab's jobs on a machine that serves nobody."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.jobs.queue import add_job, get_job
from pydatalab.lab import Lab

PYDATALAB = Path(sys.executable).parent / "pydatalab"

Work = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def config(tmp_path: Path, engine: dict[str, str]) -> Config:
    return Config.model_validate({"DATA_DIRECTORY": tmp_path / "data", **engine})


@pytest.fixture
def lab(config: Config) -> Iterator[Lab]:
    with open_lab(config) as opened:
        yield opened


@pytest.fixture
def work(config: Config) -> Iterator[Work]:
    """``work(*options)``: the task in a process of its own, once it says that it works."""
    started = []
    given = config.model_dump(mode="json", exclude_unset=True)
    settings = {f"PYDATALAB_{name}": str(value) for name, value in given.items()}

    def working(*options: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [PYDATALAB, "work", *options],
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout and "Jobs of the lab run here" in process.stdout.readline()
        return process

    yield working
    for one in started:
        one.kill()
        one.communicate()


def ended(lab: Lab, job_id: str) -> str:
    """The state of a job, once it has ended."""
    until = time.monotonic() + 60
    while (state := get_job(lab.store, job_id)["state"]) in ("waiting", "running"):
        assert time.monotonic() < until, state
        time.sleep(0.05)
    return str(state)


def test_it_runs_the_jobs_of_the_lab_and_ends_in_order(lab: Lab, work: Work):
    job_id = add_job(lab.store, "show-space", {})["immutable_id"]
    process = work("--jobs", "1")
    assert ended(lab, job_id) == "done"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_it_ends_where_a_newer_datalab_upgraded_the_lab(lab: Lab, work: Work):
    process = work("--jobs", "1")
    lab.store.record_versions(replace(lab.store.read_versions(), documents=99, by="9.9"))
    assert process.wait(60) == 1


def test_settings_without_effect_are_named_at_its_start_and_not_again_by_each_job(
    lab: Lab, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYDATALAB_TESTING", "true")
    monkeypatch.setenv("PYDATALAB_LOG_FILE", str(tmp_path / "log"))
    work()
    for _ in range(2):
        assert ended(lab, add_job(lab.store, "show-space", {})["immutable_id"]) == "done"
    assert (tmp_path / "log").read_text().count("The setting TESTING has no effect here") == 1


def test_it_asks_for_a_number_of_jobs_that_can_be(config: Config):
    done = subprocess.run(
        [PYDATALAB, "work", "--jobs", "0"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "1 or more" in done.stderr
