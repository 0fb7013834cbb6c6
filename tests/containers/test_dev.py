"""The profile ``dev``: what is changed on the host shows within seconds, without a restart."""

import functools
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from browsing import browse
from conftest import API, PAGE, Compose, is_ready, page, sign_in_link, until_true

SHOWS_WITHIN = 10
"""Seconds."""

TRIES = 3


@pytest.fixture
def dev(clone: Path) -> Iterator[Compose]:
    """Built."""
    made = Compose(clone, ("--profile", "dev"))
    made("build")
    yield made
    made.remove()


def test_people_work_and_changes_on_the_host_show_until_ctrl_c(
    dev: Compose, administrator: Callable[[Compose], Any], tmp_path: Path
):
    log = dev.folder.parent / "up.log"
    with log.open("w") as output, running(dev, output) as up:
        until_true(lambda: is_ready() and "src/app/main.ts" in page(), 180, log.read_text)
        browse(PAGE, PAGE, sign_in_link(dev, administrator(dev)), tmp_path / "seen")
        server = dev.folder / "pydatalab" / "src" / "pydatalab" / "api" / "server.py"
        assert_changes_show(server, "The server runs.", f"{API}/healthcheck/is_alive", log)
        form = dev.folder / "webapp" / "src" / "features" / "people" / "SignInPage.vue"
        served = f"{PAGE}/src/features/people/SignInPage.vue"
        assert_changes_show(form, "Sign in to", served, log)
        up.send_signal(signal.SIGINT)
        assert up.wait(60) in (0, 130)
    until_true(lambda: not is_ready() and not page(), 20)
    dev("down")
    assert not dev("ps", "--all", "--quiet").strip()


@contextmanager
def running(dev: Compose, output: IO[str]) -> Iterator["subprocess.Popen[str]"]:
    """``up`` in a terminal, which does not outlive the test."""
    up = subprocess.Popen(
        ["docker", "compose", *dev.options, "up"],
        cwd=dev.folder,
        env=dev.environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield up
    finally:
        up.terminate()
        up.wait()


def assert_changes_show(file: Path, old: str, address: str, log: Path) -> None:
    """One of a few changes is enough: other programs may hold one of them up."""
    assert old in page(address)
    took: list[float] = []
    for number in range(TRIES):
        new = f"Changed {number}:"
        file.write_text(file.read_text().replace(old, new))
        begun = time.monotonic()
        until_true(functools.partial(shows, address, new), 90, log.read_text)
        took.append(time.monotonic() - begun)
        if took[-1] < SHOWS_WITHIN:
            return
        old = new
    raise AssertionError(took)


def shows(address: str, words: str) -> bool:
    return words in page(address)
