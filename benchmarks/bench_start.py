"""How quickly the server is there, how quickly it goes, and how much memory it takes."""

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.table import Row

PYDATALAB = Path(sys.executable).parent / "pydatalab"
STARTS = 5
FIGURES = 30
PATTERN = "".join(f"{n / 50} {100 + n % 37}\n" for n in range(300, 7_000)).encode()


def run() -> list[Row]:
    """Start on an empty folder and on a used one, stop, and memory at work."""
    with tempfile.TemporaryDirectory() as folder:
        times = [_start_and_stop(Path(folder) / str(n)) for n in range(STARTS)]
        again = [_start_and_stop(Path(folder) / "0") for _ in range(STARTS)]
        memory = _memory_at_work(Path(folder) / "work")
    return [
        Row("first answer on an empty folder", statistics.median(t[0] for t in times), "s", 1.0),
        Row("first answer on a used folder", statistics.median(t[0] for t in again), "s", 3.0),
        Row("end of an idle server", statistics.median(t[1] for t in times), "s", 1.0),
        Row(f"memory after an upload and {FIGURES} cached figures", memory, "MB", 120.0),
    ]


def _serve(data: Path) -> tuple["subprocess.Popen[bytes]", str, float]:
    """A server that just gave its first answer, its address, and how long that took."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [PYDATALAB, "serve", "--port", str(port)],
        env={**os.environ, "PYDATALAB_DATA_DIRECTORY": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=data.parent,
    )
    address = f"http://127.0.0.1:{port}"
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthcheck/is_ready", timeout=5).close()
            return process, address, time.perf_counter() - begun
        except OSError:
            time.sleep(0.005)


@contextlib.contextmanager
def served(data: Path) -> Iterator[str]:
    """The address of a server over a folder, for as long as the block lasts."""
    process, address, _ = _serve(data)
    try:
        yield address
    finally:
        process.terminate()
        process.wait()


def _start_and_stop(data: Path) -> tuple[float, float]:
    process, _, started = _serve(data)
    time.sleep(3)  # the workers' host has started too
    begun = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    process.wait()
    return started, time.perf_counter() - begun


def _memory_at_work(data: Path) -> float:
    """Megabytes of the server's process after an upload and some figures, each asked for twice."""
    process, address, _ = _serve(data)
    try:
        with httpx2.Client(base_url=address, headers=_key(data), timeout=60) as client:
            _draw(client)
        status = Path(f"/proc/{process.pid}/status").read_text()
        kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(kilobytes.split()[1]) / 1000
    finally:
        process.terminate()
        process.wait()


def _key(data: Path) -> dict[str, str]:
    def task(*words: str) -> str:
        environment = {**os.environ, "PYDATALAB_DATA_DIRECTORY": str(data)}
        return subprocess.check_output([PYDATALAB, *words], env=environment, text=True)

    email = ("--contact-email", "bench@lab.example")
    task("admin.create-user", "--display-name", "Bench", *email)
    return {"DATALAB-API-KEY": task("admin.create-api-key", *email, "--name", "b").split()[-1]}


def _draw(client: Any) -> None:
    item = client.post("/v1/items", json={"type": "samples"}).json()["refcode"]
    file = client.post(f"/v1/items/{item}/files?name=a.xy", content=PATTERN).json()["file_id"]
    new = {"technique": "xrd", "file_ids": [file]}
    block = client.post(f"/v1/items/{item}/blocks", json=new).json()["block_id"]
    for width in (*range(300, 300 + FIGURES), *range(300, 300 + FIGURES)):
        figure = f"/v1/items/{item}/blocks/{block}/figure?width={width}"
        client.get(figure).raise_for_status()
