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

import httpx2

from benchmarks.table import Row

PYDATALAB = Path(sys.executable).parent / "pydatalab"
STARTS = 5
FIGURES = 30
WIDTHS = (800, 801, 802)
FILES = Path(__file__).parents[1] / "pydatalab" / "tests" / "data"
FIRST_FIGURES = {
    "xrd": FILES / "xrd" / "xrdml" / "CG20396_jdb12-1.xrdml",
    "cycle": FILES / "cycle" / "neware" / "navani_test.ndax",
    "nmr": FILES / "nmr" / "bruker" / "phosphoric_acid_31p.zip",
    "tabular": FILES / "cycle" / "arbin" / "sample_data_arbin.csv",
}
"""A file for each of some techniques, which is drawn first of all."""

PATTERN = "".join(f"{n / 50} {100 + n % 37}\n" for n in range(300, 7_000)).encode()


def run() -> list[Row]:
    """Start on an empty folder and on a used one, stop, and memory at work."""
    with tempfile.TemporaryDirectory() as folder:
        times = [_start_and_stop(Path(folder) / str(n)) for n in range(STARTS)]
        again = [_start_and_stop(Path(folder) / "0") for _ in range(STARTS)]
        memory = _memory_at_work(Path(folder) / "work")
        figures = _first_figures(Path(folder) / "first")
    return [
        Row("first answer on an empty folder", statistics.median(t[0] for t in times), "s", 1.0),
        Row("first answer on a used folder", statistics.median(t[0] for t in again), "s", 3.0),
        Row("end of an idle server", statistics.median(t[1] for t in times), "s", 1.0),
        Row(f"memory after an upload and {FIGURES} cached figures", memory, "MB", 120.0),
        *(
            Row(f"first figure, asked for at the first answer: {name}", seconds, "s", 1.0)
            for name, seconds in figures.items()
        ),
    ]


def _serve(data: Path, **settings: str) -> tuple["subprocess.Popen[bytes]", str, float]:
    """A server that just gave its first answer, its address, and how long that took."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [PYDATALAB, "serve", "--port", str(port)],
        env={**os.environ, "PYDATALAB_DATA_DIRECTORY": str(data), **settings},
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
def served(data: Path, **settings: str) -> Iterator[str]:
    """The address of a server over a folder, for as long as the block lasts."""
    process, address, _ = _serve(data, **settings)
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
        with _client(address, _key(data)) as client:
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


def _first_figures(data: Path) -> dict[str, float]:
    """Seconds to a figure that nobody drew yet, right after the start of a server, by technique."""
    key = _key(data)
    with served(data) as address, _client(address, key) as client:
        item = client.post("/v1/items", json={"type": "cells"}).json()["refcode"]
        figures = {
            name: _block(client, item, name, path.name, path.read_bytes())
            for name, path in FIRST_FIGURES.items()
        }
    return {
        name: statistics.median(_first_figure(data, key, f"{figure}?width={n}") for n in WIDTHS)
        for name, figure in figures.items()
    }


def _first_figure(data: Path, key: dict[str, str], figure: str) -> float:
    with served(data) as address, _client(address, key) as client:
        begun = time.perf_counter()
        client.get(figure).raise_for_status()
        return time.perf_counter() - begun


def _draw(client: httpx2.Client) -> None:
    item = client.post("/v1/items", json={"type": "samples"}).json()["refcode"]
    figure = _block(client, item, "xrd", "a.xy", PATTERN)
    for width in (*range(300, 300 + FIGURES), *range(300, 300 + FIGURES)):
        client.get(f"{figure}?width={width}").raise_for_status()


def _block(client: httpx2.Client, item: str, technique: str, name: str, content: bytes) -> str:
    """Upload a file and show it; the address of its figure."""
    uploaded = client.post(f"/v1/items/{item}/files?name={name}", content=content)
    new = {"technique": technique, "file_ids": [uploaded.json()["file_id"]]}
    block = client.post(f"/v1/items/{item}/blocks", json=new).json()["block_id"]
    return f"/v1/items/{item}/blocks/{block}/figure"


def _client(address: str, key: dict[str, str]) -> httpx2.Client:
    return httpx2.Client(base_url=address, headers=key, timeout=60)
