"""People at work: the page of its container, the API of its own, MongoDB, and a real browser."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conftest import API, PAGE, REPOSITORY, Compose, until_true
from conftest import page as seen

sys.path.insert(0, str(REPOSITORY / "pydatalab" / "tests"))  # for browsing.py

from browsing import browse


def test_people_work_and_are_told_when_the_database_is_away(
    compose: Compose, administrator: Callable[[Compose], Any], tmp_path: Path
):
    compose.up()
    until_true(seen, 30, lambda: compose("logs", "app"))
    person = administrator(compose).get("/v1/me").json()["immutable_id"]
    told = compose.inside(
        "api", "pydatalab", "admin.make-sign-in-link", "--contact-email", person
    ).split()
    (link,) = [word for word in told if word.startswith("http")]
    assert link.startswith(f"{PAGE}/sign-in/link?token=")
    database = f"{compose.project}-database-1"
    browse(
        PAGE,
        API,
        link,
        tmp_path / "seen",
        DATALAB_STOP_DATABASE=f"docker stop {database}",
        DATALAB_START_DATABASE=f"docker start {database}",
    )
