"""Names of backups: ``<strategy>-<UTC time>.tar.zst``. Their order is that in which they were made."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

TIME = "%Y%m%dT%H%M%SZ"
ENDING = re.compile(r"-(?P<time>\d{8}T\d{6}Z)(?P<ending>\.tar(\.gz|\.zst)?(\.age)?|\.json)")


def name_for(strategy: str, at: datetime, others: Iterable[str], ending: str) -> str:
    """The name of a new backup: later than those of all others, though the clock was set back.

    Args:
        strategy: its name begins with this.
        at: now.
        others: names of backups that were made before.
        ending: what the name ends with: ``.tar.zst``.
    """
    times = [time for name in others if (time := time_in(name, strategy))]
    after_all = max(times, default=datetime.min.replace(tzinfo=UTC)) + timedelta(seconds=1)
    return f"{strategy}-{max(at, after_all).astimezone(UTC).strftime(TIME)}{ending}"


def time_in(name: str, strategy: str) -> datetime | None:
    """The time in the name of a backup of this strategy; nothing if it is none of them."""
    file = name.rpartition("/")[2]
    found = ENDING.fullmatch(file, len(strategy)) if file.startswith(strategy) else None
    if found is None:
        return None
    try:
        return datetime.strptime(found["time"], TIME).replace(tzinfo=UTC)
    except ValueError:  # the 31st of February, say
        return None
