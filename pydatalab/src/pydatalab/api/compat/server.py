"""The application that speaks to existing clients, in every spelling of its paths."""

from fastapi import FastAPI

from pydatalab.api.bodies import LARGEST
from pydatalab.api.compat import blocks, collections, envelope, files, info, items, people
from pydatalab.lab import Lab

TAKE_JSON = (info, items, blocks, collections, people)
TAKE_FILES = (files,)


def build(lab: Lab) -> FastAPI:
    """All routes of existing clients, for an open lab."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.lab = lab
    envelope.install(app)
    for room in TAKE_JSON:
        app.include_router(room.router, max_body_size=LARGEST)
    for room in TAKE_FILES:
        app.include_router(room.router)
    return app
