"""What an import did, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydatalab.models.words import counted
from pydatalab.services.inventory.changes import Change
from pydatalab.services.inventory.entries import Fault
from pydatalab.services.inventory.imports import Outcome
from pydatalab.services.inventory.undoing import Undone

LONGEST = 60

SUMMARY = {
    "new": "new",
    "changed": "changed",
    "adopted": "found in the lab already, and linked",
    "same": "the same as before",
    "vanished": "gone from the export, and marked so",
    "returned": "back in the export",
    "deleted": "deleted in datalab, and left so",
    "overwritten": "where the export overwrote what somebody had edited",
}
"""What is counted, in the order in which it is said."""


def summary(counts: Mapping[str, int]) -> str:
    """The counts of an import in one line."""
    said = [f"{counts[name]:,} {words}" for name, words in SUMMARY.items() if counts.get(name)]
    if faults := counts.get("faults"):
        said.append(f"{counted(faults, 'cell or row', 'cells or rows')} to look at")
    return f"{counted(counts.get('rows', 0), 'row')}: {'; '.join(said) or 'nothing to do'}."


def does_something(counts: Mapping[str, int]) -> bool:
    """Whether an import wrote anything that can be undone."""
    return any(counts.get(name) for name in ("new", "changed", "adopted", "returned", "vanished"))


def lines(outcome: Outcome, *, every_change: bool) -> Iterator[str]:
    """What an import did, or would do, for people."""
    for heading in outcome.missing:
        yield f"The table has no column {heading!r}."
    left = [heading for heading, name in outcome.columns.items() if name is None]
    if left:
        yield f"Kept beside the items, as no field: {', '.join(left)}."
    for change in outcome.changes or ():
        if every_change or change.what not in ("new", "adopted") or change.fields == {}:
            yield from _told(change)
        if change.note:
            yield f"{_of(change)}  {change.note}"
    for fault in outcome.faults:
        yield told_fault(fault)
    yield summary(outcome.counts)


def undone(outcome: Undone) -> str:
    """What the undoing of an import did, in one line."""
    counts = outcome.counts
    removed, back = counts["removed"], counts["restored"]
    said = f"{counted(removed, 'item')} removed, {back:,} put back, {len(outcome.kept):,} kept."
    if not outcome.with_it:
        return said
    return f"{said} Undone with it, as it had completed them: {', '.join(outcome.with_it)}."


def told_fault(fault: Fault) -> str:
    """A fault, by row and column."""
    where = f"row {fault.row}" + (f", column {fault.column}" if fault.column else "")
    return f"{where}: {fault.why}"


def _told(change: Change) -> Iterator[str]:
    place = _of(change)
    if change.what in ("deleted", "vanished"):
        yield f"{place}  {SUMMARY[change.what]}"
    if change.what == "new":
        values = (
            f"; {name}: {_short(value)}"
            for name, (_, value) in change.fields.items()
            if name != "name"
        )
        yield f"{place}  new: {change.name or 'without a name'}{''.join(values)}"
        return
    if change.returned:
        yield f"{place}  {SUMMARY['returned']}"
    if change.what == "adopted":
        yield f"{place}  {SUMMARY['adopted']}"
    for name, (before, after) in change.fields.items():
        edited = " (somebody had edited it)" if name in change.overwritten else ""
        yield f"{place}  {name}: {_short(before)} → {_short(after)}{edited}"
    for name, (mine, said) in change.kept.items():
        yield f"{place}  {name}: {_short(mine)} stays (the export says {_short(said)})"


def _of(change: Change) -> str:
    return f"{f'row {change.row}' if change.row else 'no row'}  {change.item_id}"


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "") else str(value).removesuffix("T00:00:00.000000+00:00")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
