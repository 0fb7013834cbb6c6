"""``pydatalab serve`` as a user meets it: started, opened, stopped, killed, started again."""

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pydatalab.store.sqlite import SQLiteStore

PAGE = {"X-Requested-With": "datalab"}

SignIn = Callable[[Any], httpx2.Client]


@pytest.fixture
def sign_in() -> Iterator[Callable[[Any], httpx2.Client]]:
    """``sign_in(server)``: a browser that opened the printed link."""
    with contextlib.ExitStack() as browsers:

        def signed_in(server: Any) -> httpx2.Client:
            client = httpx2.Client(base_url=server.address, headers=PAGE, timeout=60)
            browsers.enter_context(client)
            link = server.first_run_link.replace("localhost", "127.0.0.1")
            assert client.get(link).status_code == 303
            return client

        yield signed_in


def test_the_printed_link_makes_its_first_visitor_the_administrator_once(
    server: Any, sign_in: SignIn
):
    server.start()
    browser = sign_in(server)
    assert browser.get("/v1/me").json()["role"] == "admin"
    second = httpx2.get(server.first_run_link.replace("localhost", "127.0.0.1"))
    assert second.status_code == 403
    server.end()
    server.start()
    assert server.first_run_link is None
    assert browser.get("/v1/me").json()["role"] == "admin"


def test_only_the_link_printed_last_works(server: Any, sign_in: SignIn):
    server.start()
    first = server.first_run_link
    server.end()
    server.start()
    assert httpx2.get(first.replace("localhost", "127.0.0.1")).status_code == 403
    sign_in(server)


def test_everything_is_there_after_a_new_start(server: Any, sign_in: SignIn):
    server.start()
    browser = sign_in(server)
    item = browser.post("/v1/items", json={"type": "samples", "item_id": "S-1"}).json()
    raw = os.urandom(100_000)
    file = browser.post(f"/v1/items/{item['refcode']}/files?name=a.bin", content=raw).json()
    server.end()
    begun = time.monotonic()
    server.start()
    assert time.monotonic() - begun < 30  # `make bench` holds it to three seconds
    content = browser.get(f"/v1/files/{file['file_id']}/content").content
    assert hashlib.sha256(content).hexdigest() == file["checksums"]["sha256"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_ends_at_once_with_all_its_children(
    server: Any, sign_in: SignIn, how: signal.Signals, children: Callable[[int], list[int]]
):
    server.start()
    browser = sign_in(server)
    item = browser.post("/v1/items", json={"type": "samples"}).json()
    place = f"/v1/items/{item['refcode']}"
    pattern = b"".join(b"%d %d\n" % (n, n % 7) for n in range(10, 90))
    file = browser.post(f"{place}/files?name=a.xy", content=pattern).json()
    block = browser.post(
        f"{place}/blocks", json={"technique": "xrd", "file_ids": [file["file_id"]]}
    ).json()
    drawn = browser.get(f"{place}/blocks/{block['block_id']}/figure", timeout=60)
    assert drawn.status_code == 200
    below = children(server.process.pid)
    assert below
    assert server.end(how) < 10  # `make bench` holds it to one second
    time.sleep(0.5)
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]


def test_a_busy_server_ends_after_its_uploads(server: Any, sign_in: SignIn):
    server.start()
    browser = sign_in(server)
    item = browser.post("/v1/items", json={"type": "samples"}).json()
    answers: list[httpx2.Response] = []
    begun = threading.Event()

    def slowly() -> Any:
        for _ in range(10):
            yield b"x" * 100_000
            begun.set()
            time.sleep(0.1)

    def upload() -> None:
        place = f"/v1/items/{item['refcode']}/files?name=slow.bin"
        answers.append(browser.post(place, content=slowly(), timeout=30))

    thread = threading.Thread(target=upload)
    thread.start()
    begun.wait()
    server.end()
    thread.join()
    assert answers[0].status_code == 201
    server.start()
    assert browser.get(f"/v1/items/{item['refcode']}").json()["files"][0]["size"] == 1_000_000


def test_it_listens_on_loopback_unless_told_otherwise(server: Any):
    server.start()
    assert _listening(server.port) == {"127.0.0.1"}
    assert "not encrypted" not in server.printed


def test_an_open_server_prints_the_machines_name_and_warns(server: Any):
    server.start("--host", "0.0.0.0")
    assert f"http://{socket.gethostname()}:{server.port}/" in server.first_run_link
    assert "not encrypted" in server.printed


def _listening(port: int) -> set[str]:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    local = [line.split()[1].split(":") for line in lines if line.split()[3] == "0A"]
    packed = [host for host, where in local if int(where, 16) == port]
    return {socket.inet_ntoa(bytes.fromhex(host)[::-1]) for host in packed}


def test_a_port_that_is_taken_is_said_in_one_sentence(server: Any):
    server.start()
    done = subprocess.run(
        [server.process.args[0], "serve", "--port", str(server.port)],
        env={**os.environ, "PYDATALAB_DATA_DIRECTORY": str(server.data.parent / "other")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert str(server.port) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_cannot_run_its_jobs_says_so_and_ends(server: Any):
    (server.data / "leader.lock").mkdir(parents=True)
    done = subprocess.run(
        [Path(sys.executable).with_name("pydatalab"), "serve", "--port", str(server.port)],
        env={**os.environ, "PYDATALAB_DATA_DIRECTORY": str(server.data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 1
    assert f"{server.data / 'leader.lock'} cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("processes", [1, 3])
def test_a_server_whose_lab_a_newer_datalab_upgraded_ends_and_says_so(server: Any, processes: int):
    server.start() if processes == 1 else server.start_many(processes)
    with contextlib.closing(SQLiteStore(server.data / "datalab.db")) as newer:
        newer.record_versions(replace(newer.read_versions(), documents=99, by="9.9"))
    assert server.process.wait(timeout=90) != 0
    assert "written by datalab 9.9" in server.log.read_text()


def test_it_is_reached_under_a_sub_path_whether_the_proxy_takes_that_off_or_not(server: Any):
    server.start(PYDATALAB_ROOT_PATH="/api")
    key = server.key()
    for before in ("", "/api"):
        for path in (
            "healthcheck/is_ready",
            "v1/info",
            "info",
            "v0/info",
            "/info",
            "v1/openapi.json",
        ):
            assert httpx2.get(f"{server.address}{before}/{path}").status_code == 200, path
        with server.client(key) as client:
            made = client.post(f"{before}/v1/items", json={"type": "samples"}).json()
            place = f"{before}/v1/items/{made['refcode']}"
            attached = client.post(f"{place}/files?name=a.txt", content=b"words").json()
            content = client.get(f"{before}/v1/files/{attached['file_id']}/content")
            assert content.content == b"words"
            for path in ("samples", "samples/", f"items/{made['refcode']}", "api-keys"):
                answer = client.get(f"{before}/{path}")
                assert answer.status_code == (403 if path == "api-keys" else 200), path
            assert client.head(f"{before}/samples").status_code == 200
            assert client.get(f"{before}/nowhere").status_code == 404
            assert client.get(f"{before}/api/v1/info").status_code == (200 if not before else 404)
    link = server.first_run_link.replace("localhost", "127.0.0.1").replace(
        "/sign-in", "/api/sign-in"
    )
    assert httpx2.get(link).headers["location"] == "/api/welcome"


def test_signing_in_leads_to_the_page_where_that_is_elsewhere(server: Any):
    server.start(PYDATALAB_APP_URL="https://lab.example")
    link = server.first_run_link.replace("localhost", "127.0.0.1")
    assert httpx2.get(link).headers["location"] == "https://lab.example/welcome"


def test_an_unknown_setting_stops_the_start_and_names_the_nearest(server: Any):
    with pytest.raises(RuntimeError, match="PYDATALAB_IDENTIFIER_PREFIX"):
        server.start(PYDATALAB_IDENTIFIER_PREFX="grey")


def test_accounts_and_keys_are_made_beside_a_running_server(server: Any):
    server.start()
    with server.client(server.key("Ada", "manager")) as client:
        assert client.get("/v1/me").json()["role"] == "manager"


def test_nothing_that_was_acknowledged_is_lost_when_the_server_is_killed(server: Any):
    server.start()
    key = server.key()
    acknowledged: list[tuple[str, str]] = []
    for round_ in range(8):
        if round_:
            server.start()
        writer = threading.Thread(target=_write, args=(server, key, round_, acknowledged))
        known = len(acknowledged)
        writer.start()
        while len(acknowledged) < known + 4:
            time.sleep(0.01)
        time.sleep(0.02 * round_)
        server.end(signal.SIGKILL)
        writer.join()
    server.start()
    assert len(acknowledged) > 20
    with server.client(key) as client:
        for refcode, sha256 in acknowledged:
            item = client.get(f"/v1/items/{refcode}").json()
            assert item["name"] == "kept"
            assert [file["checksums"]["sha256"] for file in item["files"]] == [sha256]
            content = client.get(f"/v1/files/{item['file_ids'][0]}/content").content
            assert hashlib.sha256(content).hexdigest() == sha256


def _write(server: Any, key: str, round_: int, acknowledged: list[tuple[str, str]]) -> None:
    """Make items, name them and attach a file to each, until the server is gone."""
    number = 0
    with server.client(key) as client, contextlib.suppress(httpx2.TransportError):
        while True:
            number += 1
            new = {"type": "samples", "item_id": f"S-{round_}-{number}"}
            refcode = client.post("/v1/items", json=new).json()["refcode"]
            client.patch(f"/v1/items/{refcode}", json={"name": "kept"}).raise_for_status()
            answer = client.post(f"/v1/items/{refcode}/files?name=a", content=os.urandom(5_000))
            acknowledged.append((refcode, answer.json()["checksums"]["sha256"]))


def test_a_sign_in_link_lets_a_person_into_the_page_once(server: Any):
    server.start()
    server.key("Ada")
    address = ("--contact-email", "ada@lab.example", "--address", server.address)
    link = server.command("admin.make-sign-in-link", *address).split()[-1]
    with httpx2.Client(base_url=server.address) as browser:
        assert browser.get(link).status_code == 303
        assert browser.get("/v1/me").json()["display_name"] == "Ada"
    assert httpx2.get(link).status_code == 403
    opened = httpx2.get(link, headers={"Accept": "text/html"})
    assert opened.headers["location"] == "/sign-in?link=used"


def test_after_an_orderly_end_the_database_is_one_file(server: Any):
    server.start()
    server.key()
    server.end()
    assert server.process.returncode == 0
    assert not (server.data / "datalab.db-wal").exists()
