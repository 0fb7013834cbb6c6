"""Which pages of other origins may talk to this server (CORS)."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
HEADERS = "Content-Type, DATALAB-API-KEY, If-Match, If-None-Match, Range"
EXPOSED = "ETag, Content-Disposition, Content-Range, Retry-After, X-Request-ID"


class Origins:
    """Lets any page read answers to requests with an API key, and the lab's own use its session."""

    def __init__(self, app: ASGIApp, page: str | None) -> None:
        """Guard an application.

        Args:
            app: what answers.
            page: where people reach the page, if that is another origin than the server's.
        """
        self._app = app
        self._page = origin_of(page) if page else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asking = Headers(scope=scope).get("origin")
        allowed = self._allowed(asking) if asking else {}
        if scope["method"] == "OPTIONS":
            headers = {"Allow": METHODS, **allowed}
            await Response(status_code=204, headers=headers)(scope, receive, send)
            return
        if not asking:
            await self._app(scope, receive, send)
            return

        async def send_allowed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                headers.update({name: text for name, text in allowed.items() if name != "Vary"})
            await send(message)

        await self._app(scope, receive, send_allowed)

    def _allowed(self, asking: str) -> dict[str, str]:
        """What a page of that origin may do."""
        known = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Expose-Headers": EXPOSED,
            "Vary": "Origin",
        }
        if asking != self._page:
            return known | {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Headers": HEADERS,
            }
        return known | {
            "Access-Control-Allow-Origin": asking,
            "Access-Control-Allow-Headers": f"{HEADERS}, X-Requested-With",
            "Access-Control-Allow-Credentials": "true",
        }


def origin_of(address: str) -> str:
    """The origin of an address, as a browser names it: ``https://lab.example``."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
