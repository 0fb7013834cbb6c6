"""What the server measures, for Prometheus: ``/metrics``."""

import hmac

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pydatalab.api.deps import Anybody, OpenLab
from pydatalab.errors import Unauthenticated
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.services import access, accounts

router = APIRouter(include_in_schema=False)

KIND = "text/plain; version=0.0.4; charset=utf-8"
"""Of Prometheus' text format."""

LOOPBACK = frozenset({"127.0.0.1", "::1"})
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
BY_A_PROXY = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "via",
)


@router.get("/metrics")
def metrics(request: Request, lab: OpenLab, who: Anybody) -> Response:
    """Everything that is measured. For administrators, who know the token, and programs of this machine."""
    if not (_knows_token(request, lab) or _is_of_this_machine(request)):
        _require_admin(who)
    from pydatalab.api.measured import measured  # no start waits for it

    text = measured(lab, draws=request.app.state.draws)
    return Response(text, media_type=KIND, headers={"Cache-Control": "no-store"})


def _require_admin(who: Person | None) -> None:
    if who is None:
        raise Unauthenticated(
            "Metrics are for administrators: send the key of one, or METRICS_TOKEN."
        )
    access.require_admin(accounts.require_active(who))


def _knows_token(request: Request, lab: Lab) -> bool:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if not lab.metrics_token or kind.lower() != "bearer":
        return False
    return hmac.compare_digest(token.strip().encode(), lab.metrics_token.encode())


def _is_of_this_machine(request: Request) -> bool:
    """Whether a program beside the server asks, by a name that no page elsewhere can have, and no proxy
    hands somebody else's request on."""
    name = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    handed_on = any(header in request.headers for header in BY_A_PROXY)
    client = request.client.host if request.client else ""
    return client in LOOPBACK and name in LOCAL_NAMES and not handed_on
