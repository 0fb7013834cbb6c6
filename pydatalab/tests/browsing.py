"""Journeys in a real browser through a lab that is deployed, its page and its API under two origins."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
WEBAPP = REPOSITORY / "webapp"
NODE = REPOSITORY / "pydatalab" / ".venv" / "bin" / "node"
PLAYWRIGHT = WEBAPP / "node_modules" / "@playwright" / "test" / "cli.js"
CHROMIUM = shutil.which("chromium")
LONGEST = 240
"""Seconds."""


def browse(page: str, api: str, link: str, results: Path, **more: str) -> None:
    """Sign in by a link, make a sample, upload, plot, download and leave.

    Args:
        page: address of the page.
        api: address of the API.
        link: signs somebody in, by way of the page.
        results: folder for what there is to see of a failure.
        more: by the names that ``webapp/playwright.deployed.config.ts`` and its journeys know.
    """
    _drive(results, DATALAB_PAGE=page, DATALAB_API=api, DATALAB_LINK=link, **more)


def enter(page: str, first_link: str, results: Path, **more: str) -> None:
    """Become the administrator by the first link, and stay signed in; arguments as for ``browse``."""
    _drive(results, DATALAB_PAGE=page, DATALAB_FIRST_LINK=first_link, **more)


def _drive(results: Path, **told: str) -> None:
    """Let a browser make the journeys that it is told enough for."""
    if CHROMIUM is None or not PLAYWRIGHT.is_file():
        pytest.skip("no Chromium, or no packages of the page: make setup")
    done = subprocess.run(
        [NODE, PLAYWRIGHT, "test", "--config", "playwright.deployed.config.ts"],
        cwd=WEBAPP,
        env={**os.environ, "CHROMIUM": CHROMIUM, "DATALAB_RESULTS": str(results), **told},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert "1 passed" in done.stdout, done.stdout
