"""Answers that are ready as they are: JSON by orjson, files, and what is cached."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import Response


class Json(Response):
    """A JSON answer. Documents of the lab are JSON already, so nothing is validated again."""

    media_type = "application/json"

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """What one person may see is kept for nobody else, and asked for again."""
        super().init_headers({"Cache-Control": "private, no-cache", **(headers or {})})

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def tagged(content: Mapping[str, Any], status: int = 200) -> Json:
    """A thing that counts its edits, with its ETag."""
    return Json(content, status, headers={"ETag": f'"{content["edit"]}"'})


def listed(
    items: list[Any], next_cursor: str | None = None, total: int | None = None, exact: bool = True
) -> Json:
    """A page of a list."""
    return Json(
        {"items": items, "next_cursor": next_cursor, "total": total, "total_is_exact": exact}
    )


def takes_gzip(request: Request) -> bool:
    """Whether the caller unpacks ``gzip``."""
    accepted = request.headers.get("accept-encoding", "").lower()
    for one in accepted.split(","):
        name, _, quality = one.partition(";")
        if name.strip() in {"gzip", "*"}:
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", quality)
    return False


def not_modified(request: Request, etag: str) -> bool:
    """Whether the caller has this version already."""
    known = request.headers.get("if-none-match", "")
    return etag in {one.strip().removeprefix("W/") for one in known.split(",")}
