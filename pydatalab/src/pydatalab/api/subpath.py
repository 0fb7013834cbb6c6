"""Serving under a sub-path, behind a proxy that takes it off the address or one that leaves it."""

from starlette.types import ASGIApp, Receive, Scope, Send


class SubPath:
    """Lets an application know under which path it is reached: ``/api``.

    A request is understood with that path before it, and without: some proxies take it off, and
    health checks come past the proxy.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = "/" + root.strip("/") if root.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._root and "path" in scope:
            path: str = scope["path"]
            inside = path == self._root or path.startswith(f"{self._root}/")
            whole = path if inside else self._root + path
            scope = {**scope, "root_path": self._root, "path": whole}
        await self._app(scope, receive, send)
