"""Messages between the API, the host and its workers: JSON with its length before it.

Layout
    Four bytes, big-endian: the length; then so many bytes of JSON in UTF-8.
    A job is ``{"function", "arguments", "seconds"}``, an answer ``{"value"}`` or
    ``{"error", "message", "details"}``.
"""

import socket
import struct
from typing import Any

import orjson

from pydatalab import errors

LENGTH = struct.Struct(">I")


def message(content: Any) -> bytes:
    """What goes over the wire for ``content``; numpy's numbers become plain ones, NaN null."""
    body = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
    return LENGTH.pack(len(body)) + body


def receive(connection: socket.socket) -> bytes | None:
    """The next message's JSON; ``None`` where the other side is gone."""
    start = _exactly(connection, LENGTH.size)
    return None if start is None else _exactly(connection, LENGTH.unpack(start)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    whole = bytearray()
    while len(whole) < size:
        piece = connection.recv(size - len(whole))
        if not piece:
            return None
        whole += piece
    return bytes(whole)


def failure(error: errors.DatalabError) -> dict[str, Any]:
    """The answer of a job that failed."""
    return {
        "error": type(error).__name__,
        "message": error.message,
        "details": dict(error.details),
    }


def value_of(answer: bytes) -> Any:
    """What a job gave.

    Raises:
        DatalabError: what it failed with.
    """
    content = orjson.loads(answer)
    if "error" not in content:
        return content["value"]
    kind = getattr(errors, content["error"], None)
    if not (isinstance(kind, type) and issubclass(kind, errors.DatalabError)):
        kind = errors.UnreadableFile
    raise kind(content["message"], **content["details"])
