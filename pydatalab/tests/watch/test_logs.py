"""The log: whole lines, with the request they belong to, and nothing that opens anything."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.watch.logs import (
    TERMINAL_ONLY,
    JsonLines,
    LogSettings,
    SharedFile,
    TextLines,
)
from pydatalab.watch.redaction import without_secrets
from pydatalab.watch.trace import Trace, following


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    one = logging.Logger("lab")
    yield one
    for handler in one.handlers:
        handler.close()


def _written(logger: logging.Logger, lines: logging.Formatter) -> io.StringIO:
    """What a logger writes, as these lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(lines)
    logger.addHandler(handler)
    return stream


def test_a_file_name_that_is_no_text_loses_no_line(logger: logging.Logger):
    stream = _written(logger, JsonLines((), keep_links=False))
    name = os.fsdecode(b"run-\xff.xy")
    try:
        raise OSError(name)
    except OSError:
        logger.exception("%s cannot be read", name, extra={"about": {"path": name}})
    said = json.loads(stream.getvalue())
    assert said["message"] == "run-?.xy cannot be read"
    assert said["exception"].endswith("OSError: run-?.xy")
    assert said["path"] == "run-?.xy"


def test_a_line_for_programs_says_who_when_and_for_which_request(logger: logging.Logger):
    stream = _written(logger, JsonLines((), keep_links=False))
    with following(Trace("abc-1", "job", job_id="5f00")):
        logger.warning("Two\nlines of %s", "words", extra={"about": {"status": 200}})
    said = json.loads(stream.getvalue())
    assert stream.getvalue().count("\n") == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", said.pop("time"))
    assert said == {
        "level": "warning",
        "logger": "lab",
        "message": "Two\nlines of words",
        "process": os.getpid(),
        "request_id": "abc-1",
        "job_id": "5f00",
        "status": 200,
    }


def test_an_exception_stays_within_its_line_for_programs(logger: logging.Logger):
    stream = _written(logger, JsonLines((), keep_links=False))
    try:
        raise ValueError("wrong")
    except ValueError:
        logger.exception("It failed")
    said = json.loads(stream.getvalue())
    assert said["exception"].startswith("Traceback")
    assert said["exception"].endswith("ValueError: wrong")


def test_a_line_for_people_cannot_be_forged(logger: logging.Logger):
    stream = _written(logger, TextLines((), keep_links=False))
    with following(Trace("abc-1")):
        logger.warning("GET %s", "/a\n2026-01-01 00:00:00 CRITICAL lab: all is lost\x1b[2J")
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert "\x1b" not in written
    assert r"/a\n2026-01-01" in written
    assert written.endswith("[abc-1]\n")


SECRETS = [
    ("GET /sign-in/link?token=s3cr3tvalue HTTP/1.1", "s3cr3tvalue"),
    ("GET /items/lab:AAAAAA?at=s3cr3tvalue&x=1", "s3cr3tvalue"),
    ("mongodb://lab:s3cr3tvalue@db:27017/datalab is away", "s3cr3tvalue"),
    ("https://s3cr3tvalue:pass/word@host", "pass/word"),
    ("redis://:p@s3cr3tvalue@redis:6379/0 is away", "s3cr3tvalue"),
    ("{'datalab-api-key': 's3cr3tvalue'}", "s3cr3tvalue"),
    ('{"DATALAB_API_KEY": "s3cr3tvalue"}', "s3cr3tvalue"),
    ("Authorization: Bearer s3cr3tvalue", "s3cr3tvalue"),
    ("Cookie: datalab_session=s3cr3tvalue; other=1", "s3cr3tvalue"),
    ("b'cookie', b'datalab_session=s3cr3tvalue'", "s3cr3tvalue"),
    ("password=s3cr3tvalue", "s3cr3tvalue"),
    ("MAIL_PASSWORD is kn0wn-to-us here", "kn0wn-to-us"),
    ("s3://b/f?X-Amz-Signature=s3cr3tvalue&X-Amz-Credential=s3cr3tvalue", "s3cr3tvalue"),
]


@pytest.mark.parametrize(("said", "secret"), SECRETS)
@pytest.mark.parametrize("kind", [TextLines, JsonLines])
def test_no_secret_comes_into_the_log(
    logger: logging.Logger, kind: type[TextLines] | type[JsonLines], said: str, secret: str
):
    stream = _written(logger, kind(("kn0wn-to-us",), keep_links=True))
    logger.warning(said)
    try:
        raise RuntimeError(said)
    except RuntimeError:
        logger.exception("It failed")
    assert secret not in stream.getvalue()
    assert "…" in stream.getvalue()


@pytest.mark.parametrize(
    "part", ["token", "://a:", "X-Amz-", "cookie ", "password:", "x", "a@b c://"]
)
def test_a_long_address_keeps_nobody_waiting(part: str):
    said = part * (60_000 // len(part)) + "="
    begun = time.process_time()
    without_secrets(said)
    assert time.process_time() - begun < 1


def test_what_is_no_secret_stays():
    for said in (
        "12 tokens were removed.",
        "GET /v1/items/lab:AAAAAA 200",
        "http://lab.example:5001/x",
        "letters to ada@lab.example: http://lab.example:5001/x",
    ):
        assert without_secrets(said) == said


def test_the_terminal_alone_shows_a_link_that_somebody_waits_for(logger: logging.Logger):
    terminal = _written(logger, TextLines((), keep_links=True))
    file = _written(logger, TextLines((), keep_links=False))
    logger.warning("Open /first-run?token=%s", "s3cr3tvalue", extra=TERMINAL_ONLY)
    assert "token=s3cr3tvalue" in terminal.getvalue()
    assert "Open /first-run?token=…" in file.getvalue()


WRITES = """
import logging, sys
from pathlib import Path
from pydatalab.watch.logs import SharedFile
path, name = Path(sys.argv[1]), sys.argv[2]
file = SharedFile(path)
for number in range(300):
    words = f"{name}-{number} {name * 4_000}"
    file.emit(logging.LogRecord("lab", logging.INFO, "", 0, words, None, None))
"""


def test_lines_of_several_processes_are_whole(tmp_path: Path):
    path = tmp_path / "logs" / "datalab.log"
    writers = [subprocess.Popen([sys.executable, "-c", WRITES, str(path), name]) for name in "ab"]
    assert [one.wait() for one in writers] == [0, 0]
    lines = path.read_text().splitlines()
    whole = {f"{name}-{number} {name * 4_000}" for name in "ab" for number in range(300)}
    assert len(lines) == 600
    assert set(lines) == whole


def test_a_file_that_was_moved_away_or_removed_begins_anew(tmp_path: Path):
    path = tmp_path / "datalab.log"
    file = SharedFile(path)
    record = logging.LogRecord("lab", logging.INFO, "", 0, "line", None, None)
    file.emit(record)
    path.rename(tmp_path / "datalab.log.1")
    file.emit(record)
    file.emit(record)
    assert (tmp_path / "datalab.log.1").read_text() == "line\n"
    assert path.read_text() == "line\nline\n"
    path.unlink()
    file.emit(record)
    assert path.read_text() == "line\n"
    file.close()


def test_a_worker_is_told_how_to_write_but_no_secret():
    settings = LogSettings(as_json=True, file="/logs/a.log", secrets=("kn0wn-to-us",))
    assert "kn0wn" not in settings.as_text()
    told = LogSettings.from_text(settings.as_text())
    assert (told.as_json, told.file, told.requests) == (True, "/logs/a.log", False)
    assert LogSettings.from_text("") == LogSettings()


def test_a_file_that_cannot_be_written_is_said_once_and_stops_nothing(tmp_path: Path):
    (tmp_path / "file").touch()
    begins = (
        "from pydatalab.watch.logs import LogSettings, write_logs; import logging, sys;"
        "write_logs(LogSettings(file=sys.argv[1])); logging.getLogger('pydatalab.x').info('It runs.')"
    )
    command = [sys.executable, "-c", begins, str(tmp_path / "file" / "datalab.log")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
    assert len(said) == 2
    assert "The log is not kept in" in said[0] and "File exists" in said[0]
    assert said[1].endswith("pydatalab.x: It runs.")
