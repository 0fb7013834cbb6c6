"""Routes of the resource API: what they are asked, and how they are described."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.responses import Response
from fastapi.routing import APIRoute

from pydatalab.api.bodies import JsonRequest
from pydatalab.errors import Invalid
from pydatalab.models.described import DESCRIBED
from pydatalab.models.words import meant

SAID_ANYWHERE = frozenset({"sudo"})
"""Names that are no question about a thing, and may stand in every address."""


class Route(APIRoute):
    """A route that refuses what it does not know: a filter that is spelt wrongly would show everything.

    Its body, where it describes one, is JSON as ``bodies.parsed`` reads it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        said = get_flat_params(self.dependant)  # in the path, headers and cookies, too
        known = SAID_ANYWHERE | {one.alias for one in said if isinstance(one.field_info, Query)}

        async def handle_known(request: Request) -> Response:
            for name in request.query_params:
                if name not in known:
                    raise Invalid(f"Nothing is asked here by {name!r}.{meant(name, known)}")
            return await handle(JsonRequest(request.scope, request.receive))

        return handle_known


class Router(APIRouter):
    """A router of ready answers: what a route says of them is for the document alone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """As FastAPI's, without the shapes of answers in a server."""
        undescribed = {} if DESCRIBED else {"response_model": None, "responses": None}
        super().add_api_route(path, endpoint, **{**options, **undescribed})
