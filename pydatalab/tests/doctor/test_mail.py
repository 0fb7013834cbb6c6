"""What the doctor says of letters, by a mail server that really listens."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Kept:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.letters.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def post(free: int, visit: Any) -> Iterator[Kept]:
    """The mail server that the visited lab's settings name."""

    def lets_in(_server: Any, _session: Any, _envelope: Any, _how: str, told: Any) -> AuthResult:
        return AuthResult(success=told.password == b"right", handled=False)

    kept = Kept()
    running = Controller(
        kept, hostname="127.0.0.1", port=free, authenticator=lets_in, auth_require_tls=False
    )
    running.start()
    visit.settings["EMAIL_AUTH_SMTP_SETTINGS"] = {
        "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": free, "MAIL_USERNAME": "lab@lab.example", "MAIL_USE_TLS": False,
    }  # fmt: skip
    visit.environment["MAIL_PASSWORD"] = "right"
    yield kept
    running.stop()


def test_it_connects_and_sends_nothing(visit: Any, post: Kept):
    assert visit.of("mail", "mail").level == "ok"
    assert "mail-unencrypted" in visit.names("mail", level="warning")
    assert post.letters == []


def test_it_sends_a_letter_when_asked_to(visit: Any, post: Kept):
    assert visit.of("mail-sent", "mail", letter_to="robin@lab.example").level == "ok"
    assert "To: robin@lab.example" in post.letters[0]


def test_a_wrong_password_is_an_error_and_not_told(visit: Any, post: Kept):
    visit.environment["MAIL_PASSWORD"] = "hunter2"
    found = visit.of("mail-away", "mail")
    assert found.level == "error"
    assert "535" in found.said
    assert "hunter2" not in found.said


def test_a_missing_password_is_named(visit: Any, post: Kept):
    del visit.environment["MAIL_PASSWORD"]
    assert "MAIL_PASSWORD" in visit.of("mail-password", "mail").to_do


def test_a_server_that_is_away_is_an_error(visit: Any, free: int):
    visit.settings["EMAIL_AUTH_SMTP_SETTINGS"] = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": free}
    assert visit.names("mail", level="error") == {"mail-sender", "mail-away"}


def test_letters_that_nobody_sends_are_named(visit: Any):
    daily = {"location": "/b", "notification_email_address": "robin@lab.example"}
    visit.settings["BACKUP_STRATEGIES"] = {"daily": daily}
    assert "robin@lab.example" in visit.of("mail-missing", "mail").said
