"""Which backups of a strategy are kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydatalab.models.strategies import Retention

Period = Callable[[datetime], tuple[int, ...]]

PERIODS: dict[str, Period] = {
    "daily": lambda at: (at.year, at.month, at.day),
    "weekly": lambda at: at.isocalendar()[:2],
    "monthly": lambda at: (at.year, at.month),
    "yearly": lambda at: (at.year,),
}
"""The day, week (from Monday), month and year of a moment."""


@dataclass(frozen=True)
class Aged:
    """A whole backup."""

    name: str
    at: datetime
    """The moment that it shows."""


def kept(backups: Sequence[Aged], retention: Retention) -> frozenset[str]:
    """The names of those that stay, whichever rule keeps them; days are those of UTC.

    Args:
        backups: in the order in which they were made, the oldest first. It is this order that says
            which is newer, whatever the clock said.
        retention: how many stay.
    """
    newest_first = list(reversed(backups))
    names = {one.name for one in newest_first[: max(retention.newest, 1)]}
    for rule, period in PERIODS.items():
        names |= _last_of_each(newest_first, period, getattr(retention, rule))
    return frozenset(names)


def _last_of_each(newest_first: Iterable[Aged], period: Period, number: int) -> set[str]:
    """The newest of each of the last so many periods that have one."""
    last: dict[tuple[int, ...], str] = {}
    for one in newest_first:
        last.setdefault(period(one.at.astimezone(UTC)), one.name)
    return set(list(last.values())[:number])
