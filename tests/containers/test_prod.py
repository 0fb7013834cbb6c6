"""The profile ``prod`` as whoever runs a lab meets it."""

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import API, PAGE, Compose, commands_in, until_true


def test_everything_is_there_after_down_and_up(
    compose: Compose, administrator: Callable[[Compose], Any]
):
    compose("build")
    compose.up()
    browser = administrator(compose)
    item = browser.post("/v1/items", json={"type": "samples", "item_id": "S-1"}).json()
    raw = os.urandom(200_000)
    place = f"/v1/items/{item['refcode']}/files?name=a.bin"
    file = browser.post(place, content=raw).json()
    assert_commands_work(compose)
    compose("down")
    compose.up()
    assert browser.get("/v1/me").json()["role"] == "admin"
    assert browser.get(f"/v1/files/{file['file_id']}/content").content == raw
    assert sum("gunicorn" in one for one in commands_in(compose, "api")) == 1 + 4
    assert "datalab.log" in compose.inside("api", "ls", "/logs")
    assert_the_page_knows_its_api()


def assert_commands_work(compose: Compose) -> None:
    """As ``pydatalab`` and as ``invoke``, and what they write is the server's."""
    assert "admin.create-user" in compose.inside("api", "pydatalab", "--list")
    assert "admin.create-user" in compose.inside("api", "invoke", "--list")
    compose.inside(
        "api", "pydatalab", "admin.create-backup", "--output-path", "/backups/one.tar.zst"
    )
    owner = compose.inside("api", "stat", "-c", "%U", "/backups/one.tar.zst")
    assert owner.split()[0] == "datalab"


def assert_the_page_knows_its_api() -> None:
    with urllib.request.urlopen(f"{PAGE}/items/lab:ABCDEF", timeout=20) as answer:
        document = answer.read().decode()
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert f'<meta name="x_datalab_api_url" content="{API}">' in document


def test_the_page_does_not_start_without_an_address(compose: Compose):
    compose("build", "app")
    compose.settings = {"VUE_APP_API_URL": ""}
    said = compose("up", "--no-build", "--abort-on-container-exit", "app", check=False)
    assert "VUE_APP_API_URL is missing" in said


def test_the_page_takes_its_looks_from_a_file_without_a_build(compose: Compose, clone: Path):
    compose("build", "app")
    told = "VUE_APP_API_URL=https://api.lab.example\nVUE_APP_WEBSITE_TITLE=Grey lab\n"
    (clone / ".env").write_text(told)
    compose("up", "--detach", "--no-build", "app")
    until_true(lambda: "<title>Grey lab</title>" in page(), 30, lambda: compose("logs", "app"))
    assert 'content="https://api.lab.example">' in page()


def page() -> str:
    try:
        with urllib.request.urlopen(PAGE, timeout=5) as answer:
            document: str = answer.read().decode()
            return document
    except (urllib.error.URLError, OSError):
        return ""
