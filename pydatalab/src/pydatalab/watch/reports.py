"""Reports of unexpected errors, to a server that speaks Sentry's envelopes (GlitchTip, Sentry).

A report says what kind of error it was and where in the code, with the request's id and route. It
never holds the error's own words, which may quote what somebody sent: those stand in the log, beside
the same id.

Source
    Sentry's developer documentation: "Envelopes", "Event payloads", "Authentication".
"""

import logging
import os
import queue
import socket
import threading
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import orjson

from pydatalab import __version__
from pydatalab.errors import Invalid
from pydatalab.watch.trace import Trace, current_trace

log = logging.getLogger(__name__)

WAITING = 100
"""Reports that may wait; more are left out while the reporter is slow."""

WITHIN = 5.0
"""Seconds that sending one may take."""

AGAIN_AFTER = 60.0
"""Seconds for which the same error at the same place is not reported again."""

FLUSHED_WITHIN = 3.0
"""Seconds that the end of a process waits for its last reports."""

DEEPEST = 50
"""Frames of a stack that are told, from the innermost."""

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Reporter:
    """Where reports go."""

    address: str
    """Of its envelopes."""
    key: str

    @classmethod
    def from_url(cls, url: str) -> "Reporter":
        """The one of a DSN: ``https://KEY@host/PROJECT``.

        Raises:
            Invalid: this is none.
        """
        try:
            parts = urlsplit(url)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            parts, port = urlsplit(""), ""
        path, _, project = parts.path.rpartition("/")
        if parts.scheme not in {"http", "https"} or not (
            parts.username and parts.hostname and project
        ):
            raise Invalid(
                "This is no address of an error reporter; one looks like https://KEY@host/PROJECT."
            )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        address = f"{parts.scheme}://{host}{port}{path}/api/{project}/envelope/"
        return cls(address, parts.username)

    def send(self, event: dict[str, Any]) -> None:
        """Send one report.

        Raises:
            OSError: the reporter is away, or refused it.
        """
        from urllib.request import HTTPRedirectHandler, Request, build_opener

        class NoRedirects(HTTPRedirectHandler):
            def redirect_request(self, *_: Any) -> None:
                return None

        headers = {
            "Content-Type": "application/x-sentry-envelope",
            "User-Agent": f"datalab/{__version__}",
            "X-Sentry-Auth": "Sentry sentry_version=7,"
            f" sentry_client=datalab/{__version__}, sentry_key={self.key}",
        }
        asked = Request(self.address, envelope(event), headers)  # noqa: S310 (http or https)
        with build_opener(NoRedirects).open(asked, timeout=WITHIN) as answer:
            answer.read(1024)


def envelope(event: dict[str, Any]) -> bytes:
    """An event as it is sent: a line about the envelope, one about the item, the item."""
    body = orjson.dumps(event)
    about = {"event_id": event["event_id"], "sent_at": datetime.now(UTC).isoformat()}
    item = {"type": "event", "content_type": "application/json", "length": len(body)}
    return b"\n".join((orjson.dumps(about), orjson.dumps(item), body, b""))


def event_of(record: logging.LogRecord, error: BaseException, trace: Trace) -> dict[str, Any]:
    """What is told of an error."""
    tags = {
        "request_id": trace.request_id,
        "job_id": trace.job_id,
        "part": trace.part,
        "method": trace.method,
        "route": trace.route,
    }
    return {
        "event_id": uuid.uuid4().hex,
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "platform": "python",
        "level": "error",
        "logger": record.name,
        "release": f"pydatalab@{__version__}",
        "server_name": socket.gethostname(),
        "transaction": f"{trace.method} {trace.route}".strip(),
        "tags": {name: value for name, value in tags.items() if value},
        "exception": {"values": [_shown(one) for one in reversed(list(_chain(error)))]},
    }


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and what led to it."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _shown(error: BaseException) -> dict[str, Any]:
    """The kind of an error and where it happened, without its words."""
    return {
        "type": type(error).__name__,
        "module": type(error).__module__,
        "value": "",
        "stacktrace": {"frames": _frames(error.__traceback__)},
    }


def _frames(trail: TracebackType | None) -> list[dict[str, Any]]:
    frames = []
    for frame, line in traceback.walk_tb(trail):
        code, module = frame.f_code, frame.f_globals.get("__name__", "")
        frames.append(
            {
                "function": code.co_name,
                "module": module,
                "filename": _short(code.co_filename),
                "lineno": line,
                "in_app": module.partition(".")[0] == "pydatalab",
            }
        )
    return frames[-DEEPEST:]


def _short(path: str) -> str:
    """A path that says nothing of the machine."""
    _, found, inside = path.rpartition("site-packages/")
    if found:
        return inside
    with suppress(ValueError):
        return str(Path(path).relative_to(PACKAGE.parent))
    return Path(path).name


class ReportHandler(logging.Handler):
    """Reports every error in the log that has an exception, from a thread of its own."""

    def __init__(self, url: str) -> None:
        """Nothing is sent, and no thread begins, before the first error.

        Raises:
            Invalid: this is no address of an error reporter.
        """
        super().__init__(logging.ERROR)
        self._reporter = Reporter.from_url(url)
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Begin with nothing: threads and what they hold do not survive a fork."""
        self._process = os.getpid()
        self._waiting: queue.Queue[dict[str, Any]] = queue.Queue(WAITING)
        self._recent: dict[tuple[str, ...], float] = {}
        self._is_away = False
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Put a report on its way. Never waits, and never fails."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return
        try:
            if self._process != os.getpid():
                self._begin_anew()
            trace = getattr(record, "trace", None) or current_trace() or Trace(part="server")
            if self._is_new(error, trace):
                self._put(event_of(record, error, trace))
        except Exception:
            self.handleError(record)

    def _is_new(self, error: BaseException, trace: Trace) -> bool:
        """Whether this error was not reported a moment ago."""
        now = time.monotonic()
        self._recent = {key: at for key, at in self._recent.items() if at > now - AGAIN_AFTER}
        *_, last = [
            ("", 0),
            *((f.f_code.co_filename, n) for f, n in traceback.walk_tb(error.__traceback__)),
        ]
        key = (type(error).__name__, trace.route, str(last))
        if key in self._recent:
            return False
        self._recent[key] = now
        return True

    def _put(self, event: dict[str, Any]) -> None:
        with suppress(queue.Full):
            self._waiting.put_nowait(event)
        if self._thread is None:
            self._thread = threading.Thread(target=self._send_all, name="reports", daemon=True)
            self._thread.start()

    def _send_all(self) -> None:
        while True:
            event = self._waiting.get()
            try:
                self._reporter.send(event)
                self._is_away = False
            except Exception as error:
                self._say_away(error)
            finally:
                self._waiting.task_done()

    def _say_away(self, error: Exception) -> None:
        """Say once that reports do not arrive; again only after one did."""
        if not self._is_away:
            self._is_away = True
            why = getattr(error, "reason", None) or error
            log.warning("The error reporter cannot be reached, and misses reports: %s.", why)

    def flush(self) -> None:
        """Give what is on its way a moment to arrive."""
        if self._process != os.getpid() or self._thread is None:
            return
        until = time.monotonic() + FLUSHED_WITHIN
        while self._waiting.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.02)
