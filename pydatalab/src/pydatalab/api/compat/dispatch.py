"""Which requests are those of existing clients, and their way to the routes made for them.

Some addresses are both a page's and an old JSON route: a browser that opens one gets the page,
every other caller JSON.
"""

import re
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pydatalab.api.route_names import answered
from pydatalab.lab import Lab

if TYPE_CHECKING:
    from fastapi import FastAPI

VERSION = re.compile(r"^/v0(\.1(\.0)?)?(?=/)")

FIRST_WORDS = frozenset(
    {
        "info", "samples", "cells", "starting-materials", "starting_materials", "equipment",
        "new-sample", "new-samples", "get-item-data", "items", "save-item", "delete-sample",
        "search-items", "item-graph", "add-data-block", "update-block", "delete-block", "blocks",
        "upload-file", "files", "delete-file-from-sample", "collections", "search-collections",
        "search", "remotes", "list-remote-directories", "add-remote-file-to-sample", "delete-file",
        "exports", "access-tokens", "login", "get-current-user", "api-keys", "search-users", "users", "roles", "groups",
    }
)  # fmt: skip
"""What the paths of existing clients begin with."""


class Dispatch:
    """Sends each request to the application that it is meant for.

    The one for existing clients is made with their first request: not everybody has any, and the
    start should not wait for it.
    """

    def __init__(self, ours: ASGIApp, lab: Lab, page_address: str | None = None) -> None:
        self._ours = ours
        self._lab = lab
        self._page_address = page_address
        self._theirs: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._ours(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET", "headers_only": True}, _without_body(send)
        root = scope.get("root_path", "")
        path = _plain(scope["path"].removeprefix(root))
        if _first_word(path) not in FIRST_WORDS or _opens_page(scope):
            await answered(self._ours, scope, receive, send)
            return
        send = _varying(send) if scope["method"] == "GET" else send
        theirs = {**scope, "path": root + path}
        await answered(self._existing_clients(), theirs, receive, send)

    def _existing_clients(self) -> "FastAPI":
        from pydatalab.api.compat.server import build

        if self._theirs is None:
            self._theirs = build(self._lab, self._page_address)
        return self._theirs


def _plain(path: str) -> str:
    """A path without version, doubled slashes and the slash at its end."""
    single = re.sub(r"/{2,}", "/", path)
    return VERSION.sub("", single).rstrip("/") or "/"


def _first_word(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _opens_page(scope: Scope) -> bool:
    """Whether a browser opens an address."""
    accepted = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and b"text/html" in accepted


def _without_body(send: Send) -> Send:
    """For ``HEAD``: what ``GET`` would answer, less its body."""

    async def send_head(message: Message) -> None:
        body = message["type"] == "http.response.body"
        await send({**message, "body": b""} if body else message)

    return send_head


def _varying(send: Send) -> Send:
    """For addresses that are a page's too: caches keep the two apart."""

    async def send_varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept")
        await send(message)

    return send_varying
