"""What follows from items and collections, worked out anew beside those who work.

Whatever is right already is only read, so that a rebuilding that was interrupted begins again and
comes quickly to where it was.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from pydatalab.chemistry.masses import masses_of
from pydatalab.errors import Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.models.derived import collection_derived, item_derived
from pydatalab.models.progress import Progress
from pydatalab.models.words import counted
from pydatalab.services import relationships
from pydatalab.store.port import ScopedTable
from pydatalab.store.query import EVERYTHING, Document, Is, Order, Query, Scope

ALL = Scope.all()

AT_ONCE = 200
"""Documents that are read together."""

TRIES = 20
"""How often a document is tried that others keep saving."""

MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
"""What reading a document raises that somebody else wrote, and not as one is."""

Derive = Callable[[Document], Document]


def rebuild(lab: Lab, progress: Progress) -> dict[str, Any]:
    """Work out links, search words and owners of every item and collection, then all indexes.

    Nobody's content changes, and no version is minted: who edits meanwhile notices nothing.

    Returns:
        ``num_items`` and ``num_collections`` looked at, how many of each differed, ``differing``
        (the first of them), ``malformed`` (those that are not as such a document is, and stay as
        they are), ``index_differences`` and a ``summary``.
    """
    of_items = _Pass(lab.store.items, _item, "refcode")
    of_collections = _Pass(lab.store.collections, _collection, "collection_id")
    for one, doing in ((of_items, "Looking at items"), (of_collections, "Looking at collections")):
        one.run(progress, doing)
    entries = lab.store.reindex(progress)
    differed = len(of_items.differed) + len(of_collections.differed)
    malformed = [*of_items.malformed, *of_collections.malformed]
    return {
        "num_items": of_items.done,
        "num_items_differing": len(of_items.differed),
        "num_collections": of_collections.done,
        "num_collections_differing": len(of_collections.differed),
        "differing": [*of_items.differed, *of_collections.differed][:1_000],
        "malformed": malformed[:1_000],
        "index_differences": entries,
        "summary": _summary(of_items.done, of_collections.done, differed, entries)
        + (f", but for {len(malformed):,} that cannot be read." if malformed else "."),
    }


def _summary(num_items: int, num_collections: int, differed: int, entries: int) -> str:
    seen = f"{counted(num_items, 'item')} and {counted(num_collections, 'collection')} looked at"
    if not differed and not entries:
        return f"{seen}; all were right"
    return f"{seen}; {differed:,} of them and {counted(entries, 'list')} differed and are right now"


class _Pass:
    """All documents of one kind, each looked at once."""

    def __init__(self, table: ScopedTable, derive: Derive, name: str) -> None:
        self._table = table
        self._derive = derive
        self._name = name
        self.done = 0
        self.differed: list[str] = []
        self.malformed: list[str] = []

    def run(self, progress: Progress, doing: str) -> None:
        total = self._table.count(EVERYTHING, scope=ALL)
        for document in all_of(self._table):
            progress.tell(doing, self.done, total)
            name = document.get(self._name) or document["immutable_id"]
            try:
                if self._is_put_right(document):
                    self.differed.append(name)
            except MALFORMED:
                self.malformed.append(name)
            self.done += 1

    def _is_put_right(self, document: Document) -> bool:
        """Write what follows from a document, where it is wrong; as the same edit, since nobody's
        content changes: a save that is under way finds what it was made from."""
        for _ in range(TRIES):
            right = self._derive(document)
            if right == document:
                return False
            with suppress(Conflict):
                self._table.replace(right, was=document["edit"], scope=ALL)
                return True
            try:
                document = self._table.get(Is("immutable_id", right["immutable_id"]), scope=ALL)
            except NotFound:
                return False
        return False


def all_of(
    table: ScopedTable, scope: Scope = ALL, fields: tuple[str, ...] | None = None
) -> Iterator[Document]:
    """All documents of a scope in the order of their ids, some at a time."""
    after = None
    while True:
        query = Query(order=Order("immutable_id"), limit=AT_ONCE, after=after, fields=fields)
        page = table.find(query, scope=scope)
        yield from page.documents
        after = page.next_cursor
        if after is None:
            return


def _item(item: Document) -> Document:
    linked = item | {"relationships": relationships.stored_relationships(item)}
    derived = item_derived(linked) | {"masses": masses_of(linked)}
    return linked | {"derived": item.get("derived", {}) | derived}


def _collection(collection: Document) -> Document:
    return collection | {"derived": collection.get("derived", {}) | collection_derived(collection)}
