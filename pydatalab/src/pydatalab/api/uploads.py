"""Files that come in over HTTP, straight from the socket into the file store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from pydatalab.api.forms import FileForm, header_options
from pydatalab.errors import Invalid
from pydatalab.files.names import safe_name
from pydatalab.files.vault import Blob, BlobWriter, Vault

GULP = 1024 * 1024
"""Bytes that are handed to a thread at once: few enough to keep, enough to be worth the hop."""

FORM_ALLOWANCE = 1024 * 1024
"""Bytes by which a form may be longer than its file."""

ONE_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""What the API's document says of the body that ``receive`` takes in."""


@dataclass(frozen=True)
class Received:
    """An upload, whole and in the file store."""

    name: str
    """As the sender calls it, made safe."""

    blob: Blob

    fields: dict[str, str] = field(default_factory=dict)
    """The other fields of the form."""


async def receive(request: Request, vault: Vault, name: str | None = None) -> Received:
    """Take in the one file of a request: the file part of a form, or else the whole body.

    Args:
        request: nothing of its body may have been read.
        vault: where the bytes go.
        name: what to call the file; a form's own name for it yields to this one.

    Raises:
        TooLarge: it is, or says to be, larger than the store accepts.
        Invalid: nobody named the file, the form is damaged or has no file, or it broke off.
        Unavailable: the disk is full.
    """
    kind, options = header_options(request.headers.get("content-type", ""))
    form = FileForm(options.get("boundary", "")) if kind == "multipart/form-data" else None
    if form is None and not name:
        raise Invalid("Send the file as multipart/form-data, or its bytes alone with ?name=.")
    length = request.headers.get("content-length", "")
    if length.isdecimal():
        vault.check_size(int(length) - (FORM_ALLOWANCE if form else 0))
    with await run_in_threadpool(vault.writer) as writer:
        await _take(request, writer, form.file_bytes if form else None)
        if form:
            form.check_whole()
        blob = await run_in_threadpool(writer.finish)
    fields = form.fields if form else {}
    return Received(safe_name(name or (form.name if form else None) or ""), blob, fields)


async def _take(
    request: Request, writer: BlobWriter, file_bytes: Callable[[bytes], list[bytes]] | None
) -> None:
    """The body into the store, a gulp at a time."""
    gulp: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            for piece in file_bytes(chunk) if file_bytes else (chunk,):
                gulp.append(piece)
                size += len(piece)
            if size >= GULP:
                await run_in_threadpool(writer.write, b"".join(gulp))
                gulp, size = [], 0
    except ClientDisconnect:
        raise Invalid("The upload broke off before its end. Send it again.") from None
    if size:
        await run_in_threadpool(writer.write, b"".join(gulp))
