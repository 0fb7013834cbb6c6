"""What runs in the page's container, without a container."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from browsing import NODE, REPOSITORY

BUILT = REPOSITORY / "webapp" / "dist"


@contextmanager
def page_container(folder: Path, api: str, port: int) -> Iterator[None]:
    """What runs in the page's container, in a folder like that of its image, until the end of the block.

    Args:
        folder: does not exist yet.
        api: address of the API.
        port: where the page is served.
    """
    path = placed_page(folder)
    settings = {**path, "TMPDIR": str(folder), "VUE_APP_API_URL": api, "PORT": str(port)}
    process = subprocess.Popen([NODE, "start.js"], cwd=folder, env=settings)
    try:
        _until_it_listens(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def placed_page(folder: Path) -> dict[str, str]:
    """Make a folder like that of the image; the environment in which its server runs."""
    shutil.copytree(REPOSITORY / ".docker" / "page", folder)
    (folder / "dist").symlink_to(BUILT)
    npm = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    path = {**os.environ, "PATH": f"{NODE.parent}:{os.environ['PATH']}"}
    done = subprocess.run(npm, cwd=folder, env=path, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the page's server cannot be installed: {done.stderr[-500:]}")
    return path


def _until_it_listens(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")
