"""How long it takes from ``up`` to the first answer, and what memory the processes then have."""

import json
import math
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from conftest import API, Compose, docker, is_ready, until_true

SLOWER = 3.0
"""Seconds that the whole may take longer than its database alone."""

TRIES = 5

PROCESSES = 4
ASKED = 80
"""Requests, so that each process answers some."""

MORE_MEMORY = 1.1
"""How much a process may have of what one has without containers."""

GUNICORN = Path(sys.executable).parent / "gunicorn"

OWN_MEMORY = """
import contextlib, json, pathlib, re
found = {}
for process in pathlib.Path("/proc").glob("[0-9]*"):
    with contextlib.suppress(OSError):
        if any(word.endswith(b"/gunicorn") for word in (process / "cmdline").read_bytes().split(bytes(1))):
            told = dict(re.findall("^([A-Za-z]+):[\\t ]*([0-9]+)", (process / "status").read_text(), re.M))
            found[process.name] = int(told["PPid"]), int(told["RssAnon"])
print(json.dumps(found))
"""
"""Prints, for each process of gunicorn: the one that made it, and its memory that no file is behind [kB]."""


def test_the_first_answer_comes_soon_after_the_database_could_give_it(compose: Compose):
    """The quickest of a few starts counts: other programs may hold one of them up."""
    alone = whole = math.inf
    for _ in range(TRIES):
        alone = min(alone, started(compose, ["database"], lambda: database_answers(compose)))
        whole = min(whole, started(compose, [], is_ready))
        print(f"database alone: {alone:.2f} s; to the first answer: {whole:.2f} s")  # noqa: T201
        if whole - alone <= SLOWER:
            return
    raise AssertionError(f"{whole - alone:.2f} s more than the database alone")


def started(compose: Compose, services: list[str], answers: Callable[[], bool]) -> float:
    """Seconds from ``up`` until something answers; afterwards all is down."""
    begun = time.monotonic()
    compose("up", "--detach", "--no-build", *services)
    until_true(answers, 90, lambda: compose("logs"))
    took = time.monotonic() - begun
    compose("down", "--volumes", "--timeout", "20")
    return took


def database_answers(compose: Compose) -> bool:
    """Whether its port can be reached."""
    with suppress(OSError), socket.create_connection((address_of(compose), 27017), timeout=1):
        return True
    return False


def address_of(compose: Compose) -> str:
    """Where the host reaches its database."""
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return docker("inspect", "-f", form, f"{compose.project}-database-1").strip()


def test_processes_have_no_more_memory_than_without_containers(compose: Compose, tmp_path: Path):
    compose.up()
    inside = memory_of_workers(API, lambda: told_inside(compose))
    with without_container(f"mongodb://{address_of(compose)}:27017/bare", tmp_path) as address:
        outside = memory_of_workers(address, told_outside, parent=os.getpid())
    print(f"a process: {inside:.1f} MB; without container: {outside:.1f} MB")  # noqa: T201
    assert inside <= MORE_MEMORY * outside


def told_inside(compose: Compose) -> str:
    """What the container's own Python finds."""
    told = compose("exec", "-T", "-u", "datalab", "api", "python3", "-c", OWN_MEMORY)
    return told.splitlines()[0]


def told_outside() -> str:
    """What this Python finds on the host."""
    told = subprocess.run([sys.executable, "-c", OWN_MEMORY], capture_output=True, check=True)
    return told.stdout.decode()


def memory_of_workers(address: str, tell: Callable[[], str], parent: int = 0) -> float:
    """The median of what all of a server's processes have, once each has answered something [MB]."""
    until_true(lambda: len(workers_of(tell(), parent)) == PROCESSES, 60, tell)
    for _ in range(ASKED):  # each on a connection of its own
        until_true(lambda: answers(f"{address}/v1/info"), 60)
    return statistics.median(workers_of(tell(), parent))


def workers_of(told: str, parent: int) -> list[float]:
    """What gunicorn's processes have below the master that somebody made [MB]."""
    found = json.loads(told)
    (master,) = [int(pid) for pid, (made_by, _) in found.items() if made_by == parent]
    return [kilobytes / 1000 for made_by, kilobytes in found.values() if made_by == master]


@contextmanager
def without_container(uri: str, folder: Path) -> Iterator[str]:
    """The address of a server of as many processes on the host itself."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    told = {
        "PYDATALAB_DATA_DIRECTORY": str(folder / "data"),
        "PYDATALAB_MONGO_URI": uri,
        "WEB_CONCURRENCY": str(PROCESSES),
        "PORT": str(port),
    }
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [GUNICORN, "--config", "python:pydatalab.gunicorn"], env=os.environ | told, cwd=folder
    )
    try:
        until_true(lambda: answers(f"{address}/healthcheck/is_ready"), 60)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def answers(address: str) -> bool:
    """Whether somebody does there."""
    with suppress(httpx2.TransportError):
        return httpx2.get(address, timeout=60).status_code == 200
    return False
