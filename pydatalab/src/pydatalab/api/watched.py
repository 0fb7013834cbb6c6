"""Each request by a name, counted, timed and, if asked for, written down."""

import logging
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pydatalab.api.problems import mistake
from pydatalab.watch import logs
from pydatalab.watch.measures import REQUEST_SECONDS, REQUESTS, Measures
from pydatalab.watch.trace import Trace, following, new_request_id, sane_request_id

log = logging.getLogger(logs.REQUESTS)
failures = logging.getLogger(__name__)

HEADER = b"x-request-id"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

NO_ROUTE = "none"
"""Of a request that no route has."""

QUIET = frozenset({"/healthcheck/is_alive", "/healthcheck/is_ready", "/metrics", "/{path:page}"})
"""Routes that are asked so often, by monitors and by the page, that only failures are written down."""


class Watched:
    """Watches over an application, as its outermost part.

    A request keeps the id that its caller or a proxy gave it, if that is fit to be written down.
    """

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = _trace(scope)
        answer = _Answer(send, str(trace.request_id).encode())
        begun = perf_counter()
        self._measures.enter()
        try:
            with following(trace):
                await self._app({**scope, "trace": trace}, receive, answer.send)
        except Exception as error:
            _tell(error, scope, trace)
            if answer.status and not answer.is_whole:
                raise  # what breaks off must not look whole
            if not answer.status:
                await mistake(trace.request_id or "")(scope, receive, answer.send)
        finally:
            self._measures.leave()
            self._note(scope, trace, answer.status, perf_counter() - begun)

    def _note(self, scope: Scope, trace: Trace, status: int, seconds: float) -> None:
        """Count a request that is over, and write it down."""
        route = trace.route or NO_ROUTE
        self._measures.count(REQUESTS, trace.method, route, str(status or 499))
        self._measures.take(REQUEST_SECONDS, seconds, trace.method, route)
        quiet = trace.route in QUIET and status < 500
        if log.isEnabledFor(logging.INFO) and not quiet:
            about = _about(scope, trace, status, seconds)
            words = "%s %s %s in %.0f ms"
            spoken = (scope["method"], scope["path"], status or "broken off", seconds * 1000)
            log.info(words, *spoken, extra={"about": about, "trace": trace})


class _Answer:
    """What is sent of an answer, with the id of its request."""

    def __init__(self, send: Send, request_id: bytes) -> None:
        self._send = send
        self._named = (HEADER, request_id)
        self.status = 0
        """0 until the answer begins."""
        self.is_whole = False

    async def send(self, message: Message) -> None:
        """Send a part of it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", ()), self._named]}
        elif message["type"] == "http.response.body":
            self.is_whole = not message.get("more_body", False)
        await self._send(message)


def _trace(scope: Scope) -> Trace:
    """A request, by the id that came with it or a new one."""
    told = next((text for name, text in scope["headers"] if name == HEADER), b"")
    known = sane_request_id(told.decode("latin-1"))
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    return Trace(known or new_request_id(), method=method)


def _tell(error: Exception, scope: Scope, trace: Trace) -> None:
    """Write down what nobody expected, unless whoever answered did."""
    if not trace.told:
        said = {"exc_info": error, "extra": {"trace": trace}}
        failures.error("A mistake at %s %s", scope["method"], scope["path"], **said)  # type: ignore[arg-type]


def _about(scope: Scope, trace: Trace, status: int, seconds: float) -> dict[str, Any]:
    """What a program wants to know of a request. Never its query, which may hold a key."""
    return {
        "method": scope["method"],
        "path": scope["path"],
        "route": trace.route or NO_ROUTE,
        "status": status or None,
        "milliseconds": round(seconds * 1000, 1),
        "client": (scope.get("client") or ("", 0))[0],
    }
