"""The store as the lab opens it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from pydatalab.models.progress import Progress
from pydatalab.store.kinds import KINDS
from pydatalab.store.mongo.connection import asking, connect
from pydatalab.store.mongo.existing import require_ours
from pydatalab.store.mongo.indexes import make_indexes
from pydatalab.store.mongo.moments import moment, replace_all
from pydatalab.store.mongo.reindexing import reindex
from pydatalab.store.mongo.scoped import MongoScopedTable
from pydatalab.store.mongo.table import MongoTable
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document
from pydatalab.store.tables import Tables


class MongoStore(Tables):
    """All documents of a lab in the MongoDB database at ``address``.

    Raises:
        Invalid: this is no address of a database.
        Conflict: the database is that of the datalab before this one.
        DatabaseAway: the server is away.
    """

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
                if not adopting:
                    require_ours(database)
                    make_indexes(database)
        except BaseException:
            self._client.close()
            raise
        super().__init__(
            lambda kind: MongoScopedTable(database, kind), lambda kind: MongoTable(database, kind)
        )

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
        """Replace everything, a kind at a time, when all is there to replace it."""

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

    def check(self) -> None:
        """Ask the server whether it is there."""
        with asking():
            self._client.admin.command("ping")

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()
