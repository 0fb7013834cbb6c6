"""A lab's own compose file, with the service that the guide shows and no other setting."""

import os
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from conftest import API, Compose, commands_in, upload

DATABASE = """
  database:
    profiles: ["prod"]
    build:
      context: ./datalab
      dockerfile: .docker/database_dockerfile
      target: production
    networks:
      - backend
networks:
  backend:
"""


def service_of_the_guide(guide: Path) -> str:
    """The service as it stands in the guide."""
    found = re.search(r"```yaml\n(api:.*?)```", guide.read_text(), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def own(clone: Path) -> Iterator[Compose]:
    """That service, beside a clone; only its uploads go to a folder of the test."""
    service = service_of_the_guide(clone / "docs" / "how-to" / "deploy.md")
    uploads = clone.parent / "uploads"
    assert "/data/files:" in service
    told = service.replace("/data/files:", f"{uploads}:")
    file = clone.parent / "docker-compose.yml"
    file.write_text("services:\n" + textwrap.indent(told, "  ") + DATABASE)
    made = Compose(clone.parent, project="datalab-own")
    yield made
    made.remove()


def test_the_service_of_the_guide_works_as_it_stands(
    own: Compose, administrator: Callable[[Compose], Any]
):
    own("build")
    own.up()
    assert sum("gunicorn" in one for one in commands_in(own, "api")) == 1 + 16
    browser = administrator(own)
    raw = os.urandom(100_000)
    assert upload(browser, raw).status_code == 201
    folder = own.folder
    assert raw in [one.read_bytes() for one in (folder / "uploads").rglob("*") if one.is_file()]
    users = own.inside("api", "sh", "-c", "stat -c %U /logs /app/files /proc/1")
    assert users.split()[:3] == ["datalab"] * 3
    log = (folder / "logs" / "datalab.log").read_text()
    assert "first-run" in log
    assert_defaults_are_named(log)
    assert_all_processes_share_sessions_and_secret(own, browser)


def assert_defaults_are_named(log: str) -> None:
    for name in ("IDENTIFIER_PREFIX", "APP_URL", "SECRET_KEY"):
        assert re.search(rf"Still at their defaults: .*PYDATALAB_{name}\b", log)


def assert_all_processes_share_sessions_and_secret(own: Compose, browser: httpx2.Client) -> None:
    """Also after a restart, and after the container was made anew."""
    key = own.inside("api", "cat", "/app/data/secret-key").strip()
    for again in (
        [],
        ["restart", "--timeout", "20", "api"],
        ["up", "--detach", "--force-recreate"],
    ):
        if again:
            own(*again)
            own.up()
        for _ in range(3 * 16):  # each on a connection of its own, so that most processes answer
            with httpx2.Client(base_url=API, cookies=browser.cookies, timeout=60) as other:
                assert other.get("/v1/me").json()["role"] == "admin"
        assert own.inside("api", "cat", "/app/data/secret-key").strip() == key
    assert key not in own("logs", "api") + (own.folder / "logs" / "datalab.log").read_text()
    assert len(key) == 64
