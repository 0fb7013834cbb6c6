"""JSON bodies of existing clients: objects of which unknown keys are passed over."""

from typing import Annotated, Any

from fastapi import Depends, Request

from pydatalab.api.bodies import body_of, parsed
from pydatalab.errors import Invalid

Body = dict[str, Any]


async def json_object(request: Request) -> Body:
    """The body of a request as an object; an empty body is an empty one.

    Raises:
        HTTPException: 415, it is not said to be JSON; 400, it is none; 413, it is too long.
        Invalid: it is no JSON object.
    """
    raw = await body_of(request)
    body = parsed(raw) if raw else {}
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


def how_many(text: str, otherwise: int = 100) -> int:
    """A number of results as clients ask for it; ``otherwise`` where it is no number."""
    plain = text.isascii() and text.isdecimal() and len(text) < 10
    return min(max(int(text), 1), 10_000) if plain else otherwise
