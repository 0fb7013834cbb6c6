"""How much is done in the lab, by day."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from pydatalab.errors import Forbidden
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.times import as_text
from pydatalab.services import access
from pydatalab.store.query import Between, Condition, Every, Is, Order, Query

MONTH = timedelta(days=30)
LONGEST = 120
"""Months that are counted at most."""


def items_per_day(lab: Lab, months: int, creator_id: str | None = None) -> dict[str, int]:
    """How many items bear the date of each of the last days, whoever may see them.

    Args:
        months: of 30 days, up to today.
        creator_id: count only those of this person.

    Returns:
        Counts by day, ``2026-11-22``; days without items are left out.
    """
    today = datetime.now(UTC)
    begin = today - MONTH * min(max(months, 1), LONGEST)
    conditions: list[Condition] = [Between("date", as_text(begin), as_text(today))]
    if creator_id:
        conditions.append(Is("creator_ids", creator_id))
    found: Counter[str] = Counter()
    after: str | None = None
    while True:
        query = Query(Every(tuple(conditions)), Order("date"), 5_000, after, fields=("date",))
        page = lab.store.items.find(query, scope=access.ALL_SHOWN)
        found.update(one["date"][:10] for one in page.documents)
        after = page.next_cursor
        if after is None:
            return dict(found)


def require_own(who: Person, person_id: str) -> None:
    """Go on only for the person themselves, or an administrator.

    Raises:
        Forbidden: it is somebody else.
    """
    if person_id != who.immutable_id and not who.is_admin:
        raise Forbidden("What somebody does each day is shown to themselves alone.")
