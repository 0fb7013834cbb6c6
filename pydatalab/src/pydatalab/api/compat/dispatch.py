"""Which requests are those of existing clients, and their way to the routes made for them.

Some addresses are both a page's and an old JSON route: a browser that opens one gets the page,
every other caller JSON.
"""

import re
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

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
        "search", "get-current-user", "api-keys", "search-users", "users", "roles", "groups",
    }
)  # fmt: skip
"""What the paths of existing clients begin with."""


class Dispatch:
    """Sends each request to the application that it is meant for.

    The one for existing clients is made with their first request: not everybody has any, and the
    start should not wait for it.
    """

    def __init__(self, ours: ASGIApp, lab: Lab) -> None:
        self._ours = ours
        self._lab = lab
        self._theirs: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = _plain(scope["path"])
            if _first_word(path) in FIRST_WORDS and not _opens_page(scope):
                await self._existing_clients()({**scope, "path": path}, receive, send)
                return
        await self._ours(scope, receive, send)

    def _existing_clients(self) -> "FastAPI":
        from pydatalab.api.compat.server import build

        if self._theirs is None:
            self._theirs = build(self._lab)
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
    return scope["method"] in {"GET", "HEAD"} and b"text/html" in accepted
