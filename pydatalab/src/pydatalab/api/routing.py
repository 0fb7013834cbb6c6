"""Routes of the resource API: their answers are described only where the API's document is made."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from pydatalab.models.described import DESCRIBED


class Router(APIRouter):
    """A router of ready answers: what a route says of them is for the document alone."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """As FastAPI's, without the shapes of answers in a server."""
        undescribed = {} if DESCRIBED else {"response_model": None, "responses": None}
        super().add_api_route(path, endpoint, **{**options, **undescribed})
