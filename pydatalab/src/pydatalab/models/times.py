"""Times as the lab writes them: UTC, to the millisecond, in a text that sorts as the times do."""

from datetime import UTC, datetime


def now() -> str:
    """This moment."""
    return as_text(datetime.now(UTC))


def as_text(time: datetime) -> str:
    """``2026-11-22T15:23:37.025000+00:00``; a time without zone is taken as UTC."""
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    utc = aware.astimezone(UTC)
    milliseconds = utc.replace(microsecond=utc.microsecond // 1000 * 1000)
    return milliseconds.isoformat(timespec="microseconds")
