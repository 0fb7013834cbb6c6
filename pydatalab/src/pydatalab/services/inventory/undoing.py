"""Undoing an import: all that it did and nobody has changed since is put back.

It can be killed and begun again: what has been put back already is found so, and left.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.times import now
from pydatalab.services import access, items, versions
from pydatalab.services.inventory import records
from pydatalab.services.inventory.imports import alone
from pydatalab.services.inventory.planning import UNDONE
from pydatalab.services.inventory.values import same
from pydatalab.services.inventory.writing import AGENT
from pydatalab.store.query import Document, Every, Is, OneOf, Query, Some

UNDOABLE = frozenset({"done", "cancelled", "interrupted", "failed", "undoing"})

MOST_USERS = 10_000
"""Items that are looked at for what they were made from."""

TRIES = 20
"""How often it is tried anew when somebody else saves an item in between."""


@dataclass
class Undone:
    """What the undoing of an import did."""

    import_id: str
    counts: Counter[str] = field(default_factory=Counter)
    kept: list[dict[str, Any]] = field(default_factory=list)
    """What people had changed since, and stays: ``refcode``, ``item_id``, ``fields``, ``why``."""
    with_it: list[str] = field(default_factory=list)
    """Imports that were killed, that this one completed, and that were undone together with it."""


def undo(lab: Lab, import_id: str, person_id: str | None, progress: Progress) -> Undone:
    """Undo a whole import, the last change first, and then those that it completed.

    Raises:
        NotFound: there is no such import.
        Conflict: it was undone already, or its inventory is being imported at the moment.
        Cancelled: somebody asked to stop; begun again, it goes on where it was.
    """
    document = records.get_import(lab, import_id)
    with alone(lab, document["source"]):
        document = records.get_import(lab, document["immutable_id"])
        if document["state"] == "running":  # nobody holds its lease: it was killed
            document = records.interrupted(lab, document)
        if document["state"] not in UNDOABLE:
            raise Conflict(f"This import is {document['state']}: there is nothing to undo.")
        completed = list(_completed(lab, document))
        undone = Undone(
            document["immutable_id"], with_it=[one["immutable_id"] for one in completed]
        )
        for one in (document, *completed):
            lab.store.imports.replace(one | {"state": "undoing"})
            _undo_parts(lab, undone, one["immutable_id"], person_id, progress)
        ended = {"state": "undone", "undone_at": now(), "undone_counts": dict(undone.counts)}
        for one in (*completed, document):  # this one last: until then it can be begun again
            lab.store.imports.replace(one | ended)
    return undone


def _completed(lab: Lab, document: Document) -> Iterator[Document]:
    """The imports that an import completed, the newest first, as far as they are not undone."""
    for import_id in document.get("completes", ()):
        one = records.get_import(lab, import_id)
        if one["state"] in UNDOABLE:
            yield one
        yield from _completed(lab, one)


def _undo_parts(
    lab: Lab, undone: Undone, import_id: str, person_id: str | None, progress: Progress
) -> None:
    total = records.count_parts(lab, import_id)
    for done, number in enumerate(reversed(range(total))):
        progress.tell("Undoing", done, total)
        part = records.get_part(lab, import_id, number)
        _undo_part(lab, undone, import_id, part, person_id)


@dataclass
class _Verdict:
    """What becomes of one item."""

    before: Document
    after: Document | None = None
    """``None`` where it stays as it is."""
    kept: dict[str, Any] | None = None


def _undo_part(
    lab: Lab, undone: Undone, import_id: str, part: Document, person_id: str | None
) -> None:
    changes = part["changes"]
    made = [one["refcode"] for one in changes if one["what"] == "new"]
    rows = _rows(lab, changes)
    for _ in range(TRIES):
        items_now = _items(lab, changes)
        touched = _touched(lab, made, items_now)
        verdicts = [
            _taken_away(item, touched, import_id)
            if change["what"] == "new"
            else _put_back(lab, change["fields"], item)
            for change in changes
            if (item := items_now.get(change["refcode"])) and not item.get("deleted_at")
        ]
        undone.counts.update(_written(lab, verdicts, person_id))
        if not any(verdict.after for verdict in verdicts):
            break
    told = {(one["refcode"], *one["fields"]) for one in undone.kept}
    kept = [one.kept for one in verdicts if one.kept]
    undone.kept += [one for one in kept if (one["refcode"], *one["fields"]) not in told]
    undone.counts["kept"] = len(undone.kept)
    stay = {one["refcode"] for one in undone.kept if not one["fields"]}
    _put_rows_back(lab, [c for c in changes if c["refcode"] not in stay], rows, import_id)


def _touched(lab: Lab, made: Sequence[str], found: Mapping[str, Document]) -> dict[str, str]:
    """Why items that the import made cannot go, by refcode: people have done something with them."""
    first = {one["refcode"]: one["data"] for one in _first_versions(lab, made)}
    why = {
        code: "It was changed since."
        for code in made
        if code in found and (code not in first or versions.differs(first[code], found[code]))
    }
    where = Some((OneOf("derived.made_from", tuple(made)), OneOf("derived.part_of", tuple(made))))
    users = lab.store.items.find(
        Query(where, limit=MOST_USERS, fields=("derived",)), scope=access.WHOLE_LAB
    ).documents
    named = {
        code
        for user in users
        for code in (*user["derived"]["made_from"], *user["derived"]["part_of"])
    }
    return dict.fromkeys(named & set(made), "Another item names it.") | why


def _taken_away(item: Document, touched: Mapping[str, str], import_id: str) -> _Verdict:
    """A new item, hidden again if it is as the import made it."""
    if item["refcode"] in touched:
        return _Verdict(item, kept=_kept(item, [], touched[item["refcode"]]))
    return _Verdict(item, item | {"deleted_at": now(), "deleted_by": None, UNDONE: import_id})


def _put_back(lab: Lab, fields: Mapping[str, Sequence[Any]], item: Document) -> _Verdict:
    """An item with the fields that it had before, but for those that were changed since."""
    stands = {
        name: (old, new)
        for name, (old, new) in fields.items()
        if not same(name, item.get(name), old)
    }
    back = {name: old for name, (old, new) in stands.items() if same(name, item.get(name), new)}
    later = sorted(stands.keys() - back.keys())
    kept = _kept(item, later, "They were changed since.") if later else None
    return _Verdict(
        item, items.with_changes(lab, access.OPERATOR, item, back) if back else None, kept
    )


def _kept(item: Document, fields: list[str], why: str) -> dict[str, Any]:
    names = {name: item.get(name) for name in ("refcode", "item_id", "name")}
    return names | {"fields": fields, "why": why}


def _written(lab: Lab, verdicts: Sequence[_Verdict], person_id: str | None) -> Counter[str]:
    """Write what changes; how many items were removed and restored. Those that somebody else's save
    came before are left for the next look."""
    changed = []
    for one in (verdict for verdict in verdicts if verdict.after):
        after = (one.after or {}) | {"edit": one.before["edit"] + 1, "last_modified": now()}
        if not after.get("deleted_at"):
            after["version"] = versions.number_for(lab, one.before, access.OPERATOR, "agent_save")
        changed.append(items.finished(lab, access.OPERATOR, after, one.before))
    edits = [one["edit"] - 1 for one in changed]
    became = (
        lab.store.items.replace_all(changed, was=edits, scope=access.ALL_SHOWN) if changed else []
    )
    saved = [one for one, lost in zip(changed, became, strict=True) if lost is None]
    shown = [one for one in saved if not one.get("deleted_at")]
    if shown:
        versions.keep_all(lab, shown, person_id, "agent_save", AGENT)
    return Counter({"restored": len(shown), "removed": len(saved) - len(shown)})


def _put_rows_back(
    lab: Lab,
    changes: Sequence[Mapping[str, Any]],
    rows: Mapping[str, Document],
    import_id: str,
) -> None:
    """Rows of the inventory as they were; those that a later import wrote stay as they are."""
    mine = [
        one for one in changes if rows.get(one["row_id"] or "", {}).get("import_id") == import_id
    ]
    back = [
        one["row_before"] | {"edit": rows[one["row_id"]]["edit"] + 1}
        for one in mine
        if one["row_before"]
    ]
    if back:
        lab.store.inventory_rows.put_all(back)
    new = tuple(one["row_id"] for one in mine if not one["row_before"])
    if new:
        lab.store.inventory_rows.remove(OneOf("immutable_id", new))


def _first_versions(lab: Lab, refcodes: Sequence[str]) -> list[Document]:
    if not refcodes:
        return []
    where = Every((OneOf("refcode", tuple(refcodes)), Is("version", 1)))
    return lab.store.versions.find(Query(where, limit=len(refcodes))).documents


def _items(lab: Lab, changes: Sequence[Mapping[str, Any]]) -> dict[str, Document]:
    codes = tuple(one["refcode"] for one in changes)
    query = Query(OneOf("refcode", codes), limit=max(len(codes), 1))
    found = lab.store.items.find(query, scope=access.WHOLE_LAB).documents
    return {one["refcode"]: one for one in found}


def _rows(lab: Lab, changes: Sequence[Mapping[str, Any]]) -> dict[str, Document]:
    ids = tuple(one["row_id"] for one in changes if one["row_id"])
    query = Query(OneOf("immutable_id", ids), limit=max(len(ids), 1))
    return {one["immutable_id"]: one for one in lab.store.inventory_rows.find(query).documents}
