"""The application that speaks to existing clients, in every spelling of its paths."""

from fastapi import FastAPI

from pydatalab.api.compat import (
    activity,
    blocks,
    collections,
    envelope,
    exports,
    files,
    info,
    items,
    people,
    remotes,
    sharing,
    tokens,
    versions,
)
from pydatalab.lab import Lab

ROOMS = (
    info, items, versions, tokens, blocks, files, collections, sharing, people, activity, exports,
    remotes,
)  # fmt: skip


def build(lab: Lab, page_address: str | None = None) -> FastAPI:
    """All routes of existing clients, for an open lab; the page may be at another address."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.lab = lab
    app.state.page_address = (page_address or "").rstrip("/")
    envelope.install(app)
    for room in ROOMS:
        app.include_router(room.router)
    return app
