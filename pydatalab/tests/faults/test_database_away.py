"""The MongoDB server is away at the start, is stopped and is killed under load, and comes back."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from mongo_server import MongoServer, can_be_had

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not can_be_had(), reason="no MongoDB: install java and maven"),
]

PAGE = {"X-Requested-With": "datalab"}
GUNICORN = Path(sys.executable).parent / "gunicorn"


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.1)


@dataclass
class Served:
    """Two processes that serve a lab whose documents a MongoDB server keeps."""

    folder: Path
    database: MongoServer
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def asks(self) -> httpx2.Client:
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=PAGE, timeout=60)

    def is_ready(self) -> bool:
        with suppress(httpx2.TransportError), self.asks() as anyone:
            return anyone.get("/healthcheck/is_ready").status_code == 200
        return False


@pytest.fixture
def served(tmp_path: Path, unused_port: int) -> Iterator[Served]:
    """The lab, begun while its database is away."""
    database = MongoServer(file=tmp_path / "documents")
    settings = {
        "PYDATALAB_DATA_DIRECTORY": str(tmp_path / "data"),
        "PYDATALAB_MONGO_URI": f"{database.address}/lab",
        "PORT": str(unused_port),
        "WEB_CONCURRENCY": "2",
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [GUNICORN, "--config", "python:pydatalab.gunicorn"],
            env={**os.environ, **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
        )
    yield Served(tmp_path, database, unused_port, process)
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
    process.kill()
    database.kill()


@pytest.fixture
def unused_port() -> int:
    return MongoServer().port


@dataclass
class Load:
    """People who add items as fast as they are let."""

    served: Served
    browser: httpx2.Client
    acknowledged: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self, who: int) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            item_id = f"S-{who}-{number}"
            answer = self.browser.post("/v1/items", json={"type": "samples", "item_id": item_id})
            if answer.status_code == 201:
                self.acknowledged.append(answer.json()["refcode"])
            else:
                self.refused.append((answer.status_code, answer.headers.get("Retry-After", "")))


def test_it_starts_without_its_database_says_so_and_works_when_that_comes(served: Served):
    with served.asks() as anyone:
        _until(lambda: _alive(anyone))
        for path in ("/v1/info", "/healthcheck/is_ready", "/samples/", "/v1/me"):
            answer = anyone.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path
            assert "database is away" in answer.json()["detail"]
        page = anyone.get("/items/grey:ABCDEF", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
        assert "The database is away" in page.text
    served.database.start()
    _until(served.is_ready)
    _until(lambda: "first-run?token=" in served.log)


def _alive(anyone: httpx2.Client) -> bool:
    with suppress(httpx2.TransportError):
        return anyone.get("/healthcheck/is_alive").status_code == 200
    return False


def test_nothing_that_was_acknowledged_is_lost_when_it_is_killed_under_load(served: Served):
    served.database.start()
    _until(lambda: "first-run?token=" in served.log)
    _until(served.is_ready)
    path = re.search(r"/sign-in/first-run\?token=\S+", served.log)
    assert path
    with served.asks() as browser:
        assert browser.get(path[0]).status_code == 303
        load = Load(served, browser)
        people = [threading.Thread(target=load.run, args=(who,)) for who in range(4)]
        for one in people:
            one.start()
        for _ in range(2):
            enough = len(load.acknowledged) + 10
            _until(lambda enough=enough: len(load.acknowledged) >= enough)
            served.database.kill()
            until = len(load.refused) + 2
            _until(lambda until=until: len(load.refused) >= until)
            assert _alive(browser)
            for path in ("/v1/items", "/samples/", "/items/grey:ABCDEF"):
                away = browser.get(path)
                assert (away.status_code, away.headers.get("Retry-After")) == (503, "5"), path
            served.database.start()
        enough = len(load.acknowledged) + 10
        _until(lambda: len(load.acknowledged) >= enough)
        load.over.set()
        for one in people:
            one.join()
        lost = [
            refcode
            for refcode in load.acknowledged
            if browser.get(f"/v1/items/{refcode}").status_code != 200
        ]
    assert not lost
    assert set(load.refused) <= {
        (503, "5"),
        (409, ""),
    }  # 409: it was there, though not acknowledged
