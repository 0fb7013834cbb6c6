"""People at work: the page of its container, the API of its own, MongoDB, and a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from browsing import browse
from conftest import API, PAGE, Compose, sign_in_link, until_true
from conftest import page as seen


def test_people_work_and_are_told_when_the_database_is_away(
    compose: Compose, administrator: Callable[[Compose], Any], tmp_path: Path
):
    compose.up()
    until_true(seen, 30, lambda: compose("logs", "app"))
    link = sign_in_link(compose, administrator(compose))
    database = f"{compose.project}-database-1"
    browse(
        PAGE,
        API,
        link,
        tmp_path / "seen",
        DATALAB_STOP_DATABASE=f"docker stop {database}",
        DATALAB_START_DATABASE=f"docker start {database}",
    )
