"""The guide, whose every command holds when it is typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from guide import commands_of, type_in

from conftest import Compose, first_run_path, is_ready, until_true

FILE = "docker-compose.prod.yml"


@pytest.fixture
def lab(images: None, tmp_path: Path) -> Iterator[Compose]:
    """An empty folder, and afterwards nothing that was made in it."""
    made = Compose(tmp_path)
    yield made
    for folder, options in (("datalab", ()), ("lab-server", ("--file", FILE))):
        if (tmp_path / folder).is_dir():
            Compose(tmp_path / folder, (*options, *made.options)).remove()


def test_a_plain_clone(lab: Compose):
    type_in(lab, commands_of("Start"))
    lab.folder = lab.folder / "datalab"
    until_true(is_ready, 180, lambda: lab("logs"))
    assert first_run_path(lab)
    said = type_in(lab, commands_of("Commands"))
    assert said.count("admin.create-user") == 2
    assert "now.tar.zst" in said
    lab.inside("api", "test", "-s", "/backups/now.tar.zst")


def test_a_repository_of_ones_own(lab: Compose):
    type_in(lab, commands_of("Your own compose file"))
    own = Compose(lab.folder / "lab-server", ("--file", FILE, "--profile", "prod"))
    assert (own.folder / "datalab" / ".git").is_file()
    contexts = [line for line in (own.folder / FILE).read_text().splitlines() if "context" in line]
    assert {line.strip() for line in contexts} == {"context: ./datalab"}
    until_true(is_ready, 180, lambda: own("logs"))
    assert first_run_path(own)
