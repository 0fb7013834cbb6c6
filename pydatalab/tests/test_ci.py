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
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", folder], check=True)
    commit(folder, "README.md")
    return folder


def git(folder: Path, *words: str | Path) -> None:
    subprocess.run(["git", *IDENTITY, "-C", folder, *words], check=True, capture_output=True)


def commit(folder: Path, changed: str) -> None:
    file = folder / changed
    file.parent.mkdir(exist_ok=True)
    file.write_text(str(time.monotonic()))
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "A")


def run(folder: Path, docker: str | None = None, **settings: str) -> tuple[int, str]:
    """Status and words of the script, where ``docker`` is a script of that text, or fails."""
    commands = folder.parent / "bin"
    commands.mkdir(exist_ok=True)
    (commands / "docker").write_text(f"#!/bin/sh\n{docker or 'exit 1'}\n")
    (commands / "docker").chmod(0o755)
    own = {  # not those of the make, the pytest and the CI that run these tests
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKE", "MFLAGS", "CI", "PYTEST_ADDOPTS"))
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
    git(repository, "tag", "v1.0.0")
    commit(repository, "webapp.ts")
    assert_left_out_for_nothing_new(repository)


def assert_left_out_for_nothing_new(folder: Path) -> None:
    status, said = run(folder, "exit 0")
    assert status == 0
    assert "LEFT OUT: nothing that it tries has changed" in said


def test_a_main_branch_is_compared_with_the_release_before(repository: Path, tmp_path: Path):
    git(repository, "tag", "v1.0.0")
    commit(repository, "docker-compose.yml")
    for number in range(3):
        commit(repository, f"webapp{number}.ts")
    git(repository, "tag", "v1.1.0")  # the release itself is rehearsed
    clone = tmp_path / "clone"
    git(tmp_path, "clone", repository, clone)
    assert run(clone, "exit 0", STATUS="0") == (0, "rehearsed\n")
    commit(repository, "webapp.ts")
    git(clone, "pull")
    assert_left_out_for_nothing_new(clone)


def test_a_branch_is_compared_with_where_it_left_the_main_branch(repository: Path, tmp_path: Path):
    commit(repository, "docker-compose.yml")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", repository, clone)
    commit(clone, "webapp.ts")
    commit(repository, "deploy/doctor")  # others go on meanwhile
    git(clone, "fetch")
    assert_left_out_for_nothing_new(clone)
    commit(clone, ".docker/server_dockerfile")
    commit(clone, "README.md")
    assert run(clone, "exit 0", STATUS="0") == (0, "rehearsed\n")


def test_without_a_release_the_last_commits_count_and_without_a_past_everything(
    repository: Path, tmp_path: Path
):
    assert run(repository, "exit 0", STATUS="0") == (0, "rehearsed\n")
    for _ in range(100):
        git(repository, "commit", "--allow-empty", "--message", "A")
    assert_left_out_for_nothing_new(repository)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--depth", "1", f"file://{repository}", shallow)
    assert run(shallow, "exit 0", STATUS="0") == (0, "rehearsed\n")


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


def test_a_failure_ends_a_try_and_there_are_two(repository: Path):
    makefile = repository / "Makefile"
    makefile.write_text("test-containers:\n\t@echo $(PYTEST_ADDOPTS) >> tries; exit 1\n")
    commit(repository, "docker-compose.yml")
    status, said = run(repository, "exit 0")
    assert status != 0
    assert "second try" in said
    assert (repository / "tries").read_text() == "--stepwise\n--stepwise\n"


def test_what_passes_at_the_second_try_has_passed(repository: Path):
    makefile = repository / "Makefile"
    makefile.write_text("test-containers:\n\t@test -f tried || { touch tried; exit 1; }\n")
    commit(repository, "docker-compose.yml")
    status, _ = run(repository, "exit 0")
    assert status == 0
