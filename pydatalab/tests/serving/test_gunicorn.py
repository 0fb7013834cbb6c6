"""A lab that several processes serve, below gunicorn."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from waiting import until

GUNICORN = Path(sys.executable).parent / "gunicorn"
PAGE = {"X-Requested-With": "datalab"}
PROCESSES = 3


@pytest.fixture
def many(server: Any) -> Iterator[Any]:
    """``server``, served by gunicorn with three processes."""
    server.start_many(PROCESSES)
    until(lambda: "first-run?token=" in server.log.read_text())
    server.printed = server.log.read_text()
    yield server


@contextmanager
def _browser(server: Any) -> Iterator[httpx2.Client]:
    """A browser that opened the link that the log tells."""
    path = re.search(r"/sign-in/first-run\?token=\S+", server.printed)
    assert path
    with httpx2.Client(base_url=server.address, headers=PAGE, timeout=60) as browser:
        assert browser.get(path[0]).status_code == 303
        yield browser


def _commands(pid: int, children: Callable[[int], list[int]]) -> list[str]:
    said = []
    for one in [pid, *children(pid)]:
        with suppress(OSError):
            said.append(Path(f"/proc/{one}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return said


def test_master_and_processes_alone_carry_its_name_and_one_link_is_printed(
    many: Any, children: Callable[[int], list[int]]
):
    def named() -> int:
        return sum("gunicorn" in one for one in _commands(many.process.pid, children))

    until(lambda: named() == PROCESSES + 1)
    assert many.printed.count("first-run?token=") == 1


def test_all_processes_share_one_host_of_workers_and_jobs_run(many: Any):
    with _browser(many) as browser:
        job = browser.post("/v1/maintenance/show-space", json={})
        assert job.status_code < 300, job.text
        address = f"/v1/jobs/{job.json()['job_id']}"
        until(lambda: browser.get(address).json()["state"] == "done")
    until(lambda: _hosts(many) == 1)


def _hosts(server: Any) -> int:
    """How many hosts of workers listen in the lab's folder."""
    listening = f"{server.data}/workers/host.sock"
    unix = Path("/proc/net/unix").read_text().splitlines()
    return len({one.split()[6] for one in unix if one.endswith(listening) and " 00010000 " in one})


def test_a_process_that_is_killed_is_replaced_and_jobs_go_on(
    many: Any, children: Callable[[int], list[int]]
):
    with _browser(many) as browser:
        for pid in children(many.process.pid):
            with suppress(OSError):
                if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
        until(lambda: _answers(browser))
        job = browser.post("/v1/maintenance/show-space", json={}).json()
        until(
            lambda: browser.get(f"/v1/jobs/{job['job_id']}").json()["state"] == "done",
            60,
        )


def test_processes_end_with_their_master_however_that_ends(
    many: Any, children: Callable[[int], list[int]]
):
    below = children(many.process.pid)
    assert len(below) >= PROCESSES
    many.process.kill()
    until(lambda: not any(_lives(one) for one in below))


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def _answers(browser: httpx2.Client) -> bool:
    with suppress(httpx2.TransportError):
        return browser.get("/v1/me").status_code == 200
    return False


def test_an_upload_under_way_is_finished_before_it_ends(many: Any):
    with _browser(many) as browser:
        item = browser.post("/v1/items", json={"type": "samples", "item_id": "S-1"}).json()
        piece, begun, asked = os.urandom(100_000), threading.Event(), {}

        def slowly() -> Iterator[bytes]:
            for _ in range(10):
                yield piece
                begun.set()
                time.sleep(0.2)

        def upload() -> None:
            address = f"/v1/items/{item['refcode']}/files?name=a.bin"
            asked["answer"] = browser.post(address, content=slowly())

        sending = threading.Thread(target=upload)
        sending.start()
        begun.wait(10)
        many.process.send_signal(signal.SIGTERM)
        sending.join(30)
        many.process.wait(30)
    whole = hashlib.sha256(piece * 10).hexdigest()
    assert asked["answer"].json()["checksums"]["sha256"] == whole


def test_settings_that_cannot_be_end_it_with_a_sentence(tmp_path: Path):
    done = subprocess.run(
        [GUNICORN, "--config", "python:pydatalab.gunicorn"],
        env={**os.environ, "PYDATALAB_SESION_LIFETIME": "3", "PORT": "0"},
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "Did you mean PYDATALAB_SESSION_LIFETIME?" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_nobody_set_is_named_once_though_another_process_leads(
    many: Any, children: Callable[[int], list[int]]
):
    named = "Still at their defaults: PYDATALAB_IDENTIFIER_PREFIX, PYDATALAB_APP_URL"
    assert many.printed.count(named) == 1
    for one in children(many.process.pid):
        os.kill(one, signal.SIGKILL)
    until(lambda: many.log.read_text().count("first-run?token=") == 2)
    assert many.log.read_text().count(named) == 1


def test_what_does_nothing_is_named_once_whatever_the_number_of_processes(server: Any):
    server.start_many(PROCESSES, PYDATALAB_TESTING="true")
    until(lambda: "first-run?token=" in server.log.read_text())
    for _ in range(10 * PROCESSES):
        with urllib.request.urlopen(f"{server.address}/healthcheck/is_ready", timeout=5):
            pass
    assert server.log.read_text().count("The setting TESTING has no effect here") == 1


def test_liveness_is_answered_by_whoever_serves(many: Any):
    with urllib.request.urlopen(f"{many.address}/healthcheck/is_alive", timeout=5) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.3, 0.4, 0.6])
def test_who_is_told_to_end_while_it_begins_ends(tmp_path: Path, seconds: float):
    # As a container starts it: its first process would lose what it has no handler for. Later the signal
    # may meet processes that were just made.
    environment = {**os.environ, "PYDATALAB_DATA_DIRECTORY": str(tmp_path), "PORT": "0"}
    process = subprocess.Popen(
        [GUNICORN, "--config", "python:pydatalab.gunicorn"],
        env=environment,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]),  # noqa: PLW1509
    )
    with process:
        time.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(30) == 0
        finally:
            process.kill()
