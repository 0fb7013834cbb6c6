"""JSON bodies of existing clients: objects of which unknown keys are passed over."""

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from pydatalab.errors import Invalid

Body = dict[str, Any]


async def json_object(request: Request) -> Body:
    """The body of a request as an object; an empty body is an empty one.

    Raises:
        HTTPException: 415, it is not said to be JSON.
        Invalid: it is no JSON object.
    """
    raw = await request.body()
    if not raw:
        return {}
    if "json" not in request.headers.get("content-type", ""):
        raise HTTPException(415, "Send JSON, with the header Content-Type: application/json.")
    try:
        body = await request.json()
    except ValueError as exc:
        raise Invalid(f"The body is not well-formed JSON: {exc}.") from exc
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object.")
    return body


JsonObject = Annotated[Body, Depends(json_object)]


def required(body: Body, name: str, kind: type = str) -> Any:
    """A key that must be there.

    Raises:
        Invalid: it is missing, or something else.
    """
    value = body.get(name)
    if not isinstance(value, kind) or value == "":
        raise Invalid(f"The body needs the key {name!r}.")
    return value
