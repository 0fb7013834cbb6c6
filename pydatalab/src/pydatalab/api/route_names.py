"""Which route answers a request, by its template."""

from starlette.types import ASGIApp, Receive, Scope, Send


def note_route(scope: Scope) -> None:
    """Tell whoever watches a request which route has it: ``/v1/items/{refcode}``."""
    trace = scope.get("trace")
    template = getattr(scope.get("route"), "path", "")
    if trace is None or not template:
        return
    inside = scope["path"].removeprefix(scope.get("root_path", ""))
    trace.route = f"/v1{template}" if inside.startswith("/v1/") else template


async def answered(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let an application answer, and tell whoever watches which of its routes did."""
    try:
        await app(scope, receive, send)
    finally:
        note_route(scope)
