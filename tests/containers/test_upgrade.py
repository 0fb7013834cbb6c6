"""From one release to the next, whose documents are others, and back: by the commands of the guide."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from guide import commands_of, type_in

from conftest import API, Compose, cloned, is_ready, page, until_true, upload

OLD, NEW = "v8.0.0", "v8.1.0"

OWN_FILE = "docker-compose.prod.yml"

STEP = """

def _renamed(kind: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**document, "name": "Upgraded"} if kind == "items" else document


STEPS = (*STEPS, Step(newest() + 1, "call all items the same", _renamed))
"""
"""What the newer release does to documents."""


def in_git(folder: Path, *words: str) -> str:
    """What a command of git prints."""
    identity = ("-c", "user.name=Grey", "-c", "user.email=grey@lab.example")
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def release(published: Path) -> None:
    """Publish a release with a further step."""
    steps = published / "pydatalab" / "src" / "pydatalab" / "models" / "steps" / "__init__.py"
    steps.write_text(steps.read_text() + STEP)
    in_git(published, "commit", "--quiet", "--all", "--message", "models: Call all items the same")
    in_git(published, "tag", NEW)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The repository as a lab gets it, with one release."""
    folder = cloned(tmp_path / "published")
    in_git(folder, "tag", OLD)
    return folder


@pytest.fixture
def lab(published: Path, tmp_path: Path) -> Iterator[Compose]:
    """A clone of it, and afterwards nothing of what ran there."""
    folder = cloned(tmp_path / "lab", published)
    made = Compose(folder, project="datalab-upgraded")
    made.remove()  # what an interrupted run left
    yield made
    made.remove()


@pytest.fixture
def server(published: Path, tmp_path: Path) -> Iterator[Compose]:
    """An empty folder for a repository of the lab's own, and afterwards nothing of what ran there."""
    made = Compose(tmp_path, project="datalab-submodule")
    made.remove()  # what an interrupted run left
    yield made
    made.folder = tmp_path / "lab-server"
    made.options = ("--file", OWN_FILE, *made.options)
    made.remove()


def test_a_submodule_there_and_back(
    server: Compose, published: Path, administrator: Callable[[Compose], Any]
):
    type_in(server, commands_of("Your own compose file"), published)
    lab = Compose(server.folder / "lab-server", project=server.project)
    (lab.folder / ".env").write_text(f"COMPOSE_FILE={OWN_FILE}\n")
    until_true(is_ready, 180, lambda: lab("logs"))
    browser = administrator(lab)
    raw = os.urandom(100_000)
    file = upload(browser, raw).json()
    place = f"/v1/items/{browser.get('/v1/items').json()['items'][0]['refcode']}"
    was = browser.get(place).json()

    release(published)
    type_in(lab, commands_of("Upgrades", 1))
    assert in_git(lab.folder / "datalab", "describe", "--tags").strip() == NEW
    assert in_git(lab.folder, "log", "-1", "--format=%s").strip() == "Update datalab"
    assert in_git(lab.folder, "status", "--porcelain", "--untracked-files=no") == ""
    until_true(is_ready, 180, lambda: lab("logs"))
    assert browser.get(place).json()["name"] == "Upgraded"
    assert browser.get(f"/v1/files/{file['file_id']}/content").content == raw

    in_git(lab.folder / "datalab", "checkout", "--quiet", OLD)
    lab("build")
    type_in(lab, commands_of("Going back"))
    until_true(is_ready, 180, lambda: lab("logs"))
    assert browser.get(place).json() == was


def test_there_and_back(lab: Compose, published: Path, administrator: Callable[[Compose], Any]):
    type_in(lab, commands_of("Upgrades"))
    assert in_git(lab.folder, "describe", "--tags").strip() == OLD
    until_true(is_ready, 180, lambda: lab("logs"))
    browser = administrator(lab)
    raw = os.urandom(100_000)
    file = upload(browser, raw).json()
    place = f"/v1/items/{browser.get('/v1/items').json()['items'][0]['refcode']}"
    was = browser.get(place).json()

    release(published)
    type_in(lab, commands_of("Upgrades"))
    assert in_git(lab.folder, "describe", "--tags").strip() == NEW
    until_true(is_ready, 180, lambda: lab("logs"))
    assert browser.get(place).json()["name"] == "Upgraded"
    assert browser.get(f"/v1/files/{file['file_id']}/content").content == raw
    kept = re.search(r"how the lab was before the upgrade: (\S+)", lab("logs", "api"))
    assert kept
    lab.inside("api", "test", "-s", kept[1])

    in_git(lab.folder, "checkout", "--quiet", OLD)
    lab("build")
    lab("up", "--detach")
    until_true(
        lambda: "was written by datalab" in lab("logs", "api"), 60, lambda: lab("logs", "api")
    )
    assert not page(f"{API}/v1/info")

    said = type_in(lab, commands_of("Going back"))
    assert "1 item" in said
    until_true(is_ready, 180, lambda: lab("logs"))
    assert browser.get(place).json() == was, said + lab("logs", "api")
    assert browser.get(f"/v1/files/{file['file_id']}/content").content == raw
