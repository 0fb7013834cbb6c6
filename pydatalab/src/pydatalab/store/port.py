"""What the lab asks of a document store, whichever engine it is.

A write is on disk before its method returns, and survives the death of the process. Each method
touches one document, or, where it takes many, each on its own: no caller needs two writes to
happen together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from pydatalab.errors import Conflict, NotFound
from pydatalab.models.progress import Progress
from pydatalab.store.query import Condition, Document, Page, Query, Scope
from pydatalab.store.versions import Versions


class Table(Protocol):
    """Documents of a kind that are looked after by the services alone: people, groups, keys."""

    def add(self, document: Document) -> None:
        """Add a new document.

        Raises:
            Conflict: ``immutable_id`` or a unique field is taken; ``details["field"]`` names it.
        """

    def get(self, where: Condition) -> Document:
        """The one document that matches (the first by ``immutable_id`` if several do).

        Raises:
            NotFound: none does.
        """

    def find(self, query: Query) -> Page:
        """The documents that match, a page of them."""

    def count(self, where: Condition, *, at_most: int | None = None) -> int:
        """How many match; counting stops at ``at_most``."""

    def replace(self, document: Document, *, was: int | None = None) -> None:
        """Overwrite the document of this ``immutable_id``, if it is still at edit ``was``.

        ``was`` None: whatever its edit.

        Raises:
            NotFound: there is none.
            Conflict: it is at another edit, or a unique field is taken.
        """

    def put_all(self, documents: Sequence[Document]) -> list[Conflict | None]:
        """Write many, each on its own, over what has its ``immutable_id`` if there is such; what became
        of each, in order. Quick: one commit."""

    def remove(self, where: Condition) -> int:
        """Remove what matches, for good; how many there were."""


class ScopedTable(Protocol):
    """Documents that belong to somebody: a method never gives or changes what ``scope`` leaves out.

    Hidden and missing look the same, down to the message.
    """

    def add(self, document: Document) -> None:
        """As ``Table.add``: what is new belongs to nobody yet, so no scope is asked."""

    def add_all(self, documents: Sequence[Document]) -> list[Conflict | None]:
        """Add many, each on its own; what became of each, in order. Quick: one commit."""

    def get(
        self, where: Condition, *, scope: Scope, fields: tuple[str, ...] | None = None
    ) -> Document:
        """As ``Table.get``, with a projection as in ``Query.fields``."""

    def find(self, query: Query, *, scope: Scope) -> Page:
        """As ``Table.find``."""

    def count(self, where: Condition, *, scope: Scope, at_most: int | None = None) -> int:
        """As ``Table.count``."""

    def replace(self, document: Document, *, was: int, scope: Scope) -> None:
        """As ``Table.replace``. It is the stored document that must be in scope, not the new one."""

    def replace_all(
        self, documents: Sequence[Document], *, was: Sequence[int], scope: Scope
    ) -> list[Conflict | NotFound | None]:
        """Replace many, each on its own; what became of each, in order. Quick: one commit."""

    def remove(self, where: Condition, *, scope: Scope) -> int:
        """As ``Table.remove``."""


class Snapshot(Protocol):
    """All documents at one moment, whatever is written meanwhile."""

    def count(self, kind: str) -> int:
        """How many there are of a kind, by its name in ``kinds``."""

    def documents(self, kind: str) -> Iterator[Document]:
        """All of a kind, one at a time, deleted and hidden ones too."""


class Store(Protocol):
    """An open document store. Methods may be called from any thread."""

    layout: int
    """Version of how this engine lays documents out."""

    engine: str
    """What people call it."""
    is_shared: bool
    """Whether servers on other machines may have it open, too."""

    scoped: Mapping[str, ScopedTable]
    """Tables by the names of their kinds, for what is done to all; they have names of their own, too."""
    plain: Mapping[str, Table]
    """The others, likewise."""

    items: ScopedTable
    collections: ScopedTable

    files: Table
    """Files belong to the items that hold them: services come to a file through an item in scope."""
    versions: Table
    """Snapshots belong to their item, likewise."""

    people: Table
    roles: Table
    groups: Table
    api_keys: Table
    sessions: Table
    sign_in_links: Table

    exports: Table
    """Archives of items that somebody asked for, and may fetch for a day."""
    jobs: Table
    """Work that outlives a request."""
    schedules: Table
    """Up to when each schedule has had its jobs made."""
    leases: Table
    """Who does at the moment what only one may do at a time."""
    backups: Table
    """What was backed up, and whether it can be trusted."""
    restores: Table
    """Restores that replaced something, and where that is kept."""
    imports: Table
    """Inventories that were imported, with what undoes them."""
    inventory_rows: Table
    """What an inventory said last of each starting material."""
    mappings: Table
    """Which column of an inventory is which field, by name."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One moment to read from; others go on writing. Short is better: what they write piles up."""

    def load(
        self,
        documents: Iterable[tuple[str, Document]],
        *,
        before: Callable[[Snapshot], None] | None = None,
    ) -> Mapping[str, int]:
        """Replace everything at one moment by these documents, or, if anything fails, nothing.

        Others go on reading what was there, and wait before they write. Passing kinds are not
        replaced: documents of those are added.

        Args:
            documents: each with the name of its kind, those of a kind together.
            before: called first with what is there; nobody writes between that and the end.

        Returns:
            How many documents of each kind were written.

        Raises:
            Conflict: two of the documents share what must be unique.
        """

    def reindex(self, progress: Progress) -> int:
        """Make everything that finds documents anew from them, beside those who read and write.

        Where that is much, writes wait for a while. What is interrupted is as it was, kind by kind.

        Returns:
            How many lists and entries differed from what they should have been.
        """

    def read_versions(self) -> Versions:
        """The versions of what is there."""

    def record_versions(self, versions: Versions) -> None:
        """Note the versions of what is there; whoever loads or lays out has it noted by that."""

    def lay_out(self) -> None:
        """Make what documents lie in and are found by, where an older datalab made less."""

    def size(self) -> int:
        """Bytes that the documents take, with what finds them, as far as the engine knows."""

    def check(self) -> None:
        """Answer if the store works.

        Raises:
            Unavailable: it does not.
        """

    def close(self) -> None:
        """Finish what is being written and let go of everything."""
