"""The whole HTTP face: the resource API, old clients' routes, sign-in, health and the page."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from pydatalab import __version__
from pydatalab.api import (
    blocks,
    collections,
    files,
    info,
    items,
    people,
    problems,
)
from pydatalab.api.answers import Json
from pydatalab.api.compat.dispatch import Dispatch
from pydatalab.api.deps import COOKIE, OpenLab
from pydatalab.api.page import Page, wants_page
from pydatalab.lab import Lab
from pydatalab.services import accounts

V1 = (items, files, blocks, collections, people, info)

health = APIRouter(prefix="/healthcheck", tags=["health"])


@health.get("/is_alive")
def is_alive() -> Json:
    """Whether the server runs."""
    return Json({"status": "success", "message": "The server runs."})


@health.get("/is_ready")
def is_ready(lab: OpenLab) -> Json:
    """Whether requests are served."""
    lab.store.check()
    return Json({"status": "success", "message": "The server and its database are ready."})


sign_in = APIRouter(include_in_schema=False)


@sign_in.get("/sign-in/first-run")
def sign_in_first(request: Request, lab: OpenLab, token: str) -> Response:
    """Make the first visitor the administrator, by the link that the start printed."""
    session = accounts.use_first_run_link(lab, token)
    answer = RedirectResponse("/welcome", status_code=303)
    answer.set_cookie(
        COOKIE,
        session,
        max_age=lab.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def build(lab: Lab, page_folder: Path) -> ASGIApp:
    """The application that serves an open lab, to the page and to clients old and new."""
    return Dispatch(build_ours(lab, page_folder), lab)


def build_ours(lab: Lab, page_folder: Path) -> FastAPI:
    """The resource API, sign-in, health and the page."""
    app = FastAPI(
        title="datalab",
        version=__version__,
        description="Samples, cells, starting materials and equipment, their files and plots.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.lab = lab
    problems.install(app)
    for module in V1:
        app.include_router(module.router, prefix="/v1")
    app.include_router(health)
    app.include_router(sign_in)
    _serve_page(app, Page(page_folder))
    return app


def _serve_page(app: FastAPI, page: Page) -> None:
    """The page for every address that a browser opens and no route has; its files by name."""

    @app.get("/{path:path}", include_in_schema=False)
    def page_or_file(request: Request, path: str) -> Response:
        if path and not wants_page(request):
            return page.file(request, path)
        if path.startswith(("v1/", "assets/")):
            return page.file(request, path)
        return page.document()
