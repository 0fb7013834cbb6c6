"""The whole HTTP face: the resource API, old clients' routes, sign-in, health and the page."""

import warnings
from importlib import import_module
from pathlib import Path
from types import ModuleType

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.convertors import Convertor, register_url_convertor
from starlette.types import ASGIApp, Receive, Scope, Send

from pydatalab import __version__
from pydatalab.api import metrics, problems
from pydatalab.api.answers import Json
from pydatalab.api.compat.dispatch import Dispatch
from pydatalab.api.deps import COOKIE, OpenLab
from pydatalab.api.later import Later
from pydatalab.api.origins import Origins
from pydatalab.api.page import Page, wants_page
from pydatalab.api.route_names import answered
from pydatalab.api.subpath import SubPath
from pydatalab.api.watched import Watched
from pydatalab.errors import Forbidden
from pydatalab.lab import Lab
from pydatalab.models.described import DESCRIBED
from pydatalab.services import accounts

# FastAPI keeps this quiet where it asks for it, but routes are loaded by more than one thread.
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)

V1 = (
    "items", "files", "blocks", "collections", "people", "info",
    "groups", "jobs", "maintenance", "backups", "inventory", "remotes", "administration",
)  # fmt: skip
"""Modules with the routes of the resource API, which the start does not wait for."""

_DOCUMENTED = problems.DOCUMENTED if DESCRIBED else None

health = APIRouter(prefix="/healthcheck", tags=["health"])


@health.get("/is_alive")
async def is_alive() -> Json:
    """Whether the server runs."""
    return Json({"status": "success", "message": "The server runs."})


@health.get("/is_ready")
def is_ready(lab: OpenLab) -> Json:
    """Whether requests are served: the database answers, and uploads can be kept."""
    lab.store.check()
    lab.vault.check()
    return Json({"status": "success", "message": "The server and its database are ready."})


sign_in = APIRouter(include_in_schema=False)


@sign_in.get("/sign-in/first-run")
@sign_in.get("/sign-in/link")
def sign_in_by_link(request: Request, lab: OpenLab, token: str) -> Response:
    """Sign in by a link that works once; the one that the start printed makes an administrator.

    Only opening it uses it up, not the look that previews of links take.
    """
    if request.scope.get("headers_only"):
        return Response(status_code=204)
    try:
        session = accounts.use_sign_in_link(lab, token)
    except Forbidden:
        if wants_page(request):
            return RedirectResponse(_at_page(request, "/sign-in?link=used"), status_code=303)
        raise
    first = request.url.path.endswith("/first-run")
    answer = RedirectResponse(_at_page(request, "/welcome" if first else "/"), status_code=303)
    answer.set_cookie(
        COOKIE,
        session,
        max_age=lab.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@sign_in.get("/logout")
def sign_out(request: Request, lab: OpenLab) -> Response:
    """Sign out of this browser, by an address that it opens."""
    if token := request.cookies.get(COOKIE):
        accounts.close_session(lab, token)
    answer = RedirectResponse(_at_page(request, "/"), status_code=302)
    answer.delete_cookie(COOKIE)
    return answer


def _at_page(request: Request, path: str) -> str:
    """An address of the page: where people reach it, or else beside this server's routes."""
    beside: str = request.scope.get("root_path", "")
    return (request.app.state.page_address or beside) + path


def build(
    lab: Lab, page_folder: Path, page_address: str | None = None, root_path: str = "/"
) -> ASGIApp:
    """The application that serves an open lab, to the page and to clients old and new.

    Args:
        lab: what is served.
        page_folder: where the built page is.
        page_address: where people reach the page, if that is another origin than the server's.
        root_path: sub-path under which the server is reached.
    """
    ours = build_ours(lab, page_folder, page_address)
    served = Origins(SubPath(Dispatch(ours, lab, page_address), root_path), page_address)
    return Watched(served, lab.measures)


def build_for_jobs(lab: Lab) -> ASGIApp:
    """What a machine answers that runs a lab's jobs and serves nobody: its health, and what it measures."""
    app = _api(lab, None)
    app.state.draws = False
    app.include_router(health)
    app.include_router(metrics.router)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(app, scope, receive, send)

    return Watched(answer, lab.measures)


def build_ours(lab: Lab, page_folder: Path, page_address: str | None = None) -> FastAPI:
    """The resource API, sign-in, health and the page."""
    app = _api(lab, page_address)
    if DESCRIBED:
        _include_v1(app)
    else:
        later = _api(lab, page_address)
        later.dependency_overrides = app.dependency_overrides  # whoever asks is the same in both
        app.router.routes.append(Later("/v1/", lambda: _include_v1(later)))
    app.include_router(health)
    app.include_router(metrics.router)
    app.include_router(sign_in)
    _serve_page(app, Page(page_folder))
    return app


def _api(lab: Lab, page_address: str | None) -> FastAPI:
    """An application over an open lab that has no routes yet."""
    app = FastAPI(
        title="datalab",
        version=__version__,
        description="Samples, cells, starting materials and equipment, their files and plots.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.lab = lab
    app.state.draws = True
    app.state.page_address = (page_address or "").rstrip("/")
    problems.install(app)
    return app


def _include_v1(app: FastAPI) -> FastAPI:
    for room in load_v1():
        app.include_router(room.router, prefix="/v1", responses=_DOCUMENTED)
    return app


def load_v1() -> list[ModuleType]:
    """The modules with the routes of the resource API."""
    return [import_module(f"pydatalab.api.{name}") for name in V1]


class _PagePath(Convertor[str]):
    """Any path but those of the resource API."""

    regex = "(?!v1(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page", _PagePath())


def _serve_page(app: FastAPI, page: Page) -> None:
    """The page for every address that a browser opens and no route has; its files by name."""

    @app.get("/{path:page}", include_in_schema=False)
    def page_or_file(request: Request, path: str) -> Response:
        if (path and not wants_page(request)) or path.startswith("assets/"):
            return page.file(request, path)
        return page.document()
