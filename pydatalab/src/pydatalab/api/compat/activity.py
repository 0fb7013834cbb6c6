"""How many items are made each day."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pydatalab.api.compat.bodies import how_many
from pydatalab.api.compat.envelope import ok
from pydatalab.api.deps import CurrentPerson, OpenLab
from pydatalab.services import activity

router = APIRouter()


@router.get("/info/user-activity")
def everybodys(request: Request, lab: OpenLab, _: CurrentPerson, months: str = "12") -> Response:
    """Items by day in the whole lab."""
    return _counted(request, lab, how_many(months, 12), None)


@router.get("/users/{person_id}/activity")
def somebodys(
    person_id: str, request: Request, lab: OpenLab, who: CurrentPerson, months: str = "12"
) -> Response:
    """Items of a person by day: one's own, or anybody's as an administrator."""
    activity.require_own(who, person_id)
    return _counted(request, lab, how_many(months, 12), person_id)


Counts = dict[tuple[int, str | None], dict[str, int]]
"""By months and person."""


def _counted(request: Request, lab: OpenLab, months: int, person_id: str | None) -> Response:
    """Counted once a day: it may take a second where there are very many items."""
    today, asked = datetime.now(UTC).date(), (min(months, activity.LONGEST), person_id)
    day, before = getattr(request.app.state, "activity", (today, {}))
    counts: Counts = before if day == today else {}
    if asked not in counts:
        counts[asked] = activity.items_per_day(lab, *asked)
    request.app.state.activity = today, counts
    return ok({"data": counts[asked]})
