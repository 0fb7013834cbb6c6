"""The page itself: its files, and its one document for every address that a browser opens."""

import mimetypes
from contextlib import suppress
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from pydatalab.errors import NotFound

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; worker-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
    "frame-src 'self' blob:; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Nothing from other hosts. Plotly writes style attributes, so styles may stand inline."""

SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}

NOT_BUILT = """<!doctype html><html lang="en"><title>datalab</title><h1>datalab</h1>
<p>The API runs, but the page has not been built: <code>make run</code> does both.</p></html>"""

FOREVER = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class Page:
    """The built page in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def document(self) -> Response:
        """The page, for any of its addresses."""
        index = self._folder / "index.html"
        headers = {**SECURITY, "Cache-Control": "no-cache", "Vary": "Accept"}
        if not index.is_file():
            return HTMLResponse(NOT_BUILT, headers=headers)
        return HTMLResponse(index.read_bytes(), headers=headers)

    def file(self, request: Request, path: str) -> Response:
        """One of the page's files, compressed where the browser can.

        Raises:
            NotFound: the page has no such file.
        """
        found = self._found(path)
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        lasting = path.startswith("assets/")
        caching = {"Cache-Control": FOREVER if lasting else "no-cache", "Vary": "Accept-Encoding"}
        headers = {**SECURITY, **caching}
        accepted = request.headers.get("accept-encoding", "")
        for encoding, ending in ENCODINGS:
            packed = found.with_name(found.name + ending)
            if encoding in accepted and packed.is_file():
                headers["Content-Encoding"] = encoding
                return FileResponse(packed, media_type=kind, headers=headers)
        return FileResponse(found, media_type=kind, headers=headers)

    def _found(self, path: str) -> Path:
        with suppress(OSError, ValueError):  # a name that no file system takes
            found = (self._folder / path).resolve()
            if found.is_relative_to(self._folder) and found.is_file():
                return found
        raise NotFound(f"There is no page /{path[:100]}.")


def wants_page(request: Request) -> bool:
    """Whether a browser opens an address, rather than a script asking for data."""
    return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")
