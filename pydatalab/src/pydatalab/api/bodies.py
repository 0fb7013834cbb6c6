"""JSON bodies: what is taken for one, on both faces."""

import re
from typing import Any

import orjson
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pydatalab.api.deps import anybody, open_lab, somebody
from pydatalab.errors import Forbidden, Unauthenticated

LARGEST = 64 * 1024 * 1024
"""Bytes of a JSON body: ten thousand items fit, and it is held in memory while it is read."""

LARGEST_OF_STRANGERS = 1024 * 1024
"""Bytes of a body of which more is taken only from somebody who may work here."""

MOST_VALUES = 1_000_000
"""Commas and brackets of a JSON body: each may become a thing of a hundred bytes, and while they
are made nothing else is served."""

DEEPEST = 50
"""Levels of a JSON body. What is stored stands in other things, and answers are written by a
machine that goes down 250 levels."""

JSON = re.compile(r"^\s*application/([\w.+-]+\+)?json\s*(;|$)", re.IGNORECASE)


def parsed(raw: bytes) -> Any:
    """What a JSON body says.

    Raises:
        HTTPException: 400, it is no JSON (infinite numbers and halves of letters are not), or nested
            without end; 413, it has too many values.
    """
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MOST_VALUES:
        raise HTTPException(
            413, f"The body has more than {MOST_VALUES:,} values. Send it in parts."
        )
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as exc:
        raise HTTPException(400, f"The body is not well-formed JSON: {exc}.") from exc
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _deeper(found, DEEPEST):
        raise HTTPException(400, f"The body is nested deeper than {DEEPEST} levels.")
    return found


def _deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects are nested in more than so many levels."""
    row = [value]
    for _ in range(levels):
        row = [
            child
            for one in row
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, dict | list)
        ]
        if not row:
            return False
    return True


async def body_of(request: Request) -> bytes:
    """The body of a request that is said to be JSON, as far as there is one.

    Raises:
        HTTPException: 415, it is not said to be JSON; 413, it is too long to be held in memory;
            401 or 403, it is long, and from nobody who may work here.
    """
    known = False
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST:
            raise HTTPException(413, f"The body is longer than {LARGEST // 1024**2} MB.")
        if size > LARGEST_OF_STRANGERS and not known:
            known = await run_in_threadpool(_require_known, request)
        pieces.append(piece)
    if size and not JSON.match(request.headers.get("content-type", "")):
        raise HTTPException(415, "Send JSON, with the header Content-Type: application/json.")
    return b"".join(pieces)


def _require_known(request: Request) -> bool:
    """Go on only for somebody who may work here."""
    try:
        somebody(request, anybody(request, open_lab(request)))
    except (Unauthenticated, Forbidden) as refused:
        status = 401 if isinstance(refused, Unauthenticated) else 403
        raise HTTPException(status, refused.message) from None
    return True


class JsonRequest(Request):
    """A request whose body is read by ``body_of`` and ``parsed``."""

    async def json(self) -> Any:
        return parsed(await self.body())

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._body = await body_of(self)
        return self._body
