"""Connections to one database file: several that read, one that writes."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from pydatalab.errors import Unavailable

TROUBLES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
}
"""What may go wrong with the file; any other error of SQLite is a mistake of ours."""

SPARE_READERS = 8
"""Idle reading connections that are kept open."""

SECONDS_TO_WAIT = 30.0
"""How long a write waits for that of another process."""

SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -4096",  # KiB
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)


class Connections:
    """The open connections of a store; each method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spare: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._writer = self._open()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the database until the end of the block."""
        db = self._take()
        try:
            db.execute("BEGIN")
            yield db
        except sqlite3.DatabaseError as exc:
            _raise_unavailable(exc, "read")
        finally:
            self._give_back(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The one connection that writes; all of the block is on disk at its end, or nothing."""
        with self._writing:
            self._refuse_if_closed()
            db = self._writer
            try:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
            except sqlite3.DatabaseError as exc:
                _raise_unavailable(exc, "written")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def close(self) -> None:
        """Finish the write that is under way, then close all that is idle."""
        with self._writing, self._lock:
            self._closed = True
            for db in (*self._spare, self._writer):
                db.close()
            self._spare.clear()

    def _open(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(
                self._path, SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False
            )
            for setting in SETTINGS:
                db.execute(setting)
        except sqlite3.Error as exc:
            raise Unavailable(f"The database {self._path} cannot be opened: {exc}.") from exc
        return db

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            self._refuse_if_closed()
            if self._spare:
                return self._spare.pop()
        return self._open()

    def _give_back(self, db: sqlite3.Connection) -> None:
        if db.in_transaction:
            db.execute("ROLLBACK")
        with self._lock:
            if not self._closed and len(self._spare) < SPARE_READERS:
                self._spare.append(db)
                return
        db.close()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise Unavailable("The database is closed: the server is shutting down.")


def _raise_unavailable(exc: sqlite3.DatabaseError, done: str) -> NoReturn:
    if exc.sqlite_errorcode & 0xFF in TROUBLES:
        raise Unavailable(f"The database cannot be {done} for the moment: {exc}.") from exc
    raise exc
