"""What is answered while the database is away, before there is a lab to serve."""

from pathlib import Path

from fastapi import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pydatalab.api.answers import Json
from pydatalab.api.origins import Origins
from pydatalab.api.page import SECURITY, Page, wants_page
from pydatalab.api.problems import AGAIN, problem
from pydatalab.api.subpath import SubPath
from pydatalab.api.watched import Watched
from pydatalab.errors import NotFound
from pydatalab.watch.measures import STORE_ERRORS, Measures

ALIVE = "/healthcheck/is_alive"
WORDS = "The database is away for the moment, or it is being upgraded. Try again soon."

DOCUMENT = f"""<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<title>datalab is away</title>
<style>:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 34rem; margin: 20vh auto; padding: 0 1rem }}</style>
<h1>datalab is away</h1><p role="status">{WORDS}</p>
<p>This page looks again by itself every five seconds. Nothing that was saved is lost.</p></html>"""
"""What people see whose browser has kept no page that opens without the server."""


def build_away(
    page_folder: Path, page_address: str | None, root_path: str, measures: Measures
) -> ASGIApp:
    """The application that says so, with status 503: by a page to people, as a problem to programs."""
    page = Page(page_folder)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            answered = _answer(Request(scope), page)
            if answered.status_code == 503:
                measures.count(STORE_ERRORS, "away")
            await answered(scope, receive, send)

    return Watched(Origins(SubPath(answer, root_path), page_address), measures)


def _answer(request: Request, page: Page) -> Response:
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    if path == ALIVE:
        return Json({"status": "success", "message": "The server runs."})
    if not path.startswith("/v1/") and request.method in {"GET", "HEAD"}:
        if wants_page(request):
            return HTMLResponse(DOCUMENT, 503, {**SECURITY, **AGAIN, "Cache-Control": "no-store"})
        try:
            return page.file(request, path.lstrip("/"))
        except NotFound:
            pass
    return problem(503, WORDS)
