"""What callers and one proxy say of where a request came from."""

from typing import Any

import httpx2
import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pydatalab.api.proxy import OneProxy


async def _tell(scope: Scope, receive: Receive, send: Send) -> None:
    host = dict(scope["headers"])[b"host"].decode()
    seen = {"scheme": scope["scheme"], "client": scope["client"][0], "host": host}
    await JSONResponse(seen)(scope, receive, send)


@pytest.fixture
def seen() -> Any:
    """``await seen(headers)``: what an application behind one proxy takes a request for."""

    async def asked(headers: list[tuple[str, str]]) -> Any:
        app: ASGIApp = OneProxy(_tell)
        transport = httpx2.ASGITransport(app, client=("10.0.0.9", 4711))
        async with httpx2.AsyncClient(transport=transport, base_url="http://api:5001") as client:
            return (await client.get("/", headers=headers)).json()

    return asked


def test_what_the_proxy_says_counts(seen: Any):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    told = _run(seen([*headers.items(), ("X-Forwarded-Host", "api.lab.example")]))
    assert told == {"scheme": "https", "client": "192.0.2.7", "host": "api.lab.example"}


def test_what_callers_put_before_it_does_not(seen: Any):
    headers = [
        ("X-Forwarded-For", "203.0.113.1, 203.0.113.2"),
        ("X-Forwarded-For", "192.0.2.7"),
        ("X-Forwarded-Proto", "https,http"),
    ]
    told = _run(seen(headers))
    assert (told["client"], told["scheme"]) == ("192.0.2.7", "http")


def test_a_scheme_that_cannot_be_is_not_believed(seen: Any):
    assert _run(seen([("X-Forwarded-Proto", "javascript")]))["scheme"] == "http"


def test_without_a_proxy_a_request_is_what_it_is(seen: Any):
    assert _run(seen([])) == {"scheme": "http", "client": "10.0.0.9", "host": "api:5001"}


def _run(asked: Any) -> Any:
    import asyncio

    return asyncio.run(asked)
