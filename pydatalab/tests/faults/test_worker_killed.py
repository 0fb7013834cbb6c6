"""Jobs that hang, crash, eat memory or are killed: an error for each of them, and for nobody else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pydatalab.compute.workers import Job, Workers
from pydatalab.errors import DatalabError, LimitExceeded, NoData, Unavailable, UnreadableFile

JOBS = Path(__file__).parent / "jobs"


def test_a_job_gives_what_its_function_returns(workers: Workers):
    value = {"numbers": [1, 2.5, None], "text": "2θ"}
    assert workers.run(Job("hostile:echo", {"value": value})) == value


def test_answers_may_be_large(workers: Workers):
    assert len(workers.run(Job("hostile:large_answer"))) == 5_000_000


def test_what_a_library_prints_disturbs_nothing(workers: Workers):
    assert workers.run(Job("hostile:print_much")) == "done"


def test_each_job_finds_an_empty_folder_that_is_removed_afterwards(workers: Workers):
    folder, *content = workers.run(Job("hostile:folder_of"))
    assert content == ["left over"]
    workers.run(Job("hostile:echo", {"value": 1}))
    wait_until(lambda: not Path(folder).exists() or not any(Path(folder).iterdir()))


def test_the_error_of_a_job_arrives_whole(workers: Workers):
    with pytest.raises(NoData, match="There is nothing in it") as caught:
        workers.run(Job("hostile:refuse"))
    assert caught.value.details == {"rows": 0}


@pytest.mark.parametrize("function", ["never_return", "never_return_in_c"])
def test_a_job_that_never_returns_is_ended_at_its_limit(workers: Workers, function: str):
    workers.run(Job("hostile:echo", {"value": "warm"}))
    begun = time.monotonic()
    with pytest.raises(LimitExceeded, match=r"0\.5 s"):
        workers.run(Job(f"hostile:{function}", seconds=0.5))
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("eat_memory", LimitExceeded),
        ("fill_disk", LimitExceeded),
        ("recurse", UnreadableFile),
        ("stumble", UnreadableFile),
        ("crash", UnreadableFile),
        ("abort", UnreadableFile),
        ("leave", UnreadableFile),
        ("be_killed", Unavailable),
    ],
)
def test_what_goes_wrong_in_a_job_is_its_own_error(
    workers: Workers, function: str, kind: type[DatalabError]
):
    with pytest.raises(kind) as caught:
        workers.run(Job(f"hostile:{function}"))
    assert type(caught.value) is kind
    assert "unexpected key" not in caught.value.message
    assert workers.run(Job("hostile:echo", {"value": "next"})) == "next"


def test_others_go_on_while_some_hang_and_crash(workers: Workers):
    bad = [Job("hostile:never_return", seconds=3)] * 3 + [Job("hostile:crash")] * 3
    workers.run(Job("hostile:echo", {"value": "warm"}))
    with ThreadPoolExecutor(8) as threads:
        failing = [threads.submit(workers.run, job) for job in bad]
        begun = time.monotonic()
        good = [workers.run(Job("hostile:echo", {"value": number})) for number in range(20)]
        assert time.monotonic() - begun < 2.5
    assert good == list(range(20))
    assert all(isinstance(one.exception(), UnreadableFile) for one in failing)


def test_a_worker_killed_while_idle_is_replaced(workers: Workers):
    for _ in range(10):
        worker = workers.run(Job("hostile:worker_id"))
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: not alive(worker))  # noqa: B023
        assert workers.run(Job("hostile:echo", {"value": "next"})) == "next"


def test_a_worker_that_grew_is_replaced(workers: Workers):
    grown = workers.run(Job("hostile:grow"))
    assert all(workers.run(Job("hostile:worker_id")) != grown for _ in range(4))


def test_a_host_that_was_killed_is_replaced_with_its_workers(workers: Workers):
    worker = workers.run(Job("hostile:worker_id"))
    os.kill(host_of(worker), signal.SIGKILL)
    assert workers.run(Job("hostile:worker_id")) != worker
    wait_until(lambda: not alive(worker), within=0.5)


def test_a_job_survives_the_death_of_the_host_under_it(workers: Workers):
    worker = workers.run(Job("hostile:worker_id"))
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(workers.run, Job("hostile:sleep", {"seconds": 0.5}))
        time.sleep(0.2)
        os.kill(host_of(worker), signal.SIGKILL)
        assert running.result(timeout=10) is None


def test_closing_ends_host_and_workers_even_while_they_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTHONPATH", str(JOBS))
    workers = Workers(tmp_path, count=2)
    worker = workers.run(Job("hostile:worker_id"))
    host = host_of(worker)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(workers.run, Job("hostile:never_return"))
        time.sleep(0.2)
        workers.close()
        assert isinstance(running.exception(timeout=1), Unavailable)
    wait_until(lambda: not alive(worker) and not alive(host), within=0.5)


def test_jobs_are_done_while_the_host_still_loads_what_others_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTHONPATH", str(JOBS))
    workers = Workers(tmp_path, count=2)
    last = Job("hostile:is_loaded", {"module": "pydatalab.techniques.media.tiff"})
    assert workers.run(last) is False
    wait_until(lambda: workers.run(last), within=20)
    assert workers.run(Job("hostile:is_loaded", {"module": "pydatalab.techniques.xrd.figure"}))
    workers.close()


SERVER = """
import sys, time
from pathlib import Path
from pydatalab.compute.workers import Job, Workers
workers = Workers(Path(sys.argv[1]), count=2)
workers.start()
print(workers.run(Job("hostile:worker_id")) if sys.argv[2] == "warm" else 0, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("ended_by", "state"),
    [
        (signal.SIGKILL, "warm"),
        (signal.SIGKILL, "cold"),
        (signal.SIGTERM, "cold"),
        (signal.SIGINT, "cold"),
    ],
)
def test_host_and_workers_die_with_the_server_however_it_ends(
    tmp_path: Path, ended_by: signal.Signals, state: str
):
    server = start_server(tmp_path, state)
    if state == "cold":
        time.sleep(0.15)  # the host is loading its libraries
    server.send_signal(ended_by)
    server.wait()
    wait_until(lambda: not processes_of(tmp_path), within=0.5)


def test_two_servers_share_one_host_which_outlives_the_one_that_started_it(tmp_path: Path):
    first = start_server(tmp_path, "warm")
    second = start_server(tmp_path, "warm")
    assert len(hosts_of(tmp_path)) == 1
    first.kill()
    first.wait()
    time.sleep(0.3)
    assert len(hosts_of(tmp_path)) == 1
    second.kill()
    second.wait()
    wait_until(lambda: not processes_of(tmp_path), within=0.5)


def start_server(folder: Path, state: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SERVER, str(folder / "compute"), state]
    server = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(JOBS)},
    )
    assert server.stdout
    with server.stdout as said:
        assert said.readline()
    return server


def host_of(worker: int) -> int:
    return int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def processes_of(folder: Path) -> list[int]:
    """Hosts and workers of a folder."""
    named = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"pydatalab.compute.host" in command and str(folder).encode() in command:
            named.append(int(process.name))
    return [process for process in named if alive(process)]


def hosts_of(folder: Path) -> list[int]:
    found = processes_of(folder)
    return [process for process in found if host_of(process) not in found]


def wait_until(done: Callable[[], bool], within: float = 2.0) -> None:
    deadline = time.monotonic() + within
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
