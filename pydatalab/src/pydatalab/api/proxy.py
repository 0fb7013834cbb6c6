"""What the proxy in front of the server says about the caller."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

SCHEMES = frozenset({"http", "https"})


class OneProxy:
    """Believes one proxy: the last of each ``X-Forwarded-*``, since callers can send others before it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = _as_seen_by_proxy(scope)
        await self._app(scope, receive, send)


def _as_seen_by_proxy(scope: Scope) -> Scope:
    told = {name: _last(scope, f"x-forwarded-{name}") for name in ("proto", "for", "host")}
    seen = dict(scope)
    if told["proto"] in SCHEMES:
        seen["scheme"] = told["proto"]
    if told["for"]:
        seen["client"] = (told["for"], 0)
    if told["host"]:
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers["host"] = told["host"]
        seen["headers"] = headers.raw
    return seen


def _last(scope: Scope, name: str) -> str:
    """The last of the values of a header, wherever they stand."""
    return ",".join(Headers(scope=scope).getlist(name)).rpartition(",")[2].strip()
