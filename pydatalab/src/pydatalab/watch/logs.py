"""The log: lines for people or for programs, to the terminal and to one file that all processes share."""

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import orjson

from pydatalab.watch.redaction import without_secrets
from pydatalab.watch.trace import current_trace

log = logging.getLogger(__name__)

LogFormat = Literal["text", "json"]

REQUESTS = "pydatalab.requests"
"""Logger of what was done for whom: a line for each request and for each piece of work."""

TERMINAL_ONLY = {"terminal_only": True}
"""``extra`` of a line with a link that the person at the terminal needs: files do not get the link."""

TRACE_FIELDS = ("request_id", "job_id")

CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

ALREADY_TOLD = "Exception in ASGI application"
"""What uvicorn says of a mistake that the API has written down before, with its request."""


@dataclass(frozen=True)
class LogSettings:
    """How the log is written."""

    as_json: bool = False
    """Each line a JSON object, rather than for people."""

    file: str | None = None
    """File that gets the same lines."""

    debug: bool = False
    requests: bool = False
    """Whether each request has a line."""

    report_url: str | None = None
    """Where unexpected errors are reported to."""

    secrets: tuple[str, ...] = ()
    """What never stands in a line."""

    def as_text(self) -> str:
        """For a process that knows no secrets."""
        return orjson.dumps(asdict(self) | {"secrets": ()}).decode()

    @classmethod
    def from_text(cls, text: str | None) -> "LogSettings":
        """As another process told them."""
        return cls(**orjson.loads(text)) if text else cls()


class _Lines(logging.Formatter):
    """Lines without secrets."""

    def __init__(self, secrets: Iterable[str], *, keep_links: bool) -> None:
        super().__init__()
        self._secrets = tuple(secrets)
        self._keep_links = keep_links

    def words(self, record: logging.LogRecord) -> str:
        """What a record says."""
        said = record.getMessage()
        if self._keep_links and getattr(record, "terminal_only", False):
            return said
        return without_secrets(said, self._secrets)

    def trail(self, record: logging.LogRecord) -> str | None:
        """Where in the code it went wrong."""
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        return without_secrets(record.exc_text, self._secrets) if record.exc_text else None


class TextLines(_Lines):
    """Lines for people: time, level, room, the words, and the request in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone()
        words = CONTROLS.sub(lambda found: repr(found[0])[1:-1], self.words(record))
        told = _trace_of(record)
        of = f" [{' '.join(told.values())}]" if told else ""
        line = f"{when:%Y-%m-%d %H:%M:%S,%f}"[:-3]
        line = f"{line} {record.levelname} {record.name}: {words}{of}"
        trail = self.trail(record)
        return f"{line}\n{trail}" if trail else line


class JsonLines(_Lines):
    """A JSON object on each line: ``time``, ``level``, ``logger``, ``message``, ``process``,
    ``request_id`` and ``job_id`` where there is one, ``exception``, and what the line is about."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.words(record),
            "process": record.process,
            **_trace_of(record),
            **getattr(record, "about", {}),
        }
        if trail := self.trail(record):
            said["exception"] = trail
        return _as_json(said)


def _as_json(said: Mapping[str, Any]) -> str:
    """An object on one line."""
    try:
        return orjson.dumps(said, default=str).decode()
    except TypeError:  # it quotes what is no text, as the name of a file may be
        line = json.dumps(said, default=str, ensure_ascii=False)
        return line.encode(errors="replace").decode()


def _trace_of(record: logging.LogRecord) -> dict[str, str]:
    """The ids of what the line belongs to."""
    trace = getattr(record, "trace", None) or current_trace()
    found = {name: getattr(trace, name, None) for name in TRACE_FIELDS}
    return {name: value for name, value in found.items() if value}


class SharedFile(logging.Handler):
    """A file that several processes write to, whole lines at a time.

    Each line is one write at the file's end, so that no other comes between. It is opened anew for
    each, which takes microseconds: so whoever likes may move it away, and a process that closes all of
    its handles, as workers do, never writes into what came to have the same number.
    """

    def __init__(self, path: Path) -> None:
        """Begin, and make its folder where it is missing.

        Raises:
            OSError: it cannot be written to.
        """
        super().__init__()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._write(b"")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; a full disk does not stop the server."""
        try:
            whole = f"{self.format(record)}\n".encode(errors="replace")
            with suppress(OSError):
                self._write(whole)
        except Exception:
            self.handleError(record)

    def _write(self, line: bytes) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            os.write(file, line)
        finally:
            os.close(file)


def write_logs(settings: LogSettings) -> None:
    """Begin the log of this process, unless it has one."""
    lines = JsonLines if settings.as_json else TextLines
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(lines(settings.secrets, keep_links=True))
    handlers: list[logging.Handler] = [terminal]
    failed = None
    if settings.file:
        try:
            file = SharedFile(Path(settings.file))
        except OSError as error:
            failed = error
        else:
            file.setFormatter(lines(settings.secrets, keep_links=False))
            handlers.append(file)
    if settings.report_url:
        from pydatalab.watch.reports import ReportHandler  # who reports nothing never pays for it

        handlers.append(ReportHandler(settings.report_url))
    logging.basicConfig(level=logging.INFO, handlers=handlers)
    logging.getLogger("pydatalab").setLevel(logging.DEBUG if settings.debug else logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.INFO if settings.debug else logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if settings.requests else logging.WARNING)
    if failed:
        log.error("The log is not kept in %s: %s.", settings.file, failed.strerror)


def _is_news(record: logging.LogRecord) -> bool:
    return ALREADY_TOLD not in str(record.msg)
