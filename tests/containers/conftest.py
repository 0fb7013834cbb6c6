"""A clone of the repository, and the ordinary ``docker compose`` command in it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY / "pydatalab" / "tests"))  # for browsing.py
API = "http://localhost:5001"
PAGE = "http://localhost:8081"
PROJECT = "datalab-rehearsal"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing of this runs where no container engine answers."""
    answers = (
        shutil.which("docker")
        and not subprocess.run(
            ["docker", "compose", "ls"], capture_output=True, check=False
        ).returncode
    )
    if not answers:
        away = pytest.mark.skip(reason="no container engine answers `docker compose ls`")
        for item in items:
            item.add_marker(away)


@dataclass
class Compose:
    """``docker compose`` in a folder."""

    folder: Path
    options: tuple[str, ...] = ("--profile", "prod")
    project: str = PROJECT
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def api(self) -> str:
        """The service that is the API."""
        return "api-dev" if "dev" in self.options else "api"

    @property
    def environment(self) -> dict[str, str]:
        """What its commands are typed in."""
        return {**os.environ, "COMPOSE_PROJECT_NAME": self.project, **self.settings}

    def __call__(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["docker", "compose", *self.options, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(words)}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout + done.stderr

    def up(self, *services: str) -> None:
        """Start it, and wait until the API is ready."""
        self("up", "--detach", "--no-build", *services)
        until_true(is_ready, 180, lambda: self("logs", check=False))

    def remove(self) -> None:
        """Remove its containers and all that they kept."""
        self("down", "--volumes", "--remove-orphans", "--timeout", "20", check=False)

    def inside(self, service: str, *words: str) -> str:
        """What a command in a container says."""
        return self("exec", "-T", service, *words)


def until_true(true: Callable[[], Any], seconds: float, why: Callable[[], str] = str) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"it did not come to pass: {why()[-4000:]}")
        time.sleep(0.2)


def is_ready() -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{API}/healthcheck/is_ready", timeout=5):
        return True
    return False


def cloned(folder: Path, source: Path = REPOSITORY) -> Path:
    """The last commit, as anybody gets it, in a new folder."""
    subprocess.run(["git", "clone", "--quiet", source, folder], check=True)
    return folder


def docker(*words: str) -> str:
    """What a command of ``docker`` prints."""
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout


def is_healthy(container: str) -> bool:
    """What the engine says of a container."""
    return docker("inspect", "-f", "{{.State.Health.Status}}", container).strip() == "healthy"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The repository in a folder that a test may change."""
    return cloned(tmp_path / "datalab")


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The images of profile ``prod``, built once for all tests that change nothing of them."""
    Compose(cloned(tmp_path_factory.mktemp("images") / "datalab"))("build")


@pytest.fixture
def compose(images: None, clone: Path) -> Iterator[Compose]:
    """The compose file of the repository, profile ``prod``; all is removed after the test."""
    made = Compose(clone)
    made.remove()  # what an interrupted run left
    yield made
    made.remove()


@pytest.fixture
def administrator() -> Iterator[Callable[[Compose], httpx2.Client]]:
    """``administrator(compose)``: a browser that opened the link that the log tells."""
    with ExitStack() as browsers:

        def signed_in(compose: Compose) -> httpx2.Client:
            headers = {"X-Requested-With": "datalab"}
            browser = httpx2.Client(base_url=API, headers=headers, timeout=60)
            browsers.enter_context(browser)
            assert browser.get(first_run_path(compose)).status_code == 303
            return browser

        yield signed_in


def first_run_path(compose: Compose) -> str:
    """What the log tells whoever is to administer the lab."""
    found: list[str] = []

    def is_told() -> bool:
        found[:] = re.findall(r"/sign-in/first-run\?token=[\w-]+", compose("logs", compose.api))
        return bool(found)

    until_true(is_told, 60)
    return found[-1]


def sign_in_link(compose: Compose, browser: httpx2.Client) -> str:
    """A link as letters have it, for whoever uses that browser."""
    person = browser.get("/v1/me").json()["immutable_id"]
    command = ("pydatalab", "admin.make-sign-in-link", "--contact-email", person)
    (link,) = re.findall(r"http\S+", compose.inside(compose.api, *command))
    assert link.startswith(f"{PAGE}/sign-in/link?token=")
    return str(link)


def upload(browser: httpx2.Client, content: Any, name: str = "S-1") -> httpx2.Response:
    """Make a sample, and attach a file to it."""
    item = browser.post("/v1/items", json={"type": "samples", "item_id": name}).json()
    return browser.post(f"/v1/items/{item['refcode']}/files?name=a.bin", content=content)


def page(address: str = PAGE) -> str:
    """What stands at an address; nothing while nobody answers there."""
    with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
        document: str = answer.read().decode()
        return document
    return ""


def commands_in(compose: Compose, service: str) -> list[str]:
    """The command line of each process in a container."""
    listing = (
        "import json,pathlib;"
        "print(json.dumps([p.read_bytes().replace(b'\\0', b' ').decode()"
        " for p in pathlib.Path('/proc').glob('[0-9]*/cmdline')]))"
    )
    found: list[str] = json.loads(compose.inside(service, "python3", "-c", listing).splitlines()[0])
    return [one for one in found if "json,pathlib" not in one]
