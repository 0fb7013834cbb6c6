"""The store as the lab opens it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from pydatalab.models.progress import Progress
from pydatalab.models.steps import FIRST
from pydatalab.store.kinds import KINDS
from pydatalab.store.mongo.about import LAYOUT, record, versions_in
from pydatalab.store.mongo.connection import asking, connect
from pydatalab.store.mongo.existing import is_empty, require_ours
from pydatalab.store.mongo.indexes import make_indexes
from pydatalab.store.mongo.moments import moment
from pydatalab.store.mongo.reindexing import reindex
from pydatalab.store.mongo.scoped import MongoScopedTable
from pydatalab.store.mongo.switching import finish_switch, replace_all, sweep
from pydatalab.store.mongo.table import MongoTable
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document
from pydatalab.store.tables import Tables
from pydatalab.store.versions import Versions, current, require_known


class MongoStore(Tables):
    """All documents of a lab in the MongoDB database at ``address``.

    Raises:
        Invalid: this is no address of a database.
        Conflict: the database is that of the datalab before this one.
        Unavailable: a newer datalab wrote it.
        DatabaseAway: the server is away.
    """

    layout = LAYOUT
    engine = "MongoDB"
    is_shared = True

    def __init__(self, address: str, *, adopting: bool = False) -> None:
        """Open it.

        Args:
            address: ``mongodb://…``
            adopting: whether the caller is about to replace what a datalab before this one left.
        """
        self._client, database = connect(address)
        self._database = database
        try:
            with asking():
                finish_switch(database)
                if not adopting:
                    self._begin()
        except BaseException:
            self._client.close()
            raise
        super().__init__(
            lambda kind: MongoScopedTable(database, kind), lambda kind: MongoTable(database, kind)
        )

    def _begin(self) -> None:
        """Go on only with a database of ours that this datalab knows, or with an empty one.

        Raises:
            Conflict: it is that of the datalab before this one.
            Unavailable: a newer datalab wrote it.
        """
        found = versions_in(self._database)
        if found is not None:
            require_known(found, LAYOUT)
        require_ours(self._database)
        if found is None and is_empty(self._database):
            record(self._database, current(LAYOUT))
        make_indexes(self._database)
        sweep(self._database)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One moment to read from."""
        with moment(self._client, self._database) as found:
            yield found

    def load(
        self,
        documents: Iterable[tuple[str, Document]],
        *,
        before: Callable[[Snapshot], None] | None = None,
    ) -> Mapping[str, int]:
        """Replace everything when all is there to replace it."""

        def look() -> None:
            if before is not None:
                with self.snapshot() as found:
                    before(found)

        return replace_all(self._database, documents, look)

    def reindex(self, progress: Progress) -> int:
        """Make the indexes that are missing, and what each document is found by."""
        with asking():
            make_indexes(self._database)
            return sum(reindex(self._database, kind, progress) for kind in KINDS)

    def read_versions(self) -> Versions:
        """The versions that the database is of."""
        with asking():
            return versions_in(self._database) or Versions(LAYOUT, FIRST)

    def record_versions(self, versions: Versions) -> None:
        """Note what the database is of."""
        with asking():
            record(self._database, versions)

    def lay_out(self) -> None:
        """Nothing is to be done: indexes are made at each start."""

    def size(self) -> int:
        """Bytes on the server's disk, or, where it does not tell, of the documents themselves."""
        with asking():
            told = self._database.command("dbStats")
        documents = max(told.get("storageSize", 0), told.get("dataSize", 0))
        return int(documents + told.get("indexSize", 0))

    def check(self) -> None:
        """Ask the server for something."""
        with asking():
            finish_switch(self._database)  # of a process that was killed

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()
