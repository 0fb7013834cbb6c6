"""The store as the lab opens it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydatalab.errors import Unavailable
from pydatalab.models.progress import Progress
from pydatalab.store.kinds import KINDS
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document
from pydatalab.store.sqlite.about import record, versions_in
from pydatalab.store.sqlite.connections import Connections
from pydatalab.store.sqlite.moments import Moment, pin, replace_all
from pydatalab.store.sqlite.reindexing import reindex
from pydatalab.store.sqlite.schema import VERSION, lay_out
from pydatalab.store.sqlite.scoped import SQLiteScopedTable
from pydatalab.store.sqlite.table import SQLiteTable
from pydatalab.store.tables import Tables
from pydatalab.store.versions import Versions, current, require_known


class SQLiteStore(Tables):
    """All documents of a lab in the file at ``path``; a new file is laid out first.

    Raises:
        Unavailable: the file cannot be opened, or a newer datalab wrote it.
    """

    layout = VERSION
    engine = "SQLite"
    is_shared = False

    def __init__(self, path: Path, *, as_it_is: bool = False) -> None:
        """Open it.

        Args:
            path: the file.
            as_it_is: whether one of an older layout is left so, until ``lay_out``.
        """
        self._path = path
        self._connections = Connections(path)
        try:
            with self._connections.reading() as db:
                found = versions_in(db)
            if found is not None:
                require_known(found, VERSION)
            if found is None or not (as_it_is or found.layout == VERSION):
                self.lay_out()
        except BaseException:
            self._connections.close()
            raise
        super().__init__(
            lambda kind: SQLiteScopedTable(self._connections, kind),
            lambda kind: SQLiteTable(self._connections, kind),
        )

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
            written = replace_all(db, documents)
            record(db, current(VERSION))
            return written

    def reindex(self, progress: Progress) -> int:
        """Make all indexes anew, those of each kind in one transaction."""
        differed = 0
        for kind in KINDS:
            with self._connections.writing() as db:
                differed += reindex(db, kind, progress)
        return differed

    def read_versions(self) -> Versions:
        """The versions that the file is of."""
        with self._connections.reading() as db:
            return versions_in(db) or current(VERSION)

    def record_versions(self, versions: Versions) -> None:
        """Note what the file is of."""
        with self._connections.writing() as db:
            record(db, versions)

    def lay_out(self) -> None:
        """Make what the file lacks, in one transaction."""
        with self._connections.writing() as db:
            lay_out(db)

    def size(self) -> int:
        """Bytes of the file and its companions."""
        there = (Path(f"{self._path}{ending}") for ending in ("", "-wal", "-shm"))
        return sum(path.stat().st_size for path in there if path.exists())

    def check(self) -> None:
        """Read something from the database.

        Raises:
            Unavailable: its file was removed while it is open.
        """
        if not self._path.exists():
            raise Unavailable(
                f"The database {self._path} is gone. Put it back, and start the server again."
            )
        with self._connections.reading() as db:
            db.execute("SELECT count(*) FROM roles").fetchone()

    def close(self) -> None:
        """Finish the write that is under way and close the file."""
        self._connections.close()
