"""The profile ``dev``: what is changed on the host shows within seconds, without a restart."""

import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import API, PAGE, Compose, until_true

SHOWS_WITHIN = 10
"""Seconds."""


@pytest.fixture
def dev(clone: Path) -> Iterator[Compose]:
    """Built and running."""
    made = Compose(clone, ("--profile", "dev"))
    made("build")
    made.up()
    yield made
    made("down", "--volumes", "--timeout", "20", check=False)


def test_changes_on_the_host_show_in_api_and_page(dev: Compose):
    until_true(lambda: "src/app/main.ts" in at(PAGE), 90, lambda: dev("logs", "app-dev"))
    server = dev.folder / "pydatalab" / "src" / "pydatalab" / "api" / "server.py"
    server.write_text(server.read_text().replace("The server runs.", "It runs indeed."))
    alive = f"{API}/healthcheck/is_alive"
    until_true(lambda: "It runs indeed." in at(alive), SHOWS_WITHIN, lambda: dev("logs", "api-dev"))
    page = dev.folder / "webapp" / "src" / "features" / "people" / "SignInPage.vue"
    page.write_text(page.read_text().replace("Sign in to", "Come in to"))
    address = f"{PAGE}/src/features/people/SignInPage.vue"
    until_true(lambda: "Come in to" in at(address), SHOWS_WITHIN, lambda: dev("logs", "app-dev"))


def at(address: str) -> str:
    """What stands at an address; nothing while nobody answers there."""
    with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
        text: str = answer.read().decode()
        return text
    return ""
