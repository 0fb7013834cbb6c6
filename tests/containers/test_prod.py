"""The profile ``prod`` as whoever runs a lab meets it."""

import functools
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from conftest import API, Compose, commands_in, docker, is_healthy, page, until_true, upload

CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, SETGID, SETUID = (1 << bit for bit in (0, 1, 2, 6, 7))
"""Capabilities, as bits of what the kernel tells of a process."""

MAY_GAIN = {
    "app": 0,
    "api": CHOWN | DAC_READ_SEARCH | SETGID | SETUID,
    "database": CHOWN | DAC_OVERRIDE | SETGID | SETUID,
}
"""What any process of a container may ever do of what root may."""


def test_everything_is_there_after_down_and_up(
    compose: Compose, administrator: Callable[[Compose], Any]
):
    compose.up()
    browser = administrator(compose)
    raw = os.urandom(200_000)
    file = upload(browser, raw).json()
    key = compose.inside("api", "cat", "/app/data/secret-key")
    assert_commands_work(compose)
    compose("down")
    compose("build")
    compose.up()
    assert browser.get("/v1/me").json()["role"] == "admin"
    assert browser.get(f"/v1/files/{file['file_id']}/content").content == raw
    assert compose.inside("api", "cat", "/app/data/secret-key") == key
    assert sum("gunicorn" in one for one in commands_in(compose, "api")) == 1 + 4
    assert "datalab.log" in compose.inside("api", "ls", "/logs")


def assert_commands_work(compose: Compose) -> None:
    """As ``pydatalab`` and as ``invoke``, and what they write is the server's; names are understood."""
    assert "admin.create-user" in compose.inside("api", "pydatalab", "--list")
    assert "admin.create-user" in compose.inside("api", "invoke", "--list")
    compose.inside(
        "api", "pydatalab", "admin.create-backup", "--output-path", "/backups/one.tar.zst"
    )
    read = "from pydatalab.chemistry import names; print(names.smiles_of_names(['acetone'], print))"
    assert "CC(=O)C" in compose.inside("api", "/opt/datalab/bin/python", "-c", read)
    owner = compose.inside("api", "stat", "-c", "%U", "/backups/one.tar.zst")
    assert owner.split()[0] == "datalab"


def test_containers_may_do_and_write_no_more_than_they_must(compose: Compose):
    compose.up()
    for service, may_gain in MAY_GAIN.items():
        told = compose.inside(service, "cat", "/proc/1/status")
        first = dict(line.split(":\t", 1) for line in told.splitlines() if ":\t" in line)
        assert int(first["CapBnd"], 16) == may_gain, service
        assert first["NoNewPrivs"] == "1"
        if service != "database":  # its makers' entry point gives up being root by itself
            assert int(first["CapEff"], 16) == 0
            assert "0" not in first["Uid"].split()
        said = compose.inside(service, "sh", "-c", "touch /usr/one 2>&1 || true")
        assert "Read-only file system" in said


def test_health_is_told_by_the_command_in_the_image(compose: Compose):
    compose.up()
    until_true(page, 30, lambda: compose("logs", "app"))
    for service in ("api", "app", "database"):
        image = f"{compose.project}-{service}"
        container = f"{image}-1"
        told = docker("inspect", "-f", "{{json .Config.Healthcheck.Test}}", container)
        kind, *check = json.loads(told)
        assert kind == "CMD"
        compose.inside(service, *check)
        assert not is_well_alone(image, check), f"{service}: nobody answers there"
        until_true(functools.partial(is_healthy, container), 120)


def is_well_alone(image: str, check: list[str]) -> bool:
    """What a health check says in a container of that image where nothing else runs."""
    command, *words = check
    alone = ["docker", "run", "--name", "datalab-alone", "--network", "none"]
    done = subprocess.run(
        [*alone, "--entrypoint", command, image, *words], capture_output=True, check=False
    )
    docker("rm", "--force", "datalab-alone")
    assert done.returncode in (0, 1), done
    return done.returncode == 0


def test_an_upload_under_way_is_finished_before_the_container_ends(
    compose: Compose, administrator: Callable[[Compose], Any]
):
    compose.up("api")
    browser = administrator(compose)
    half, begun = os.urandom(300_000), threading.Event()

    def slowly() -> Iterator[bytes]:
        yield half
        begun.set()
        time.sleep(8)
        yield half

    with ThreadPoolExecutor() as pool:
        answer = pool.submit(upload, browser, slowly())
        assert begun.wait(60)
        time.sleep(1)
        compose("stop", "api")
        file = answer.result()
    assert file.status_code == 201
    compose.up("api")
    assert browser.get(f"/v1/files/{file.json()['file_id']}/content").content == half * 2


def test_what_changes_on_the_host_does_not_show(compose: Compose):
    compose.up()
    for place, old, new in (
        ("pydatalab/src/pydatalab/api/server.py", "The server runs.", "It runs indeed."),
        ("webapp/index.html", "<title>", "<title>Another "),
    ):
        file = compose.folder / place
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    compose("restart", "--timeout", "20", "api", "app")
    compose.up()
    assert "The server runs." in page(f"{API}/healthcheck/is_alive")
    assert "Another" not in page()


def test_the_version_comes_from_the_package(compose: Compose):
    compose.up("api")
    told = httpx2.get(f"{API}/v1/info", timeout=60).json()["version"]
    assert (
        told
        == compose.inside(
            "api", "python3", "-c", "import importlib.metadata as m; print(m.version('pydatalab'))"
        ).strip()
    )


@pytest.mark.parametrize("path", ["/v1/items", "/healthcheck/is_ready"])
def test_the_api_waits_for_a_database_that_is_away(compose: Compose, path: str):
    compose("up", "--detach", "--no-build", "--no-deps", "api")
    answer = ask_until_answered(path)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    compose.up()


def ask_until_answered(path: str) -> httpx2.Response:
    for _ in range(300):
        try:
            return httpx2.get(f"{API}{path}", timeout=60)
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("nobody answers")


def test_a_container_ends_when_it_is_told_however_short_it_has_run(compose: Compose):
    compose.up("api")
    container = f"{compose.project}-api-1"
    for seconds in (0.0, 0.1, 0.3, 0.6, 1.0):
        compose("stop", "--timeout", "60", "api")
        docker("start", container)
        time.sleep(seconds)
        compose("stop", "--timeout", "20", "api")
        status = int(docker("inspect", "-f", "{{.State.ExitCode}}", container))
        assert status in (0, 143), f"stopped {seconds} s after its start: {status}"
