"""What went wrong, as an answer: RFC 9457 problem details, and the status of each error."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pydatalab import errors
from pydatalab.api.answers import Json
from pydatalab.api.route_names import note_route
from pydatalab.models.faults import faults, said
from pydatalab.watch.measures import STORE_ERRORS
from pydatalab.watch.trace import Trace, current_trace, new_request_id

log = logging.getLogger(__name__)

KIND = "application/problem+json"

STATUS: Mapping[type[errors.DatalabError], int] = {
    errors.NotFound: 404,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooLarge: 413,
    errors.UnreadableFile: 422,
    errors.NoData: 422,
    errors.LimitExceeded: 422,
    errors.Unavailable: 503,
}

TITLES = {
    400: "This is no proper request",
    401: "Sign in first",
    403: "You may not do this",
    404: "There is no such thing, or you may not see it",
    405: "This cannot be done here",
    409: "This clashes with what is there",
    413: "Too large",
    415: "Not in this form",
    422: "This cannot be used",
    500: "The server made a mistake",
    503: "Not available for the moment",
}


AGAIN = {"Retry-After": "5"}
"""Header for those who may come back: in how many seconds."""


def status_of(error: errors.DatalabError) -> int:
    """The HTTP status of an error: that of the nearest class in the tree."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def details_of(
    status: int, detail: str, details: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Problem details as RFC 9457 has them, with more for programs."""
    title = TITLES.get(status, "The request was refused")
    known = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return {**(details or {}), **known}


def problem(status: int, detail: str, details: Mapping[str, Any] | None = None) -> Response:
    """Problem details as an answer."""
    body = details_of(status, detail, details)
    headers = AGAIN if status == 503 else None
    return Json(body, status, media_type=KIND, headers=headers)


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "What was wrong with the request",
        "content": {KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""How refusals stand in the document of the resource API."""


def install(app: FastAPI) -> None:
    """Let every error of this application end in problem details."""
    app.add_exception_handler(errors.DatalabError, _known)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _mistake)


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DatalabError)
    count_store_error(request, error)
    return problem(status_of(error), error.message, error.details)


def _unfit(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = faults(error.errors())
    # The first part of a place says whether it is in the address or the body.
    inside = [{**one, "loc": one["loc"][1:] or one["loc"]} for one in found]
    return problem(422, f"This cannot be used: {said(inside, 'the request')}.", {"errors": found})


def refusal(request: Request, error: HTTPException) -> str:
    """Why the framework refused a request, in a sentence."""
    in_words = {
        "Not Found": f"There is nothing at {request.url.path[:200]}.",
        "Method Not Allowed": f"{request.method} is not among what can be done here.",
    }
    return in_words.get(error.detail, error.detail)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, refusal(request, error))
    answer.headers.update(error.headers or {})
    return answer


def _mistake(request: Request, error: Exception) -> Response:
    return mistake(write_down(request, error))


def mistake(request_id: str) -> Response:
    """What is said of a mistake of ours: the log has the rest, beside the request's id."""
    return problem(
        500,
        "The server made a mistake. Nothing was lost;"
        f" if it stays, quote {request_id} to whoever runs it.",
        {"mistake": request_id},
    )


def write_down(request: Request, error: Exception) -> str:
    """Put a mistake of ours into the log, and count it if the database made it.

    Returns:
        The request's id, under which it stands there.
    """
    trace = current_trace() or Trace(new_request_id())
    if trace.told:  # by an application within this one
        return trace.request_id or ""
    note_route(request.scope)
    count_store_error(request, error)
    told = {"exc_info": error, "extra": {"trace": trace}}
    log.error("A mistake at %s %s", request.method, request.url.path, **told)  # type: ignore[arg-type]
    trace.told = True
    return trace.request_id or ""


def count_store_error(request: Request, error: Exception) -> None:
    """Count an error of the database: that it is away, or another."""
    away = isinstance(error, errors.DatabaseAway)
    if away or type(error).__module__.partition(".")[0] in {"sqlite3", "pymongo"}:
        request.app.state.lab.measures.count(STORE_ERRORS, "away" if away else "error")
