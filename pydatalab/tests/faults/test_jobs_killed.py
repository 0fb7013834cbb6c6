"""Killing jobs and the servers that run them: nothing is lost, nothing runs twice at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pydatalab.jobs.queue import add_job, cancel_job, get_job
from pydatalab.store.port import Store
from pydatalab.store.sqlite import SQLiteStore

JOBS = Path(__file__).parent / "jobs"

Serve = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "data").mkdir()
    opened = SQLiteStore(tmp_path / "data" / "datalab.db")
    yield opened
    opened.close()


@pytest.fixture
def serve(store: Store, tmp_path: Path) -> Iterator[Serve]:
    """``serve()``: another process that runs the jobs of the lab."""
    started = []

    def serving(patience: float = 5) -> "subprocess.Popen[bytes]":
        command = [sys.executable, str(JOBS / "job_server.py"), str(tmp_path / "data")]
        environment = {**os.environ, "PYTHONPATH": str(JOBS)}
        started.append(subprocess.Popen([*command, str(patience)], env=environment))
        return started[-1]

    yield serving
    for one in started:
        one.kill()
        one.wait()


class Asked:
    """A job that was asked for, and what became of it."""

    def __init__(self, store: Store, folder: Path, name: str) -> None:
        self._store = store
        self._notes, self._until = folder / f"{name} notes", folder / f"{name} until"
        arguments = {"notes": str(self._notes), "until": str(self._until)}
        self.job_id = add_job(store, name, arguments)["immutable_id"]

    @property
    def processes(self) -> list[int]:
        """The processes that began it."""
        return [int(pid) for pid in self._notes.read_text().split()] if self._notes.exists() else []

    @property
    def document(self) -> dict[str, Any]:
        return get_job(self._store, self.job_id)

    def begun(self, times: int = 1) -> int:
        """The process that began it, once that happened so often."""
        wait_until(lambda: len(self.processes) == times)
        return self.processes[-1]

    def let_go(self) -> None:
        self._until.touch()

    def ended(self, within: float = 20) -> dict[str, Any]:
        wait_until(lambda: self.document["ended_at"], within)
        return self.document


def wait_until(holds: Callable[[], Any], within: float = 20) -> None:
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_jobs_say_how_they_ended(store: Store, serve: Serve, tmp_path: Path):
    count, refused, stumbled, lost, unknown = (
        Asked(store, tmp_path, name)
        for name in ("count", "refuse", "stumble", "lost", "unheard of")
    )
    serve()
    done = count.ended()
    assert (done["state"], done["result"]) == ("done", {"people": 0})
    assert done["created_at"] <= done["started_at"] <= done["ended_at"]
    assert refused.ended()["error"] == "There is nothing to do here."
    assert stumbled.ended()["error"].startswith("Something went wrong")
    assert "secret" not in stumbled.ended()["error"]
    assert lost.ended()["state"] == "failed"
    assert unknown.ended()["error"] == "This server knows no job called 'unheard of'."


def test_a_job_tells_how_far_it_is_and_can_be_cancelled(store: Store, serve: Serve, tmp_path: Path):
    job = Asked(store, tmp_path, "wait once")
    serve()
    wait_until(lambda: job.document["progress"]["done"])
    assert job.document["progress"]["doing"] == "Waiting"
    assert job.document["progress"]["total"] == 60
    cancel_job(store, job.job_id)
    assert job.ended()["state"] == "cancelled"
    wait_until(lambda: not alive(job.processes[0]))


def test_a_killed_job_failed_and_a_repeatable_one_is_begun_again(
    store: Store, serve: Serve, tmp_path: Path
):
    once, again = Asked(store, tmp_path, "wait once"), Asked(store, tmp_path, "wait")
    serve()
    os.kill(once.begun(), signal.SIGKILL)
    os.kill(again.begun(), signal.SIGKILL)
    assert "its process ended by signal 9" in once.ended()["error"]
    second = again.begun(times=2)
    again.let_go()
    done = again.ended()
    assert (done["state"], done["result"], done["attempt"]) == ("done", {"pid": second}, 2)
    assert len(once.processes) == 1


def test_a_job_whose_database_went_away_is_begun_again_if_it_is_repeatable(
    store: Store, serve: Serve, tmp_path: Path
):
    once, again = Asked(store, tmp_path, "lose once"), Asked(store, tmp_path, "lose")
    serve()
    assert "It was interrupted: The database is away" in once.ended()["error"]
    assert (again.ended()["state"], again.document["attempt"]) == ("done", 2)


def test_a_server_that_stops_puts_its_jobs_back_and_the_next_begins_them(
    store: Store, serve: Serve, tmp_path: Path
):
    job = Asked(store, tmp_path, "wait once")
    server = serve()
    first = job.begun()
    server.terminate()
    server.wait(timeout=20)
    assert not alive(first)
    assert job.document["state"] == "waiting"
    serve()
    second = job.begun(times=2)
    job.let_go()
    assert job.ended()["result"] == {"pid": second}


def test_a_job_that_does_not_stop_in_time_is_ended_with_its_server(
    store: Store, serve: Serve, tmp_path: Path
):
    job = Asked(store, tmp_path, "be silent")
    server = serve(patience=0.2)
    process = job.begun()
    server.terminate()
    server.wait(timeout=20)
    assert not alive(process)
    assert (job.document["state"], job.document["interruptions"]) == ("waiting", 1)


def test_the_jobs_of_a_killed_server_end_with_it_and_are_begun_again_by_another(
    store: Store, serve: Serve, tmp_path: Path
):
    jobs = once, again = Asked(store, tmp_path, "wait once"), Asked(store, tmp_path, "wait")
    server = serve()
    first = [job.begun() for job in jobs]
    server.kill()
    wait_until(lambda: not any(alive(process) for process in first))
    assert [job.document["state"] for job in jobs] == ["running", "running"]
    serve()
    again.begun(times=2)
    assert "the server that ran it is gone" in once.ended()["error"]
    again.let_go()
    assert again.ended()["state"] == "done"


def test_two_servers_run_each_job_once(store: Store, serve: Serve, tmp_path: Path):
    ids = [Asked(store, tmp_path, "count").job_id for _ in range(8)]
    long = Asked(store, tmp_path, "wait")
    serve()
    serve()
    long.begun()
    wait_until(lambda: all(get_job(store, one)["state"] == "done" for one in ids), within=60)
    long.let_go()
    assert long.ended()["attempt"] == 1
    assert len((tmp_path / "count notes").read_text().split()) == len(ids)
    assert {get_job(store, one)["attempt"] for one in ids} == {1}
