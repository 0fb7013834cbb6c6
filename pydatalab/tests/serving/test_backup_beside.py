"""Backing up and restoring beside a server at which people work."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

PEOPLE = 3


@dataclass
class Work:
    """What people did, and what the server said to it."""

    made: list[str] = field(default_factory=list)
    """Refcodes of the items that were acknowledged."""
    answers: set[int] = field(default_factory=set)
    longest: float = 0.0
    """Seconds of the slowest answer."""


@contextmanager
def working(server: Any, key: str) -> Iterator[Work]:
    """People who make and list items until the end of the block."""
    work, over = Work(), threading.Event()

    def one_person() -> None:
        with server.client(key) as client:
            while not over.is_set():
                for method, address, body in (
                    ("POST", "/v1/items", {"type": "samples", "name": "meanwhile"}),
                    ("GET", "/v1/items", None),
                ):
                    begun = time.monotonic()
                    answer = client.request(method, address, json=body)
                    work.longest = max(work.longest, time.monotonic() - begun)
                    work.answers.add(answer.status_code)
                    if answer.status_code == 201:
                        work.made.append(answer.json()["refcode"])

    threads = [threading.Thread(target=one_person) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    try:
        yield work
    finally:
        over.set()
        for thread in threads:
            thread.join()


def listed(client: httpx2.Client) -> set[str]:
    """Refcodes of all items that somebody sees."""
    found: set[str] = set()
    after = None
    while True:
        asked = {"limit": 200} | ({"cursor": after} if after else {})
        page = client.get("/v1/items", params=asked).json()
        found |= {one["refcode"] for one in page["items"]}
        after = page.get("next_cursor")
        if not after:
            return found


@pytest.fixture
def filled(server: Any) -> tuple[Any, str]:
    """A running server with some items, and an administrator's key."""
    server.start()
    key = server.key("Ada", role="admin")
    with server.client(key) as client:
        for number in range(20):
            made = client.post("/v1/items", json={"type": "samples", "name": f"Sample {number}"})
            address = f"/v1/items/{made.json()['refcode']}/files"
            client.post(address, files={"file": (f"{number}.txt", b"%d\n" % number * 1000)})
    return server, key


def test_what_was_acknowledged_before_a_backup_is_in_it(filled: tuple[Any, str], tmp_path: Path):
    server, key = filled
    with working(server, key) as work:
        time.sleep(0.3)
        before = list(work.made)
        server.command("admin.create-backup", "--output-path", str(tmp_path / "b.tar.zst"))
    assert work.answers <= {200, 201}
    said = json.loads(server.command("admin.verify-backup", str(tmp_path / "b.tar.zst"), "--json"))
    assert 20 + len(before) <= said["counts"]["items"] <= 20 + len(work.made)


def test_a_restore_beside_a_working_server_is_seen_at_once(filled: tuple[Any, str], tmp_path: Path):
    server, key = filled
    archive = str(tmp_path / "b.tar.zst")
    server.command("admin.create-backup", "--output-path", archive)
    with server.client(key) as client:
        backed_up = listed(client)
        with working(server, key) as work:
            time.sleep(0.3)
            before = set(work.made)
            server.command("admin.restore-backup", archive, "--yes")
            while len(work.made) < len(before) + 20:  # it goes on after the restore
                time.sleep(0.02)
        # Who saved just then may be told that the state has changed; nobody meets a mistake.
        assert work.answers <= {200, 201, 404, 409, 503}
        restored = listed(client)
        assert backed_up <= restored
        assert not before & restored
        server.command("admin.undo-restore")
        again = listed(client)
        assert before <= again
        server.command("admin.confirm-restore")
        name = client.get(f"/v1/items/{min(backed_up)}").json()
        assert name["files"]
