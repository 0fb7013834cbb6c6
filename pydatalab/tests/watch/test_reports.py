"""Reports of unexpected errors, to a real server that keeps what it is sent."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab import __version__
from pydatalab.api.server import build
from pydatalab.app import open_lab
from pydatalab.compute.workers import Job, Workers
from pydatalab.config import Config
from pydatalab.errors import Invalid, UnreadableFile
from pydatalab.jobs.queue import Handler, add_job, claim_job, get_job, this_process
from pydatalab.services import accounts
from pydatalab.watch.logs import LogSettings
from pydatalab.watch.reports import Reporter, ReportHandler
from pydatalab.watch.trace import Trace, following


class Collector(ThreadingHTTPServer):
    """A server for reports."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Asked)
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self.pause = 0.0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def dsn(self) -> str:
        return f"http://0123public@127.0.0.1:{self.server_port}/7"

    def events(self, number: int = 1) -> list[dict[str, Any]]:
        """The events of so many envelopes, as soon as they are there."""
        until = time.monotonic() + 20
        while len(self.received) < number:
            assert time.monotonic() < until, "no report came"
            time.sleep(0.01)
        return [event_in(body) for _, _, body in self.received]


class _Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.server.pause)
        self.server.received.append((self.path, dict(self.headers), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def event_in(envelope: bytes) -> dict[str, Any]:
    """The event of an envelope, whose lengths and ids are checked."""
    head, item, rest = envelope.split(b"\n", 2)
    about, told = json.loads(head), json.loads(item)
    assert told["type"] == "event"
    event: dict[str, Any] = json.loads(rest[: told["length"]])
    assert rest[told["length"] :] == b"\n"
    assert event["event_id"] == about["event_id"]
    return event


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def logger() -> logging.Logger:
    return logging.Logger("lab")


def _fail(logger: logging.Logger, fail: Callable[[], Any]) -> None:
    try:
        fail()
    except Exception:
        logger.exception("It failed over %s", "what somebody sent")


def _divide() -> float:
    secret = "what somebody sent"
    try:
        return {}[secret]
    except KeyError as error:
        raise ZeroDivisionError(secret) from error


def test_a_report_says_where_it_went_wrong_and_for_whom_but_not_over_what(
    collector: Collector, logger: logging.Logger
):
    logger.addHandler(ReportHandler(collector.dsn))
    trace = Trace("abc-1", "request", method="GET", route="/v1/items/{refcode}")
    with following(trace):
        _fail(logger, _divide)
    (event,) = collector.events()
    assert event["tags"] == {
        "request_id": "abc-1",
        "part": "request",
        "method": "GET",
        "route": "/v1/items/{refcode}",
    }
    assert event["release"] == f"pydatalab@{__version__}"
    assert event["transaction"] == "GET /v1/items/{refcode}"
    cause, error = event["exception"]["values"]
    assert (cause["type"], error["type"]) == ("KeyError", "ZeroDivisionError")
    assert error["stacktrace"]["frames"][-1]["function"] == "_divide"
    path, headers, body = collector.received[0]
    assert path == "/api/7/envelope/"
    assert "sentry_key=0123public" in headers["X-Sentry-Auth"]
    assert b"somebody" not in body
    assert b"/work" not in body and b"/home" not in body


def test_who_fails_does_not_wait_for_the_report(collector: Collector, logger: logging.Logger):
    collector.pause = 1.0
    handler = ReportHandler(collector.dsn)
    logger.addHandler(handler)
    begun = time.monotonic()
    _fail(logger, _divide)
    assert time.monotonic() - begun < 0.5
    handler.flush()
    assert len(collector.received) == 1


def test_the_same_error_is_reported_once_in_a_while(collector: Collector, logger: logging.Logger):
    handler = ReportHandler(collector.dsn)
    logger.addHandler(handler)
    for _ in range(5):
        _fail(logger, _divide)
    _fail(logger, [].pop)
    handler.flush()
    kinds = [one["exception"]["values"][-1]["type"] for one in collector.events(2)]
    assert kinds == ["ZeroDivisionError", "IndexError"]


def test_what_is_no_exception_is_not_reported(collector: Collector, logger: logging.Logger):
    handler = ReportHandler(collector.dsn)
    logger.addHandler(handler)
    logger.error("The disk is full.")
    handler.flush()
    assert collector.received == []


def test_a_reporter_that_is_away_is_one_line_in_the_log_until_it_is_back(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
):
    away = Collector()
    away.shutdown()
    away.server_close()
    handler = ReportHandler(away.dsn)
    logger.addHandler(handler)
    for fail in (_divide, [].pop, lambda: {}["a"]):
        _fail(logger, fail)
    handler.flush()
    said = [one.message for one in caplog.records if "error reporter" in one.message]
    assert len(said) == 1
    assert "Connection refused" in said[0]
    back = Collector(away.server_port)
    _fail(logger, lambda: int("x"))
    assert back.events()[0]["exception"]["values"][-1]["type"] == "ValueError"
    back.shutdown()
    back.server_close()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://k@errors.example/4", "https://errors.example/api/4/envelope/"),
        (
            "https://k@errors.example:8443/sentry/4",
            "https://errors.example:8443/sentry/api/4/envelope/",
        ),
        ("http://k:old@[::1]:9000/12", "http://[::1]:9000/api/12/envelope/"),
    ],
)
def test_the_address_of_envelopes_follows_from_the_dsn(url: str, address: str):
    assert Reporter.from_url(url) == Reporter(address, "k")


@pytest.mark.parametrize(
    "url",
    ["errors.example", "https://errors.example/4", "ftp://k@h/4", "https://k@h", "https://k@h:x/4"],
)
def test_what_is_no_dsn_is_refused(url: str):
    with pytest.raises(Invalid):
        Reporter.from_url(url)


def test_a_mistake_in_a_request_is_reported_by_its_route_without_what_was_sent(
    collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("over a secret")

    handler = ReportHandler(collector.dsn)
    with open_lab(Config(DATA_DIRECTORY=tmp_path)) as lab:
        monkeypatch.setattr(accounts, "use_sign_in_link", broken)
        logging.getLogger("pydatalab").addHandler(handler)
        try:
            client = TestClient(build(lab, tmp_path), raise_server_exceptions=False)
            headers = {"Cookie": "datalab_session=c00kie", "X-Request-ID": "abc-1"}
            assert client.get("/sign-in/link?token=t0ken", headers=headers).status_code == 500
            handler.flush()
        finally:
            logging.getLogger("pydatalab").removeHandler(handler)
    (event,) = collector.events()
    assert event["tags"]["route"] == "/sign-in/link"
    assert event["tags"]["request_id"] == "abc-1"
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert "pydatalab/api/server.py" in {one["filename"] for one in frames}
    body = collector.received[0][2]
    for secret in (b"c00kie", b"t0ken", b"secret", str(tmp_path).encode()):
        assert secret not in body


def test_what_a_worker_stumbles_over_is_reported_by_itself(collector: Collector, tmp_path: Path):
    settings = LogSettings(report_url=collector.dsn).as_text()
    workers = Workers(tmp_path, count=1, log_settings=settings)
    try:
        with following(Trace("abc-2")), pytest.raises(UnreadableFile):
            workers.run(Job("pydatalab.compute.cache:prune", {"nonsense": "a secret"}))
        (event,) = collector.events()
    finally:
        workers.close()
    assert event["tags"] == {
        "request_id": "abc-2",
        "part": "worker",
        "route": "pydatalab.compute.cache:prune",
    }
    assert event["exception"]["values"][-1]["type"] == "TypeError"


def test_a_job_that_fails_reports_that_before_its_process_ends(
    collector: Collector, tmp_path: Path
):
    with open_lab(Config(DATA_DIRECTORY=tmp_path)) as lab:
        with following(Trace("abc-3")):
            job = add_job(lab.store, "odd-work", {})
        claimed = claim_job(lab.store, {"odd-work": Handler("x:y")}, this_process())
        assert claimed
        told = {
            "job_id": job["immutable_id"],
            "name": "odd-work",
            "request_id": job["request_id"],
            "attempt": claimed["attempt"],
            "repeatable": False,
            "place": "pydatalab.errors:nothing_of_this_name",
            "config": {"DATA_DIRECTORY": str(tmp_path), "ERROR_REPORT_URL": collector.dsn},
        }
        command = [sys.executable, "-m", "pydatalab.commands.one_job"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        assert process.stdin
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.flush()
        assert process.wait(60) == 0
        process.stdin.close()
        assert get_job(lab.store, job["immutable_id"])["state"] == "failed"
    (event,) = collector.events()
    assert event["tags"] == {
        "request_id": "abc-3",
        "job_id": job["immutable_id"],
        "part": "job",
        "route": "odd-work",
    }
