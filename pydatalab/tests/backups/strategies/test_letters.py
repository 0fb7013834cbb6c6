"""Letters about backups, to a real SMTP server."""

import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pyrage
import pytest
from aiosmtpd.controller import Controller

from pydatalab.backups.records import begin, find_records
from pydatalab.backups.runs import run_strategy
from pydatalab.commands.drills import drill_all
from pydatalab.errors import Unavailable
from pydatalab.jobs.queue import add_job, claim_job
from pydatalab.lab import Lab
from pydatalab.mail import Mailer
from pydatalab.models.progress import Silent

Open = Callable[..., Lab]
AWAY = {"location": "sftp://127.0.0.1:1/x"}
TO = {"notification_email_address": "robin@lab.example"}


class PostOffice:
    """Keeps the letters that it takes."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content.decode())
        return "250 Taken"


@pytest.fixture
def post() -> Iterator[tuple[PostOffice, dict[str, Any]]]:
    """A running SMTP server, and the settings that send letters to it."""
    office = PostOffice()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    mail = {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": port,
        "MAIL_USE_TLS": False,
        "MAIL_DEFAULT_SENDER": "datalab@lab.example",
    }
    yield office, {"EMAIL_AUTH_SMTP_SETTINGS": mail}
    controller.stop()


def test_a_failure_is_told_and_why(open_with: Open, post: tuple[PostOffice, dict[str, Any]]):
    office, settings = post
    lab = open_with(daily=AWAY | TO, **settings)
    with pytest.raises(Unavailable):
        run_strategy(lab, "daily", progress=Silent())
    assert len(office.letters) == 1
    assert "To: robin@lab.example" in office.letters[0]
    assert "Subject: datalab: the backup daily failed" in office.letters[0]
    assert "is not reached by SSH (Unable to connect" in " ".join(office.letters[0].split())


@pytest.mark.parametrize("page", ["https://lab.example", "https://lab.example/"])
def test_letters_name_the_lab_by_its_address_and_lead_to_its_backups(
    open_with: Open, post: tuple[PostOffice, dict[str, Any]], page: str
):
    office, settings = post
    made = TO | {"notify_on_success": True}
    lab = open_with(daily=made, away=AWAY | TO, APP_URL=page, **settings)
    run_strategy(lab, "daily", progress=Silent())
    with pytest.raises(Unavailable):
        run_strategy(lab, "away", progress=Silent())
    for letter in office.letters:
        text = letter.replace("=\r\n", "").replace("=\n", "")
        assert "https://lab.example/administration/backups" in text
        assert socket.gethostname() not in text.partition("\r\n\r\n")[2]
        assert {"Date", "Message-ID"} <= {line.partition(":")[0] for line in text.splitlines()}
    assert "The backup daily of https://lab.example is made." in office.letters[0]


def test_a_run_that_was_killed_is_told_once_by_the_next(
    open_with: Open, post: tuple[PostOffice, dict[str, Any]]
):
    office, settings = post
    lab = open_with(daily=TO, **settings)
    begin(lab, "daily")  # its process is gone
    assert find_records(lab)[0]["state"] == "failed"
    begin(lab, "daily")
    for _ in range(2):
        run_strategy(lab, "daily", progress=Silent())
    assert len(office.letters) == 2
    assert "It was interrupted" in office.letters[0]
    assert "it is made anew now" in " ".join(office.letters[0].split())


def test_a_drill_that_cannot_be_made_is_told_unless_its_key_is_kept_elsewhere(
    open_with: Open, post: tuple[PostOffice, dict[str, Any]]
):
    office, settings = post
    key = str(pyrage.x25519.Identity.generate().to_public())
    lab = open_with(daily=AWAY | TO, secret=TO | {"encryption": key}, **settings)
    run_strategy(lab, "secret", progress=Silent())
    drilled, problems = drill_all(lab, ["daily", "secret"], None, Silent())
    assert (drilled, len(problems)) == ([], 2)
    assert len(office.letters) == 1
    assert "Subject: datalab: the drill of daily failed" in office.letters[0]


def test_a_success_is_told_only_where_that_is_wanted(
    open_with: Open, post: tuple[PostOffice, dict[str, Any]]
):
    office, settings = post
    lab = open_with(daily=TO, weekly=TO | {"notify_on_success": True}, **settings)
    run_strategy(lab, "daily", progress=Silent())
    assert office.letters == []
    name = run_strategy(lab, "weekly", progress=Silent())["name"]
    assert name in office.letters[0]


def test_a_run_that_was_made_up_for_is_said_to_be(
    open_with: Open, post: tuple[PostOffice, dict[str, Any]]
):
    office, settings = post
    lab = open_with(daily=TO | {"notify_on_success": True}, **settings)
    due = "2026-03-07T04:05:00.000000+00:00"
    add_job(lab.store, "create-backup", {"strategy": "daily"}, late_since=due)
    claim_job(lab.store, {}, "this server")
    run_strategy(lab, "daily", progress=Silent())
    assert "It was due at 2026-03-07 04:05 UTC, and is made up for." in office.letters[0]


def test_a_letter_that_cannot_be_sent_does_not_undo_a_backup(open_with: Open):
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": 1, "MAIL_USE_TLS": False}
    fields = TO | {"notify_on_success": True}
    lab = open_with(daily=fields, EMAIL_AUTH_SMTP_SETTINGS=mail)
    record = run_strategy(lab, "daily", progress=Silent())
    assert record["state"] == "done"
    assert "No letter went to robin@lab.example" in record["warnings"][0]


def test_a_failure_of_one_strategy_does_not_stop_another(open_with: Open):
    lab = open_with(away=AWAY, daily={})
    with pytest.raises(Unavailable):
        run_strategy(lab, "away", progress=Silent())
    assert run_strategy(lab, "daily", progress=Silent())["state"] == "done"
    assert {one["strategy"]: one["state"] for one in find_records(lab)} == {
        "away": "failed",
        "daily": "done",
    }


def test_a_connection_that_cannot_be_encrypted_is_closed(
    post: tuple[PostOffice, dict[str, Any]],
):
    mail = post[1]["EMAIL_AUTH_SMTP_SETTINGS"]
    mailer = Mailer(mail["MAIL_SERVER"], mail["MAIL_PORT"], mail["MAIL_DEFAULT_SENDER"])
    with pytest.raises(Unavailable, match="STARTTLS"):
        mailer.check()
    gc.collect()  # an open one would be complained of now
