"""What is kept of imports: what each did, item by item, so that it can be seen and undone.

An import is a document of ``store.imports``; what it did stands in further documents there, some
hundred changes in each, so that none grows large.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydatalab.errors import NotFound
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.inventory import ImportState
from pydatalab.models.times import now
from pydatalab.services import access
from pydatalab.services.inventory.changes import Change
from pydatalab.services.inventory.entries import Fault
from pydatalab.services.inventory.planning import Step
from pydatalab.store.query import Document, Is, OneOf, Order, Query

INNER = frozenset({"item", "row_id", "row_before"})
"""What is kept of a change for its undoing alone."""

IMPORT, PART = "import", "part"
"""The two kinds of documents."""

MOST_IMPORTS = 10_000
"""Imports that are listed."""


@dataclass(frozen=True)
class Source:
    """What is imported."""

    name: str
    """Which inventory: rows that vanish from it are sought among its own."""
    file_name: str
    sha256: str
    sheet: str | None
    columns: Mapping[str, str | None]


class Record:
    """The record of one import, as it goes on."""

    def __init__(
        self,
        lab: Lab,
        source: Source,
        person_id: str | None,
        *,
        preview: bool,
        completes: Sequence[str] = (),
    ) -> None:
        self.id = new_object_id()
        self.counts: Counter[str] = Counter()
        self.completes = list(completes)
        self._lab = lab
        self._parts = 0
        self._document: Document = {
            "immutable_id": self.id,
            "kind": IMPORT,
            "source": source.name,
            "state": "preview" if preview else "running",
            "file": asdict(source),
            "person_id": person_id,
            "started_at": now(),
            "ended_at": None,
            "counts": {},
            "parts": 0,
            "completes": self.completes,
        }
        lab.store.imports.add(self._document)

    def keep(self, steps: Sequence[Step], faults: Sequence[Fault]) -> Document | None:
        """Keep what is about to be done; ``None`` where that is nothing."""
        changes = [_kept(step) for step in steps if step.change.what != "same" or step.row]
        if not changes and not faults:
            return None
        part: Document = {
            "immutable_id": new_object_id(),
            "kind": PART,
            "place": place(self.id, self._parts),
            "changes": changes,
            "faults": [asdict(fault) for fault in faults],
        }
        self._parts += 1
        self._lab.store.imports.add(part)
        return part

    def correct(self, part: Document, steps: Sequence[Step]) -> None:
        """Keep what was done instead, where others' saves came in between."""
        instead = {step.change.key: _kept(step) for step in steps}
        changes = [instead.get(one["key"], one) for one in part["changes"]]
        self._lab.store.imports.replace(part | {"changes": changes})

    def end(self, state: ImportState) -> Document:
        """The import's document, finished."""
        if self._document["state"] != "preview":
            self._document |= {"state": state}
        self._document |= {
            "ended_at": now(),
            "counts": dict(self.counts),
            "parts": self._parts,
        }
        self._lab.store.imports.replace(self._document)
        return self._document


def _kept(step: Step) -> dict[str, Any]:
    """A change, with the row of the inventory as it was."""
    return step.change.as_data() | {
        "item": (step.row or {}).get("item"),
        "row_id": (step.row or {}).get("immutable_id"),
        "row_before": step.row_before,
    }


def counted(change: Change) -> list[str]:
    """The counts to which a change adds."""
    counts: list[str] = [change.what]
    if change.returned:
        counts.append("returned")
    if change.what == "adopted" and change.fields:
        counts.append("changed")
    if change.overwritten:
        counts.append("overwritten")
    return counts


def find_imports(lab: Lab, *, limit: int = 100, previews: bool = False) -> list[Document]:
    """The newest imports first."""
    query = Query(Is("kind", IMPORT), Order("started_at", descending=True), limit=MOST_IMPORTS)
    found = lab.store.imports.find(query).documents
    return [one for one in found if previews or one["state"] != "preview"][:limit]


def get_import(lab: Lab, import_id: str) -> Document:
    """An import by its id, or by the beginning of it.

    Raises:
        NotFound: there is none.
    """
    found = [
        one
        for one in find_imports(lab, limit=MOST_IMPORTS, previews=True)
        if one["immutable_id"].startswith(import_id)
    ]
    if len(found) != 1 or not import_id:
        raise NotFound(
            f"There is no import {import_id}. admin.list-imports shows those that there are."
        )
    return found[0]


def interrupted(lab: Lab, document: Document) -> Document:
    """An import that was killed, with the counts of what it had done by then."""
    import_id = document["immutable_id"]
    counts = Counter({"faults": 0})
    parts = count_parts(lab, import_id)
    for number in range(parts):
        part = get_part(lab, import_id, number)
        counts["faults"] += len(part["faults"])
        for change in _done(lab, import_id, part["changes"]):
            counts.update(counted(change))
    return document | {"state": "interrupted", "counts": dict(counts), "parts": parts}


def _done(lab: Lab, import_id: str, changes: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Those changes of which the row of the inventory, and the item, are as the import wrote them."""
    ids = tuple(one["row_id"] for one in changes if one["row_id"])
    rows = lab.store.inventory_rows.find(
        Query(OneOf("immutable_id", ids), limit=max(len(ids), 1))
    ).documents
    items = {row["item"]: row["immutable_id"] for row in rows if row["import_id"] == import_id}
    there = lab.store.items.find(
        Query(OneOf("immutable_id", tuple(items)), limit=max(len(items), 1), fields=("item_id",)),
        scope=access.WHOLE_LAB,
    ).documents
    written = {items[one["immutable_id"]] for one in there}
    return [
        Change(**{name: value for name, value in one.items() if name not in INNER})
        for one in changes
        if one["row_id"] in written
    ]


def place(import_id: str, number: int) -> str:
    """Where a part of an import is found."""
    return f"{import_id}/{number}"


def count_parts(lab: Lab, import_id: str) -> int:
    """How many parts an import has so far."""
    number = 0
    while lab.store.imports.count(Is("place", place(import_id, number))):
        number += 1
    return number


def get_part(lab: Lab, import_id: str, number: int) -> Document:
    """One part of what an import did, from 0.

    Raises:
        NotFound: there is none of this number.
    """
    return lab.store.imports.get(Is("place", place(import_id, number)))


def remove_previews(lab: Lab, before: str) -> None:
    """Forget the previews that were made before a time."""
    for one in find_imports(lab, limit=MOST_IMPORTS, previews=True):
        if one["state"] == "preview" and one["started_at"] < before:
            for number in range(count_parts(lab, one["immutable_id"])):
                lab.store.imports.remove(Is("place", place(one["immutable_id"], number)))
            lab.store.imports.remove(Is("immutable_id", one["immutable_id"]))
