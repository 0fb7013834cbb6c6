"""A lab that is put together from its settings."""

from pathlib import Path

import pytest

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import DatabaseAway


def test_what_does_nothing_here_is_said_by_who_opens_the_lab_and_not_while_it_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    settings = {"DATA_DIRECTORY": tmp_path, "TESTING": True}
    away = Config(**settings, MONGO_URI="mongodb://127.0.0.1:1/lab")  # type: ignore[arg-type]
    with pytest.raises(DatabaseAway), open_lab(away):
        pass
    assert "TESTING" not in caplog.text
    with open_lab(Config(**settings)):  # type: ignore[arg-type]
        assert caplog.text.count("The setting TESTING has no effect here: sign-in stays on.") == 1
