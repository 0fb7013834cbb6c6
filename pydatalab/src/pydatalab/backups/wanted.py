"""The one item of an archive that is to come back, found by its refcode or its id."""

import difflib
from dataclasses import dataclass

from pydatalab.errors import NotFound
from pydatalab.models.identifiers import full_refcode
from pydatalab.store.query import Document

REMEMBERED = 100_000
"""Items among which near names are looked for."""

NEAR = 3
"""Near names that are said."""


@dataclass(frozen=True)
class Found:
    """An item that is called so."""

    document: Document
    line: bytes
    """The same as JSON."""
    rank: tuple[int, str]
    """Refcodes before ids, items that are there before deleted ones, and of these the last."""


class Wanted:
    """Looks for an item among all of an archive, one after the other."""

    def __init__(self, name: str, prefix: str) -> None:
        self._name, self._refcode = name, full_refcode(name, prefix)
        self._others: dict[str, str] = {}
        self.found: Found | None = None
        """The item that is meant, of those that were looked at."""
        self._called_so: list[str] = []

    def look_at(self, document: Document, line: bytes) -> None:
        """See whether this is the item."""
        refcode, item_id = str(document.get("refcode")), str(document.get("item_id"))
        deleted = str(document.get("deleted_at") or "")
        if refcode == self._refcode:
            rank = (3, "")
        elif item_id == self._name:
            rank = (1 if deleted else 2, deleted)
        else:
            if len(self._others) < REMEMBERED:
                self._others |= {item_id: refcode, refcode: item_id}
            return
        self._called_so.append(refcode)
        if self.found is None or rank > self.found.rank:
            self.found = Found(document, line, rank)

    def require(self) -> Document:
        """The item.

        Raises:
            NotFound: there is none; the message says which are called almost so.
        """
        if self.found is None:
            raise NotFound(f"There is no item {self._name} in the archive.{self._near()}")
        return self.found.document

    @property
    def notes(self) -> tuple[str, ...]:
        """What somebody should know of the choice, in sentences."""
        item = self.require()
        others = [refcode for refcode in self._called_so if refcode != item["refcode"]]
        notes = []
        if others:
            notes.append(f"Others have that id in the archive, too: {', '.join(others[:NEAR])}.")
        if item.get("deleted_at"):
            notes.append(f"{item['refcode']} was deleted already then, and is among the deleted.")
        return tuple(notes)

    def _near(self) -> str:
        folded = {name.casefold(): name for name in self._others}
        near = difflib.get_close_matches(self._name.casefold(), folded, NEAR) or (
            difflib.get_close_matches(self._refcode.casefold(), folded, NEAR)
        )
        names = [folded[name] for name in near]
        said = ", ".join(f"{name} ({self._others[name]})" for name in names)
        return f" Almost so are called: {said}." if said else ""
