"""The application that speaks to existing clients, in every spelling of its paths."""

from fastapi import FastAPI

from pydatalab.api.compat import blocks, collections, envelope, files, info, items, people, sharing
from pydatalab.lab import Lab

ROOMS = (info, items, blocks, files, collections, sharing, people)


def build(lab: Lab) -> FastAPI:
    """All routes of existing clients, for an open lab."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.lab = lab
    envelope.install(app)
    for room in ROOMS:
        app.include_router(room.router)
    return app
