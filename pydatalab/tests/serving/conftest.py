"""A really running server: the console script in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pymongo import MongoClient

from existing_lab import documents, tree, write_database, write_files

PYDATALAB = Path(sys.executable).parent / "pydatalab"
GUNICORN = Path(sys.executable).parent / "gunicorn"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@dataclass
class Server:
    """A server that can be started, stopped, killed and started again over the same data."""

    data: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None
    printed: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.data.parent / f"{self.data.name}.log"

    def start(self, *options: str, **settings: str) -> "Server":
        """Start it and wait until it is ready."""
        self._run([PYDATALAB, "serve", "--port", str(self.port), *options], settings)
        until = time.monotonic() + 20
        while "datalab is at" not in self.printed and time.monotonic() < until:
            time.sleep(0.02)  # the first requests are answered before it is told where
            self.printed = self.log.read_text()
        return self

    def start_many(self, processes: int, **settings: str) -> "Server":
        """Start it below gunicorn, with so many processes, and wait until one of them is ready."""
        many = {"PORT": str(self.port), "WEB_CONCURRENCY": str(processes)}
        self._run([GUNICORN, "--config", "python:pydatalab.gunicorn"], settings | many)
        return self

    def _run(self, command: Sequence[str | Path], settings: Mapping[str, str]) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYDATALAB_")}
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                command,
                env={**environment, "PYDATALAB_DATA_DIRECTORY": str(self.data), **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=self.data.parent,
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            try:
                with urllib.request.urlopen(f"{self.address}/healthcheck/is_ready", timeout=5):
                    self.printed = self.log.read_text()
                    return
            except OSError:
                time.sleep(0.02)
        raise TimeoutError(self.log.read_text())

    def end(self, how: signal.Signals = signal.SIGTERM) -> float:
        """End it; how long that took, in seconds."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        return time.monotonic() - begun

    @property
    def first_run_link(self) -> str | None:
        found = re.search(r"http://\S+/sign-in/first-run\?token=\S+", self.printed)
        return found[0] if found else None

    def command(self, *words: str) -> str:
        """Run a task of ``pydatalab`` beside the server; what it printed."""
        done = subprocess.run(
            [PYDATALAB, *words],
            env={**os.environ, "PYDATALAB_DATA_DIRECTORY": str(self.data)},
            capture_output=True,
            text=True,
            check=True,
            cwd=self.data.parent,
        )
        return done.stdout

    def key(self, name: str = "Ada", role: str = "user") -> str:
        """The API key of a new person."""
        email = f"{name.lower()}@lab.example"
        self.command(
            "admin.create-user", "--display-name", name, "--contact-email", email, "--role", role
        )
        return self.command(
            "admin.create-api-key", "--contact-email", email, "--name", "k"
        ).split()[-1]

    def client(self, key: str) -> httpx2.Client:
        """A client with that key."""
        return httpx2.Client(base_url=self.address, headers={"DATALAB-API-KEY": key}, timeout=60)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that was not started yet; ended after the test."""
    made = Server(tmp_path / "data")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server that the tests of a module share."""
    made = Server(tmp_path_factory.mktemp("lab") / "data").start()
    yield made
    made.end()


@pytest.fixture(scope="module")
def adopted(mongo_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a database and files that the task adopted."""
    folder = tmp_path_factory.mktemp("adopted")
    uri, files = f"{mongo_address}/test_adopted", write_files(folder / "uploads")
    write_database(uri, documents())
    before = tree(files)
    settings = {
        "PYDATALAB_MONGO_URI": uri,
        "PYDATALAB_FILE_DIRECTORY": str(files),
        "PYDATALAB_IDENTIFIER_PREFIX": "grey",
    }
    server = Server(folder / "data")
    environment = {**os.environ, **settings, "PYDATALAB_DATA_DIRECTORY": str(server.data)}
    subprocess.run([PYDATALAB, "migration.adopt"], env=environment, check=True, cwd=folder)
    assert tree(files) == before
    yield server.start(**settings)
    server.end()
    with MongoClient[dict[str, Any]](mongo_address) as client:
        client.drop_database("test_adopted")


@pytest.fixture
def children() -> Callable[[int], list[int]]:
    """The processes below a process, of any depth."""

    def below(pid: int) -> list[int]:
        by_thread = Path(f"/proc/{pid}/task").glob("*/children")
        direct = [int(one) for listed in by_thread for one in listed.read_text().split()]
        return direct + [one for child in direct for one in below(child)]

    return below
