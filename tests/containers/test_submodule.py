"""datalab as a submodule of a lab's own repository, as the guide has it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY, Compose, first_run_path

FROM_A_FOLDER = ("git", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add")


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Compose]:
    """A repository made by the guide's commands."""
    folder = tmp_path / "lab-server"
    folder.mkdir()
    for command in (
        ("git", "init", "--quiet"),
        (*FROM_A_FOLDER, str(REPOSITORY), "datalab"),
        ("cp", "datalab/docker-compose.yml", "docker-compose.prod.yml"),
        ("sed", "-i", "s|context: .|context: ./datalab|g", "docker-compose.prod.yml"),
    ):
        subprocess.run(command, cwd=folder, check=True)
    made = Compose(folder, ("--file", "docker-compose.prod.yml", "--profile", "prod"))
    yield made
    made("down", "--volumes", "--timeout", "20", check=False)


def test_a_submodule_is_built_and_served(deployment: Compose):
    assert (deployment.folder / "datalab" / ".git").is_file()
    deployment("build")
    deployment.up()
    assert first_run_path(deployment)
