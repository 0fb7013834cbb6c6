"""Blobs that the nginx in front sends itself, from the file store, once we said who may have them."""

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from pydatalab.files.shelves import key_of
from pydatalab.files.vault import Vault

HEADER = "X-Accel-Redirect"
PLACE = "/x-accel/"
"""Where nginx has the folder of the file store, for such answers alone (``internal``)."""

_ASKED = "x_accel"


class Accelerated:
    """Lets an application hand blobs over to nginx."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, _ASKED: True}, receive, send)


def place_for_nginx(request: Request, vault: Vault, sha256: str, size: int) -> str | None:
    """Where nginx finds the bytes of an answer; ``None`` where we send them ourselves.

    That is so without nginx, where the store is not on this machine, and for what is but the beginning
    of a blob.
    """
    if not request.scope.get(_ASKED) or vault.path(sha256) is None:
        return None
    return PLACE + key_of(sha256) if vault.size(sha256) == size else None
