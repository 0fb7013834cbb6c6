"""What runs on every submission besides the suite: the rehearsal in containers, or why not."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "containers"
IDENTITY = ("-c", "user.name=Grey", "-c", "user.email=grey@lab.example")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with that script, far from any engine."""
    folder = tmp_path / "repository"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / ".ci")
    (folder / "Makefile").write_text("test-containers:\n\t@echo rehearsed; exit $(STATUS)\n")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    commit(folder, "README.md")
    return folder


def commit(folder: Path, changed: str) -> None:
    file = folder / changed
    file.parent.mkdir(exist_ok=True)
    file.write_text(str(time.monotonic()))
    subprocess.run(["git", *IDENTITY, "-C", folder, "add", "--all"], check=True)
    subprocess.run(
        ["git", *IDENTITY, "-C", folder, "commit", "--quiet", "--message", "A"], check=True
    )


def run(folder: Path, docker: str | None = None, **settings: str) -> tuple[int, str]:
    """Status and words of the script, where ``docker`` is a script of that text, or fails."""
    commands = folder.parent / "bin"
    commands.mkdir(exist_ok=True)
    (commands / "docker").write_text(f"#!/bin/sh\n{docker or 'exit 1'}\n")
    (commands / "docker").chmod(0o755)
    own = {  # not those of the make and the CI that run these tests
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKE", "MFLAGS", "CI"))
    }
    done = subprocess.run(
        [folder / ".ci" / "containers"],
        env={**own, "PATH": f"{commands}:{os.environ['PATH']}", **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_where_there_is_no_engine_it_is_left_out_loudly(repository: Path):
    commit(repository, "docker-compose.yml")
    status, said = run(repository)
    assert status == 0
    assert "LEFT OUT: no container engine answers" in said


def test_an_engine_that_runs_nothing_is_none(repository: Path):
    commit(repository, "docker-compose.yml")
    status, said = run(repository, 'test "$1" = compose')
    assert status == 0
    assert "LEFT OUT: a container of this engine does not run" in said


def test_what_it_does_not_try_does_not_start_it(repository: Path):
    commit(repository, "webapp.ts")
    status, said = run(repository, "exit 0")
    assert status == 0
    assert "LEFT OUT: nothing that it tries has changed" in said


@pytest.mark.parametrize("changed", [".docker/server_dockerfile", "deploy/doctor"])
def test_what_it_tries_starts_it_and_its_failure_counts(repository: Path, changed: str):
    commit(repository, changed)
    assert run(repository, "exit 0", STATUS="0") == (0, "rehearsed\n")
    status, said = run(repository, "exit 0", STATUS="3")
    assert status != 0
    assert "LEFT OUT" not in said


def test_it_does_not_begin_what_cannot_be_done_in_time(repository: Path):
    commit(repository, "docker-compose.yml")
    status, said = run(repository, "exit 0", CI_ENDS=str(int(time.time()) + 60))
    assert status == 0
    assert "seconds are left" in said
