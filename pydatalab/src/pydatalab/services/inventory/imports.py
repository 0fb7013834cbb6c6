"""Importing an inventory: planned and written some hundred containers at a time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from pydatalab.errors import Cancelled, DatalabError, UnreadableFile
from pydatalab.jobs.leases import lease
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.times import as_text
from pydatalab.services.inventory import records
from pydatalab.services.inventory.changes import Change
from pydatalab.services.inventory.entries import Fault, Inventory, read_inventory
from pydatalab.services.inventory.headings import open_table
from pydatalab.services.inventory.planning import AT_ONCE, Planner, Step, in_parts
from pydatalab.services.inventory.records import Record, Source, counted
from pydatalab.services.inventory.writing import write

TRIES = 20
"""How often a container is planned anew when somebody else saves its item in between."""

LEASE_SECONDS = 20.0
"""How long after the death of an import the next one of the same inventory waits at most."""

PREVIEWS_KEPT = timedelta(days=2)


@dataclass
class Outcome:
    """What an import did, or would do."""

    import_id: str | None
    """``None`` of a dry run."""
    source: str
    state: str
    sheet: str | None
    columns: dict[str, str | None]
    missing: list[str]
    counts: Counter[str]
    faults: list[Fault]
    changes: list[Change] | None
    """All but those of containers that stay the same; ``None`` where nobody asked for them."""
    completes: list[str] = field(default_factory=list)
    """Imports of the same file that were killed; they are undone together with this one."""


@dataclass(frozen=True)
class Request:
    """What is to be imported, and for whom."""

    path: Path
    file_name: str
    source: str
    """Name of the inventory."""
    columns: dict[str, str | None]
    sheet: str | None = None
    person_id: str | None = None
    """Who asked for it; ``None`` for a command."""
    changes_wanted: bool = True
    """Whether the outcome lists all changes."""


def dry_run(lab: Lab, request: Request, progress: Progress) -> Outcome:
    """What an import would do; nothing is written.

    Raises:
        UnreadableFile: the file cannot be read, with the reason.
    """
    inventory = _read(request, progress)
    planner = Planner(lab, request.source, "")
    planner.match(inventory)
    outcome = _outcome(request, inventory, None, "dry run")
    for steps in _planned(planner, inventory, progress, "Comparing"):
        _count(outcome, steps)
    outcome.faults += planner.faults
    return outcome


def preview(lab: Lab, request: Request, progress: Progress) -> Outcome:
    """As ``dry_run``, but kept for two days as an import in state ``preview``, to be looked through."""
    records.remove_previews(lab, as_text(datetime.now(UTC) - PREVIEWS_KEPT))
    inventory = _read(request, progress)
    record = Record(lab, _source(request, inventory), request.person_id, preview=True)
    planner = Planner(lab, request.source, record.id)
    planner.match(inventory)
    outcome = _outcome(request, inventory, record, "preview")
    faults = inventory.faults
    for steps in _planned(planner, inventory, progress, "Comparing"):
        record.keep(steps, faults)
        faults = []
        _count(outcome, steps)
    record.end("preview")
    return outcome


def run(lab: Lab, request: Request, progress: Progress) -> Outcome:
    """Import an inventory.

    Raises:
        UnreadableFile: the file cannot be read, with the reason.
        Conflict: somebody imports this inventory at the moment.
        Cancelled: somebody asked to stop; what was imported so far stays, and can be undone.
    """
    inventory = _read(request, progress)
    with alone(lab, request.source):
        source = _source(request, inventory)
        record = Record(
            lab, source, request.person_id, preview=False, completes=_end_interrupted(lab, source)
        )
        planner = Planner(lab, request.source, record.id)
        with _ended(record):
            planner.match(inventory)
            outcome = _outcome(request, inventory, record, "done")
            outcome.completes = record.completes
            faults = list(inventory.faults)
            for steps in _planned(planner, inventory, progress, "Importing"):
                _count(outcome, _written(lab, request, planner, record, steps, faults))
                faults = []
            outcome.faults += planner.faults
    return outcome


def _read(request: Request, progress: Progress) -> Inventory:
    with open_table(request.path, request.sheet, request.columns) as sheet:
        inventory = read_inventory(sheet, request.columns, progress)
    if not inventory.entries:
        raise UnreadableFile("It has no rows of containers below its headings.")
    return inventory


def _source(request: Request, inventory: Inventory) -> Source:
    with request.path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Source(request.source, request.file_name, digest, inventory.sheet, inventory.columns)


def _outcome(request: Request, inventory: Inventory, record: Record | None, state: str) -> Outcome:
    counts = record.counts if record else Counter[str]()
    counts["rows"] = len(inventory.entries)
    counts["faults"] = len(inventory.faults)
    return Outcome(
        import_id=record.id if record else None,
        source=request.source,
        state=state,
        sheet=inventory.sheet,
        columns=inventory.columns,
        missing=inventory.missing,
        counts=counts,
        faults=list(inventory.faults),
        changes=[] if request.changes_wanted else None,
    )


def _count(outcome: Outcome, steps: Sequence[Step]) -> None:
    for step in steps:
        outcome.counts.update(counted(step.change))
    if outcome.changes is not None:
        told = (step.change for step in steps if _is_told(step.change))
        outcome.changes += map(_slim, told) if outcome.state == "done" else told


def _is_told(change: Change) -> bool:
    return change.what != "same" or change.returned or bool(change.kept)


def _slim(change: Change) -> Change:
    """A new item without its fields: once it is made it says them itself."""
    return replace(change, fields={}) if change.what == "new" else change


def _planned(
    planner: Planner, inventory: Inventory, progress: Progress, doing: str
) -> Iterator[list[Step]]:
    total = len(inventory.entries)
    for number, entries in enumerate(in_parts(inventory.entries, AT_ONCE)):
        progress.tell(doing, number * AT_ONCE, total)
        yield planner.plan(entries)
    for steps in planner.gone():
        progress.tell("Looking for what is gone", total, total)
        yield steps


def _written(
    lab: Lab,
    request: Request,
    planner: Planner,
    record: Record,
    steps: list[Step],
    faults: list[Fault],
) -> list[Step]:
    """The steps that were taken in the end: those that others came before are planned anew."""
    part = record.keep(steps, faults)
    taken = {step.change.key: step for step in steps}
    lost = write(lab, steps, request.person_id)
    for _ in range(TRIES):
        if not lost:
            return list(taken.values())
        again = planner.plan_again([step.entry for step in lost if step.entry])
        if part:
            record.correct(part, again)
        taken |= {step.change.key: step for step in again}
        lost = write(lab, again, request.person_id)
    for step in lost:
        why = "Others keep saving this item. Import again."
        planner.faults.append(Fault(step.change.row or 0, None, "", why))
    left = {id(step) for step in lost}
    return [step for step in taken.values() if id(step) not in left]


@contextmanager
def _ended(record: Record) -> Iterator[None]:
    """The record says in the end how it went."""
    try:
        yield
    except Cancelled as exc:
        record.end("cancelled")
        raise Cancelled(
            "Stopped: what was imported by then stays. Import the file again for the rest of it, or undo"
            f" what came: pydatalab admin.undo-import {record.id}"
        ) from exc
    except DatalabError:
        record.end("failed")
        raise
    record.end("done")


def alone(lab: Lab, source: str) -> AbstractContextManager[None]:
    """Nobody else imports this inventory meanwhile.

    Raises:
        Conflict: somebody does.
    """
    return lease(lab.store, f"inventory {source}", seconds=LEASE_SECONDS)


def _end_interrupted(lab: Lab, source: Source) -> list[str]:
    """End the imports of this inventory that say to be running: nobody else holds the lease, so they
    were killed.

    Returns:
        Those of them that imported this very file, and are completed by importing it again.
    """
    completed = []
    for one in records.find_imports(lab, limit=records.MOST_IMPORTS):
        if one["source"] == source.name and one["state"] == "running":
            lab.store.imports.replace(records.interrupted(lab, one))
            if one["file"]["sha256"] == source.sha256:
                completed.append(one["immutable_id"])
    return completed
