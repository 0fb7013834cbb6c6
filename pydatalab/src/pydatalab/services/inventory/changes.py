"""What an export changes in an item: three states are compared, field by field.

What the export said last, what it says now, and what the item holds. What the export changed is
taken over; what people changed since, and the export has not, is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydatalab.services.inventory.values import same

What = Literal["new", "changed", "adopted", "same", "deleted", "vanished"]


@dataclass
class Change:
    """What becomes of one container."""

    what: What
    """``adopted``: an item that was there before its inventory; ``deleted``: people deleted the item,
    and it stays so."""

    row: int | None
    """Row of the export; ``None`` where it has none any more."""

    key: str
    refcode: str
    item_id: str
    name: str | None

    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Before and after of each field that changes."""

    overwritten: list[str] = field(default_factory=list)
    """Fields among these that people had edited."""

    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Fields where the item differs and stays as it is: what it holds, what the export says."""

    returned: bool = False
    """Whether it had vanished from the export and is there again."""

    note: str | None = None

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Merged:
    """Three states put together."""

    fields: dict[str, tuple[Any, Any]]
    overwritten: list[str]
    kept: dict[str, tuple[Any, Any]]


def merged(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    item: Mapping[str, Any],
    *,
    clears: bool = True,
) -> Merged:
    """What changes in an item.

    Args:
        before: what the export said last, of the fields that it said.
        now: what it says; a field that it does not carry is missing.
        item: what the item holds.
        clears: whether a cell that was emptied clears the field.
    """
    fields: dict[str, tuple[Any, Any]] = {}
    overwritten: list[str] = []
    kept: dict[str, tuple[Any, Any]] = {}
    for name, value in now.items():
        mine = item.get(name)
        if same(name, mine, value) or (value is None and not (clears and name in before)):
            continue
        if name not in before and mine not in (None, ""):
            kept[name] = (mine, value)
        elif name not in before or not same(name, before[name], value):
            fields[name] = (mine, value)
            if name in before and not same(name, before[name], mine):
                overwritten.append(name)
    return Merged(fields, overwritten, kept)
