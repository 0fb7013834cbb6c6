"""An application that is built with the first request that may be its own, so that no start waits."""

from collections.abc import Callable
from functools import cached_property

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send


class Later(BaseRoute):
    """Takes the requests below a path that no other route has."""

    def __init__(self, prefix: str, build: Callable[[], ASGIApp]) -> None:
        """Build nothing yet.

        Args:
            prefix: what the paths begin with.
            build: gives the application.
        """
        self._prefix = prefix
        self._build = build

    @cached_property
    def _app(self) -> ASGIApp:
        return self._build()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A partial match: a route that has the path, or the path with another method, comes first."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        mine = scope["type"] == "http" and path.startswith(self._prefix)
        return (Match.PARTIAL if mine else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer."""
        await self._app(scope, receive, send)
