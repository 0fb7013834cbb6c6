"""Answers and errors in the one envelope that all existing clients understand."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pydatalab import errors
from pydatalab.api.problems import AGAIN, count_store_error, refusal, status_of, write_down
from pydatalab.models.faults import faults, said

STATUS: Mapping[type[errors.DatalabError], int] = {errors.Invalid: 400}
"""Where existing clients expect another status than the resource API gives."""


def ok(content: Mapping[str, Any], status: int = 200) -> Response:
    """A success; keys are sorted, as they always were."""
    body = orjson.dumps({"status": "success", **content}, option=orjson.OPT_SORT_KEYS)
    return Response(body, status, media_type="application/json")


def bare(content: Any, status: int = 200) -> Response:
    """An answer without envelope."""
    body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return Response(body, status, media_type="application/json")


def error(status: int, message: str, **more: Any) -> Response:
    """A failure; ``error`` repeats the message for clients that look there."""
    body = {**more, "status": "error", "message": message, "error": message}
    body.setdefault("title", errors_title(status))
    answer = bare(body, status)
    answer.headers.update(AGAIN if status == 503 else {})
    return answer


def errors_title(status: int) -> str:
    """The short name of a status, as the former framework called it."""
    names = {
        400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound",
        409: "Conflict", 413: "RequestEntityTooLarge", 415: "UnsupportedMediaType",
    }  # fmt: skip
    return names.get(status, "Error")


def status_here(problem: errors.DatalabError) -> int:
    """The status that existing clients expect of an error."""
    return STATUS.get(type(problem), status_of(problem))


def install(app: FastAPI) -> None:
    """Let every error of this application end in the envelope."""
    app.add_exception_handler(errors.DatalabError, _known)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _mistake)


def _known(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, errors.DatalabError)
    count_store_error(request, problem)
    return error(status_here(problem), problem.message, **dict(problem.details))


def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    answer = error(problem.status_code, refusal(request, problem))
    answer.headers.update(problem.headers or {})
    return answer


def _unfit(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)
    found = [{**one, "loc": one["loc"][-1:]} for one in faults(problem.errors())]
    return error(400, f"{said(found, 'the request')}.")


def _mistake(request: Request, problem: Exception) -> Response:
    request_id = write_down(request, problem)
    said = f"The server made a mistake. Quote {request_id} to whoever runs it."
    return error(500, said, mistake=request_id)
