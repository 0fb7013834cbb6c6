"""The store as the lab opens it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

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
from pydatalab.store.port import ScopedTable, Snapshot, Table
from pydatalab.store.query import Document
from pydatalab.store.sqlite.connections import Connections
from pydatalab.store.sqlite.moments import Moment, pin, replace_all
from pydatalab.store.sqlite.reindexing import reindex
from pydatalab.store.sqlite.schema import is_laid_out, lay_out
from pydatalab.store.sqlite.scoped import SQLiteScopedTable
from pydatalab.store.sqlite.table import SQLiteTable


class SQLiteStore:
    """All documents of a lab in the file at ``path``; a new file is laid out first.

    Raises:
        Unavailable: the file cannot be opened, or a newer datalab wrote it.
    """

    def __init__(self, path: Path) -> None:
        self._connections = Connections(path)
        try:
            with self._connections.reading() as db:
                is_ready = is_laid_out(db)
            if not is_ready:
                with self._connections.writing() as db:
                    lay_out(db)
        except BaseException:
            self._connections.close()
            raise

        self.items: ScopedTable = SQLiteScopedTable(self._connections, ITEMS)
        self.collections: ScopedTable = SQLiteScopedTable(self._connections, COLLECTIONS)
        self.files: Table = SQLiteTable(self._connections, FILES)
        self.versions: Table = SQLiteTable(self._connections, VERSIONS)
        self.people: Table = SQLiteTable(self._connections, PEOPLE)
        self.roles: Table = SQLiteTable(self._connections, ROLES)
        self.groups: Table = SQLiteTable(self._connections, GROUPS)
        self.api_keys: Table = SQLiteTable(self._connections, API_KEYS)
        self.sessions: Table = SQLiteTable(self._connections, SESSIONS)
        self.sign_in_links: Table = SQLiteTable(self._connections, SIGN_IN_LINKS)
        self.exports: Table = SQLiteTable(self._connections, EXPORTS)
        self.jobs: Table = SQLiteTable(self._connections, JOBS)
        self.schedules: Table = SQLiteTable(self._connections, SCHEDULES)
        self.leases: Table = SQLiteTable(self._connections, LEASES)
        self.backups: Table = SQLiteTable(self._connections, BACKUPS)
        self.restores: Table = SQLiteTable(self._connections, RESTORES)
        self.imports: Table = SQLiteTable(self._connections, IMPORTS)
        self.inventory_rows: Table = SQLiteTable(self._connections, INVENTORY_ROWS)
        self.mappings: Table = SQLiteTable(self._connections, MAPPINGS)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One moment to read from."""
        with self._connections.reading() as db:
            pin(db)
            yield Moment(db)

    def load(
        self,
        documents: Iterable[tuple[str, Document]],
        *,
        before: Callable[[Snapshot], None] | None = None,
    ) -> Mapping[str, int]:
        """Replace everything in one transaction."""
        with self._connections.writing() as db:
            if before is not None:
                before(Moment(db))
            return replace_all(db, documents)

    def reindex(self, progress: Progress) -> int:
        """Make all indexes anew, those of each kind in one transaction."""
        differed = 0
        for kind in KINDS:
            with self._connections.writing() as db:
                differed += reindex(db, kind, progress)
        return differed

    def check(self) -> None:
        """Read something from the database."""
        with self._connections.reading() as db:
            db.execute("SELECT count(*) FROM roles").fetchone()

    def close(self) -> None:
        """Finish the write that is under way and close the file."""
        self._connections.close()
