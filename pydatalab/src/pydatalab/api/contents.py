"""Bytes of files as answers: whole, in ranges, or many in one archive."""

import mimetypes
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any, cast
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from pydatalab.api import accel
from pydatalab.api.answers import not_modified
from pydatalab.errors import NotFound
from pydatalab.files.names import ascii_name
from pydatalab.files.vault import Vault
from pydatalab.models.files import bytes_at

SHOWN_INLINE = re.compile(
    r"^(image/(png|jpeg|gif|webp|tiff|bmp)|video/|audio/|application/pdf$|text/plain)"
)
"""Types that a browser may show as part of the lab's own page: none that can run code."""

SCRIPT = re.compile(r"javascript|ecmascript")
"""Types that a page of the lab could load as its own program, whatever else is said of them."""

UNKNOWN = "application/octet-stream"

RANGE = re.compile(r"^bytes=([0-9]{0,18})-([0-9]{0,18})$")


def content_response(
    request: Request,
    vault: Vault,
    file: dict[str, Any],
    download: bool,
    revision: int | None = None,
) -> Response:
    """A file's bytes, those of a former revision, or the range of them that was asked for.

    Raises:
        NotFound: it had no such revision, or its bytes are gone.
    """
    sha256 = file["checksums"]["sha256"]
    size = vault.size(sha256)
    if revision is not None:
        sha256, size = _place(file, revision)
    etag = f'"{sha256}-{size}"' if revision is not None else f'"{sha256}"'
    name = file.get("original_name") or file["name"]
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    }
    if not_modified(request, etag):
        return Response(status_code=304, headers=headers)
    kind = _kind(name)
    inline = not download and bool(SHOWN_INLINE.match(kind))
    headers["Content-Disposition"] = disposition(name, inline=inline)
    if place := accel.place_for_nginx(request, vault, sha256, size):
        del headers["Accept-Ranges"]  # which nginx says by itself
        return Response(headers={**headers, accel.HEADER: place}, media_type=kind)
    part = _range(request, etag, size)
    if part is None:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status_code=416, headers=headers)
    start, end = part
    headers["Content-Length"] = str(end - start)
    partial = (start, end) != (0, size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 206 if partial else 200
    if request.scope.get("headers_only"):
        return Response(status_code=status, headers=headers, media_type=kind)
    body = vault.read_range(sha256, start, end - start)
    return StreamingResponse(body, status, headers=headers, media_type=kind)


def _place(file: dict[str, Any], revision: int) -> tuple[str, int]:
    """Where the bytes of a revision are, and how many."""
    found = bytes_at(file, revision)
    if found is None:
        raise NotFound(f"The file had no revision {revision}.")
    return found


def _kind(name: str) -> str:
    """The type of a file, told from its name; a program is mere bytes."""
    kind = mimetypes.guess_type(name)[0] or UNKNOWN
    return UNKNOWN if SCRIPT.search(kind) else kind


def _range(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last; ``None`` for a range outside of the file."""
    asked = request.headers.get("range", "")
    match = RANGE.match(asked)
    if not match or match[0] == "bytes=-" or request.headers.get("if-range", etag) != etag:
        return 0, size
    first, last = match.groups()
    if not first:
        length = int(last)
        return (max(size - length, 0), size) if length and size else None
    if last and int(last) < int(first):
        return 0, size
    start, end = int(first), min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None


def disposition(name: str, *, inline: bool = False) -> str:
    """How a browser treats a file, with its name in full and, for old ones, in ASCII."""
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


Parts = Iterable[tuple[str, str | None, Iterable[bytes]]]
"""Names in an archive, when each was changed, if known, and its bytes piece by piece."""

FIRST_DATE, LAST_DATE = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)
"""What a zip archive can hold."""


def archive_response(name: str, parts: Parts, media_type: str = "application/zip") -> Response:
    """One zip archive, made while it is sent."""
    headers = {"Content-Disposition": disposition(name)}
    return StreamingResponse(_archive(parts), headers=headers, media_type=media_type)


class _Outbox:
    """Takes what ``zipfile`` writes, until it is sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def _archive(parts: Parts) -> Iterator[bytes]:
    outbox = _Outbox()
    with zipfile.ZipFile(cast(IO[bytes], outbox), "w", zipfile.ZIP_STORED) as archive:
        for name, changed, pieces in parts:
            info = zipfile.ZipInfo(name, _zip_date(changed))
            with archive.open(info, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    yield outbox.taken()
    yield outbox.taken()


def _zip_date(changed: str | None) -> tuple[int, int, int, int, int, int]:
    """A time as zip archives have it: in UTC."""
    if changed is None:
        return FIRST_DATE
    utc = datetime.fromisoformat(changed).astimezone(UTC)
    date = (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    return min(max(date, FIRST_DATE), LAST_DATE)
