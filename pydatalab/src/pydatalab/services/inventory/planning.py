"""What an import would do: which items it makes, changes, or finds gone. Nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from pydatalab.errors import Invalid
from pydatalab.lab import Lab
from pydatalab.models.identifiers import is_short_name, new_object_id
from pydatalab.models.times import now
from pydatalab.services import access, creation, items
from pydatalab.services.inventory.barcodes import settle
from pydatalab.services.inventory.changes import Change, merged
from pydatalab.services.inventory.entries import (
    IDENTITY,
    Entry,
    Fault,
    Inventory,
    Slip,
    identity_of,
)
from pydatalab.services.inventory.matching import Known, barcode_key, give_keys
from pydatalab.services.inventory.named_structures import change_by_name
from pydatalab.store.query import Document, Is, OneOf, Order, Query

KIND = "starting_materials"

AT_ONCE = 500
"""Entries that are looked at, and written, together."""

SCANNED = 2_000
"""Items of which the ids are read together."""

UNDONE = "undone_import"
"""Field of an item that the undoing of an import took away, not a person."""


KEPT = ("key", "said", "extra", "meant", "vanished_at")
"""What of a row is written where it changed."""

Thing = TypeVar("Thing")


@dataclass
class Step:
    """One change, with the documents that make it."""

    change: Change
    entry: Entry | None = None
    item: Document | None = None
    """The item to be written; ``None`` where none is."""
    before: Document | None = None
    """The state that it is made from; ``None`` for a new one."""
    row: Document | None = None
    """The row of the inventory to be written; ``None`` where it stays as it is."""
    row_before: Document | None = None


@dataclass(frozen=True)
class Stub:
    """An item that may be that of a barcode."""

    immutable_id: str
    deleted: bool


@dataclass
class Stock:
    """The starting materials that the lab has, as far as no inventory knows them yet."""

    by_barcode: dict[str, Stub]
    by_identity: defaultdict[str, list[Stub]]
    """Those without a barcode."""


class Planner:
    """Plans the import of one inventory's entries."""

    def __init__(self, lab: Lab, source: str, import_id: str) -> None:
        self._lab = lab
        self._source = source
        self._import_id = import_id
        self._vanished: dict[str, bool] = {}
        self._renamed: dict[str, str] = {}
        self._seen: set[str] = set()
        self._stock: Stock | None = None
        self._linked: set[str] = set()
        self.faults: list[Fault] = []

    def match(self, inventory: Inventory) -> None:
        """Find out which entry is which container of before, and whose each barcode is."""
        known = list(self._known())
        settle(inventory, self._said_of_barcodes)
        renamed = give_keys(self._source, inventory.entries, known, self._said)
        self._renamed = {new: old for old, new in renamed.items()}
        self._seen = {entry.key for entry in inventory.entries} | set(renamed)

    def _said_of_barcodes(self, barcodes: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """What an inventory said last of containers, or else what the lab's items say of them."""
        keys = {barcode_key(self._source, barcode): barcode for barcode in barcodes}
        said = {keys[key]: one for key, one in self._said(keys).items()}
        stock = self._known_stock().by_barcode
        ids = {stock[one].immutable_id: one for one in keys.values() if one in stock}
        items_of = {ids[one["immutable_id"]]: one for one in self._items("immutable_id", ids)}
        return items_of | said

    def _known(self) -> Iterator[Known]:
        with self._lab.store.snapshot() as moment:
            for row in moment.documents("inventory_rows"):
                self._linked.add(row["item"])
                if row["source"] == self._source:
                    self._vanished[row["key"]] = row["vanished_at"] is not None
                    yield Known(row["key"], row["identity"], row["bare"])

    def _said(self, keys: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        return {row["key"]: row["said"] for row in self._rows(keys)}

    def _rows(self, keys: Iterable[str]) -> list[Document]:
        wanted = tuple(keys)
        query = Query(OneOf("key", wanted), limit=max(len(wanted), 1))
        return self._lab.store.inventory_rows.find(query).documents

    def plan(self, slips: Sequence[Slip]) -> list[Step]:
        """What becomes of some entries."""
        return self.plan_again([slip.entry() for slip in slips])

    def plan_again(self, entries: Sequence[Entry]) -> list[Step]:
        """As ``plan``, of entries that are open."""
        rows = {
            row["key"]: row for row in self._rows(self._renamed.get(e.key, e.key) for e in entries)
        }
        known = [rows.get(self._renamed.get(entry.key, entry.key)) for entry in entries]
        stubs = [
            None if row else self._stub(entry) for entry, row in zip(entries, known, strict=True)
        ]
        ids = [row["item"] for row in known if row] + [one.immutable_id for one in stubs if one]
        found = {one["immutable_id"]: one for one in self._items("immutable_id", ids)}
        free = self._free_ids([e for e, r, s in zip(entries, known, stubs, strict=True) if not s])
        return [
            self._step(entry, row, stub, found, free)
            for entry, row, stub in zip(entries, known, stubs, strict=True)
        ]

    def gone(self) -> Iterator[list[Step]]:
        """What becomes of the containers that the export has no more."""
        missing = (
            key for key, gone in self._vanished.items() if not gone and key not in self._seen
        )
        for keys in in_parts(missing, AT_ONCE):
            rows = self._rows(keys)
            found = {
                one["immutable_id"]: one
                for one in self._items("immutable_id", [row["item"] for row in rows])
            }
            yield [self._vanish(row, found[row["item"]]) for row in rows if row["item"] in found]

    def _vanish(self, row: Document, item: Document) -> Step:
        after = self._next(row) | {"vanished_at": now()}
        return Step(_change("vanished", None, row["key"], item), row=after, row_before=row)

    def _step(
        self,
        entry: Entry,
        row: Document | None,
        stub: Stub | None,
        found: Mapping[str, Document],
        free: set[str],
    ) -> Step:
        if row is not None:
            item = found.get(row["item"])
            if item is None:  # an import was killed before it made the item
                return self._new(entry, free, row)
            return self._again(entry, row, item)
        if stub is not None and stub.immutable_id in found:
            item = found[stub.immutable_id]
            return _deleted(entry, item) if item.get("deleted_at") else self._adopt(entry, item)
        return self._new(entry, free, None)

    def _again(self, entry: Entry, row: Document, item: Document) -> Step:
        """An item that was imported before."""
        if item.get("deleted_at"):
            return _deleted(entry, item)
        compared = merged(row["said"], entry.said, item)
        compared.fields.update(change_by_name(entry.meant, row.get("meant"), item))
        change = _change("changed" if compared.fields else "same", entry.row, entry.key, item)
        change.returned = row["vanished_at"] is not None
        step = self._changed(entry, item, change, compared.fields)
        change.overwritten, change.kept = compared.overwritten, compared.kept
        after = self._row_of(entry, item, row)
        if any(after.get(name) != row.get(name) for name in KEPT):
            step.row, step.row_before = self._next(after), row
        return step

    def _adopt(self, entry: Entry, item: Document) -> Step:
        """An item that was there before its inventory.

        What it was made with counts as what the export said last: an earlier import wrote that.
        """
        made = self._first_state(item)
        said = {name: made[name] for name in entry.said if made.get(name) not in (None, "")}
        compared = merged(said, entry.said, item, clears=False)
        compared.fields.update(change_by_name(entry.meant, None, item))
        change = _change("adopted", entry.row, entry.key, item)
        change.overwritten, change.kept = compared.overwritten, compared.kept
        step = self._changed(entry, item, change, compared.fields)
        step.row = self._row_of(entry, item, None)
        return step

    def _first_state(self, item: Document) -> Document:
        where = OneOf("refcode", (item["refcode"],))
        first = self._lab.store.versions.find(Query(where, Order("version"), limit=1)).documents
        state: Document = first[0]["data"] if first else item
        return state

    def _changed(
        self, entry: Entry, item: Document, change: Change, fields: dict[str, tuple[Any, Any]]
    ) -> Step:
        """The step that changes these fields of an item, without those that break a rule."""
        change.fields = fields
        while fields:
            try:
                sent = {name: value for name, (_, value) in fields.items()}
                after = items.with_changes(self._lab, access.OPERATOR, item, sent)
                return Step(change, entry, after, item)
            except Invalid as invalid:
                self._leave_out(entry, fields, invalid)
        return Step(change, entry)

    def _new(self, entry: Entry, free: set[str], row: Document | None) -> Step:
        fields = {name: value for name, value in entry.said.items() if value is not None}
        fields |= {
            name: after for name, (_, after) in change_by_name(entry.meant, None, {}).items()
        }
        barcode = fields.get("barcode")
        named = {"item_id": barcode} if barcode in free else {}
        item = self._made(entry, fields, named)
        if row is not None:
            item |= {"immutable_id": row["item"]}
        change = _change("new", entry.row, entry.key, item)
        change.fields = {name: (None, item[name]) for name in fields}
        if barcode and not named:
            why = "is in use as an id" if is_short_name(barcode) else "cannot be an id"
            change.note = f"The barcode {barcode} {why}; the item is {item['item_id']}."
        after = self._row_of(entry, item, row)
        return Step(change, entry, item, None, after, None)

    def _made(self, entry: Entry, fields: dict[str, Any], named: dict[str, Any]) -> Document:
        """A new item, without what breaks a rule."""
        while True:
            try:
                new = {"type": KIND, "date": None, **fields, **named}
                return creation.new_document(self._lab, access.OPERATOR, new)
            except Invalid as invalid:
                self._leave_out(entry, fields, invalid)

    def _leave_out(self, entry: Entry, fields: dict[str, Any], invalid: Invalid) -> None:
        """Take what breaks a rule out of the fields, and report it.

        Raises:
            Invalid: there are no fields to blame.
        """
        if not fields:
            raise invalid
        wrong = {error["loc"][0]: error["msg"] for error in invalid.details.get("errors", ())}
        if not wrong.keys() & fields.keys():
            self.faults.append(Fault(entry.row, None, "", invalid.message))
            fields.clear()
        for name in wrong.keys() & fields.keys():
            self.faults.append(Fault(entry.row, name, str(entry.said.get(name))[:80], wrong[name]))
            del fields[name]
            entry.said.pop(name, None)

    def _row_of(self, entry: Entry, item: Document, row: Document | None) -> Document:
        before = row or {"immutable_id": new_object_id(), "said": {}, "edit": 0}
        return before | {
            "key": entry.key,
            "source": self._source,
            "identity": entry.identity,
            "bare": not entry.said.get("barcode"),
            "item": item["immutable_id"],
            "said": before["said"] | entry.said,
            "extra": entry.extra,
            "meant": entry.meant or before.get("meant"),
            "row": entry.row,
            "vanished_at": None,
            "import_id": self._import_id,
        }

    def _next(self, row: Document) -> Document:
        return row | {"edit": row["edit"] + 1, "import_id": self._import_id}

    def _items(self, field: str, values: Iterable[str]) -> list[Document]:
        wanted = tuple(values)
        query = Query(OneOf(field, wanted), limit=max(len(wanted), 1))
        return self._lab.store.items.find(query, scope=access.WHOLE_LAB).documents

    def _free_ids(self, entries: Iterable[Entry]) -> set[str]:
        """Barcodes that can be ids of new items."""
        barcodes = {entry.said.get("barcode") for entry in entries}
        legal = [one for one in barcodes if one and is_short_name(one)]
        return set(legal) - {one["item_id"] for one in self._items("derived.live_id", legal)}

    def _stub(self, entry: Entry) -> Stub | None:
        """The item that is an entry's container, though no import made it."""
        stock = self._known_stock()
        barcode = entry.said.get("barcode")
        if barcode:
            return stock.by_barcode.get(barcode)
        alike = stock.by_identity.get(entry.identity)
        return alike.pop(0) if alike else None

    def _known_stock(self) -> Stock:
        if self._stock is None:
            self._stock = self._read_stock()
        return self._stock

    def _read_stock(self) -> Stock:
        """A look at all starting materials; those that live come before deleted ones."""
        stock = Stock({}, defaultdict(list))
        after: str | None = None
        fields = ("item_id", "barcode", "deleted_at", UNDONE, *IDENTITY)
        while True:
            query = Query(Is("type", KIND), limit=SCANNED, after=after, fields=fields)
            page = self._lab.store.items.find(query, scope=access.WHOLE_LAB)
            for item in page.documents:
                if not item.get(UNDONE):
                    self._take_into(stock, item)
            after = page.next_cursor
            if after is None:
                return stock

    def _take_into(self, stock: Stock, item: Document) -> None:
        stub = Stub(item["immutable_id"], bool(item.get("deleted_at")))
        name = item.get("barcode") or item["item_id"]
        if name not in stock.by_barcode or stock.by_barcode[name].deleted:
            stock.by_barcode[name] = stub
        is_told = item.get("name") and (item.get("CAS") or item.get("supplier"))
        is_bare = not item.get("barcode") and stub.immutable_id not in self._linked
        if is_told and is_bare and not stub.deleted:
            stock.by_identity[identity_of(item)].append(stub)


def in_parts(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """The same things, some at a time."""
    left = iter(things)
    while part := list(islice(left, size)):
        yield part


def _change(what: Any, row: int | None, key: str, item: Document) -> Change:
    return Change(what, row, key, item["refcode"], item["item_id"], item.get("name"))


def _deleted(entry: Entry, item: Document) -> Step:
    return Step(_change("deleted", entry.row, entry.key, item), entry)
