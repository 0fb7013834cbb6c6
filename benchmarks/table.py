"""What a benchmark gives, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured number."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    """What the value must not exceed; ``None`` if it is only reported."""

    @property
    def holds(self) -> bool:
        """Whether the value is within its limit."""
        return self.limit is None or self.value <= self.limit


def print_table(title: str, rows: Iterable[Row]) -> None:
    """Show rows as text, those beyond their limit marked."""
    shown = [(row.what, f"{row.value:,.2f} {row.unit}", _verdict(row)) for row in rows]
    widths = [max((len(line[at]) for line in shown), default=0) for at in range(3)]
    print(f"\n{title}")
    for what, value, verdict in shown:
        print(f"  {what:<{widths[0]}}  {value:>{widths[1]}}  {verdict}".rstrip())


def _verdict(row: Row) -> str:
    if row.limit is None:
        return ""
    return f"{'at most' if row.holds else 'TOO MUCH, at most'} {row.limit:g}"
