"""A server that leaves jobs to ``pydatalab work``."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
from prometheus_client import parser

PYDATALAB = Path(sys.executable).parent / "pydatalab"
TOKEN = "T7k2Wq9zLm4XbV8d"


def test_jobs_wait_for_a_machine_that_runs_them(server: Any):
    server.start(PYDATALAB_RUN_JOBS="false")
    with server.client(server.key(role="admin")) as admin:
        asked = admin.post("/v1/maintenance/show-space", json={})
        assert asked.status_code == 202, asked.text
        there = f"/v1/jobs/{asked.json()['job_id']}"
        time.sleep(2.5)
        assert admin.get(there).json()["state"] == "waiting"
        with _working(server) as work:
            until = time.monotonic() + 60
            while (job := _seen(admin.get(there)))["state"] in ("waiting", "running"):
                assert time.monotonic() < until, job
                time.sleep(0.1)
        assert job["state"] == "done"
        assert work.returncode == 0


@contextmanager
def _working(server: Any, *options: str) -> "Iterator[subprocess.Popen[bytes]]":
    """A machine that runs the jobs of a server's lab, until the end of the block."""
    settings = {
        **os.environ,
        "PYDATALAB_DATA_DIRECTORY": str(server.data),
        "PYDATALAB_METRICS_TOKEN": TOKEN,
    }
    with subprocess.Popen([PYDATALAB, "work", *options], env=settings) as work:
        try:
            yield work
        finally:
            work.terminate()


def test_a_machine_for_jobs_tells_how_it_does(server: Any):
    server.start(PYDATALAB_RUN_JOBS="false")
    port = _free_port()
    there = f"http://127.0.0.1:{port}"
    with (
        server.client(server.key(role="admin")) as admin,
        _working(server, "--port", str(port)) as work,
    ):
        _until_ready(there)
        admin.post("/v1/maintenance/show-space", json={})
        until = time.monotonic() + 60
        while ("pydatalab_jobs_run_total", "show-space", "done") not in (found := _metrics(there)):
            assert time.monotonic() < until, found
            time.sleep(0.1)
        assert found["pydatalab_jobs_run_total", "show-space", "done"] == 1
        assert 0 < found["pydatalab_job_seconds_sum", "show-space"] < 60
        assert found["pydatalab_store_up", "SQLite"] == 1
        assert found["pydatalab_jobs", "done"] == 1
        assert found["process_resident_memory_bytes",] > 10_000_000
        assert not any(name.startswith("pydatalab_work") for name, *_ in found)
        by_a_proxy = {"X-Forwarded-For": "203.0.113.9"}
        assert httpx2.get(f"{there}/metrics", headers=by_a_proxy).status_code == 401
        knowing = by_a_proxy | {"Authorization": f"Bearer {TOKEN}"}
        assert httpx2.get(f"{there}/metrics", headers=knowing).status_code == 200
        assert httpx2.get(f"{there}/v1/items").status_code == 404
    assert work.returncode == 0


def test_a_machine_for_jobs_does_not_begin_where_its_port_is_taken(server: Any):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        settings = {**os.environ, "PYDATALAB_DATA_DIRECTORY": str(server.data)}
        done = subprocess.run(
            [PYDATALAB, "work", "--port", port],
            env=settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _until_ready(address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(httpx2.TransportError):
            assert httpx2.get(f"{address}/healthcheck/is_ready").status_code == 200
            return
        time.sleep(0.05)
    raise TimeoutError(address)


def _metrics(address: str) -> dict[tuple[str, ...], float]:
    answer = httpx2.get(f"{address}/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in parser.text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _seen(answer: Any) -> dict[str, Any]:
    job: dict[str, Any] = answer.json()
    return job
