"""The page's container: its settings, and how it hands out the built page."""

import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message

import pytest

from conftest import API, PAGE, Compose, docker, page, until_true

LISTENS_WITHIN = 6
"""Seconds after its start."""

WORTH_PACKING = 1024
"""Bytes."""

HASHED = re.compile(r"/assets/[\w-]+-[\w-]{8}\.(?:js|css)")


def test_the_page_tells_its_api_and_listens_soon(compose: Compose):
    compose("create", "--no-build", "app")
    begun = time.monotonic()
    compose("start", "app")
    until_true(page, LISTENS_WITHIN, lambda: compose("logs", "app"))
    assert time.monotonic() - begun < LISTENS_WITHIN
    for path in ("/", "/items/lab:ABCDEF"):
        assert f'<meta name="x_datalab_api_url" content="{API}">' in page(PAGE + path)


@pytest.mark.parametrize("given", [[], ["--env", "VUE_APP_API_URL="]])
def test_the_page_does_not_start_without_an_address(compose: Compose, given: list[str]):
    name = f"{compose.project}-alone"
    command = ["docker", "run", "--name", name, *given, f"{compose.project}-app"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    docker("rm", "--force", name)
    assert done.returncode == 1
    assert "VUE_APP_API_URL is missing: set it to" in done.stdout + done.stderr


def test_an_empty_address_ends_the_service(compose: Compose):
    compose.settings = {"VUE_APP_API_URL": ""}
    said = compose("up", "--no-build", "--abort-on-container-exit", "app", check=False)
    assert "VUE_APP_API_URL is missing" in said


def beside_compose(compose: Compose, told: str) -> None:
    """``.env`` beside the compose file."""
    (compose.folder / ".env").write_text(told)


def in_container(compose: Compose, told: str) -> None:
    """``.env`` in the folder where the page's server starts."""
    file = compose.folder / "page.env"
    file.write_text(told)
    mounted = (
        "services:\n  app:\n    environment: !reset []\n    volumes: [./page.env:/app/.env:ro]\n"
    )
    (compose.folder / "docker-compose.override.yml").write_text(mounted)


def in_environment(compose: Compose, told: str) -> None:
    """The environment of the container."""
    lines = "".join(f"      - {line}\n" for line in told.splitlines())
    file = compose.folder / "docker-compose.override.yml"
    file.write_text(f"services:\n  app:\n    environment:\n{lines}")


@pytest.mark.parametrize("tell", [beside_compose, in_container, in_environment])
def test_the_page_takes_its_looks_without_a_build(
    compose: Compose, tell: Callable[[Compose, str], None]
):
    tell(
        compose,
        "VUE_APP_API_URL=https://api.lab.example\n"
        "VUE_APP_WEBSITE_TITLE=Grey lab\n"
        "VUE_APP_LOGO_URL=https://lab.example/logo.svg\n",
    )
    compose("up", "--detach", "--no-build", "app")
    until_true(lambda: "<title>Grey lab</title>" in page(), 30, lambda: compose("logs", "app"))
    assert 'name="x_datalab_api_url" content="https://api.lab.example">' in page()
    assert 'name="x_datalab_logo_url" content="https://lab.example/logo.svg">' in page()
    policy = headers(PAGE)["Content-Security-Policy"]
    assert "connect-src 'self' https://api.lab.example;" in policy
    assert "https://lab.example" in policy


def test_assets_are_small_and_kept_for_good(compose: Compose):
    compose("up", "--detach", "--no-build", "app")
    until_true(page, 30, lambda: compose("logs", "app"))
    assets = set(HASHED.findall(page()))
    assert assets
    for path in assets:
        told = headers(PAGE + path, **{"Accept-Encoding": "gzip"})
        assert told["Content-Encoding"] == "gzip" or int(told["Content-Length"]) < WORTH_PACKING
        assert told["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers(PAGE)["Cache-Control"] == "no-cache"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        headers(f"{PAGE}/assets/none-12345678.js")


def test_scripts_come_from_the_page_alone(compose: Compose):
    compose("up", "--detach", "--no-build", "app")
    until_true(page, 30, lambda: compose("logs", "app"))
    told = headers(PAGE)
    rules = dict(rule.strip().split(" ", 1) for rule in told["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'self'"
    assert "script-src" not in rules  # so the default holds: nothing inline, nothing evaluated
    assert rules["object-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["connect-src"] == f"'self' {API}"
    assert "<script>" not in page()
    assert told["X-Content-Type-Options"] == "nosniff"


def headers(address: str, **asked: str) -> Message:
    """What comes with the answer at an address."""
    request = urllib.request.Request(address, headers=asked)
    with urllib.request.urlopen(request, timeout=20) as answer:
        told: Message = answer.headers
        return told
