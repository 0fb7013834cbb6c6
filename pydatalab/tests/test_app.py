"""A lab that is put together from its settings."""

from pathlib import Path

import pytest

from pydatalab.app import open_lab, say_what_does_nothing
from pydatalab.config import Config

NIGHTLY = {"location": "/mnt/nas", "frequency": "5 4 * * *"}
TOLD = NIGHTLY | {"notification_email_address": "robin@lab.example"}
LETTERS = {"daily": TOLD, "weekly": NIGHTLY, "paused": TOLD | {"active": False}}


def test_settings_without_effect_are_left_to_servers_and_not_named_whenever_a_lab_is_opened(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    settings = {"DATA_DIRECTORY": tmp_path, "TESTING": True, "BACKUP_STRATEGIES": LETTERS}
    with open_lab(Config.model_validate(settings)):
        pass
    assert caplog.text == ""


def test_a_server_names_them_with_those_whom_no_letter_will_reach(
    caplog: pytest.LogCaptureFixture,
):
    say_what_does_nothing(Config.model_validate({"TESTING": True, "BACKUP_STRATEGIES": LETTERS}))
    assert caplog.text.count("The setting TESTING has no effect here: sign-in stays on.") == 1
    assert caplog.text.count("No letters of the backup") == 1
    assert "No letters of the backup daily will reach robin@lab.example" in caplog.text
