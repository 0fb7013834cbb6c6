"""Guides of ``docs/how-to`` as somebody reads them who types each of their commands."""

import re
import subprocess
from pathlib import Path

from conftest import REPOSITORY, Compose

ADDRESS = "<address of the repository>"

FROM_A_FOLDER = {
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "protocol.file.allow",
    "GIT_CONFIG_VALUE_0": "always",
    "GIT_AUTHOR_NAME": "Grey",
    "GIT_AUTHOR_EMAIL": "grey@lab.example",
    "GIT_COMMITTER_NAME": "Grey",
    "GIT_COMMITTER_EMAIL": "grey@lab.example",
}
"""Lets git take a submodule from this machine, and sign as somebody."""


def commands_of(
    heading: str, number: int = 0, guide: Path = REPOSITORY, page: str = "deploy.md"
) -> str:
    """The commands of a section.

    Args:
        heading: of the section.
        number: which of its blocks of commands.
        guide: the checkout whose guide is read.
        page: which of its pages.
    """
    text = (guide / "docs" / "how-to" / page).read_text()
    section = re.split(r"^#+ ", text.split(f"# {heading}\n", 1)[1], flags=re.MULTILINE)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[number]


def type_in(lab: Compose, commands: str, address: Path = REPOSITORY) -> str:
    """Type commands in a lab's folder; what they say."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands.replace(ADDRESS, str(address))],
        cwd=lab.folder,
        env=lab.environment | FROM_A_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert not done.returncode, said[-6000:]
    return said
