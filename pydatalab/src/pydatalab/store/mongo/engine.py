"""The store as the lab opens it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from pydatalab.models.progress import Progress
from pydatalab.store.kinds import (
    API_KEYS,
    BACKUPS,
    COLLECTIONS,
    EXPORTS,
    FILES,
    GROUPS,
    IMPORTS,
    INVENTORY_ROWS,
    ITEMS,
    JOBS,
    KINDS,
    LEASES,
    MAPPINGS,
    PEOPLE,
    RESTORES,
    ROLES,
    SCHEDULES,
    SESSIONS,
    SIGN_IN_LINKS,
    VERSIONS,
)
from pydatalab.store.mongo.connection import asking, connect
from pydatalab.store.mongo.existing import require_ours
from pydatalab.store.mongo.indexes import make_indexes
from pydatalab.store.mongo.moments import moment, replace_all
from pydatalab.store.mongo.reindexing import reindex
from pydatalab.store.mongo.scoped import MongoScopedTable
from pydatalab.store.mongo.table import MongoTable
from pydatalab.store.port import ScopedTable, Snapshot, Table
from pydatalab.store.query import Document


class MongoStore:
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

        self.items: ScopedTable = MongoScopedTable(database, ITEMS)
        self.collections: ScopedTable = MongoScopedTable(database, COLLECTIONS)
        self.files: Table = MongoTable(database, FILES)
        self.versions: Table = MongoTable(database, VERSIONS)
        self.people: Table = MongoTable(database, PEOPLE)
        self.roles: Table = MongoTable(database, ROLES)
        self.groups: Table = MongoTable(database, GROUPS)
        self.api_keys: Table = MongoTable(database, API_KEYS)
        self.sessions: Table = MongoTable(database, SESSIONS)
        self.sign_in_links: Table = MongoTable(database, SIGN_IN_LINKS)
        self.exports: Table = MongoTable(database, EXPORTS)
        self.jobs: Table = MongoTable(database, JOBS)
        self.schedules: Table = MongoTable(database, SCHEDULES)
        self.leases: Table = MongoTable(database, LEASES)
        self.backups: Table = MongoTable(database, BACKUPS)
        self.restores: Table = MongoTable(database, RESTORES)
        self.imports: Table = MongoTable(database, IMPORTS)
        self.inventory_rows: Table = MongoTable(database, INVENTORY_ROWS)
        self.mappings: Table = MongoTable(database, MAPPINGS)

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
