"""A database file looked at from outside: whether it is whole, and has all that documents are found by."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from pydatalab.store.kinds import KINDS
from pydatalab.store.sqlite.schema import statements

MOST = 10
"""Faults of the file that are named."""


def faults_of(path: Path) -> list[str]:
    """What is wrong with a file, in sentences; it is only read, all of it.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
        said = [str(row[0]) for row in db.execute(f"PRAGMA quick_check({MOST})")]
        broken = [f"The file is damaged: {one}." for one in said if one != "ok"]
        return broken + [f"It lacks the {what} {name}." for what, name in _lacking(db)]


def _lacking(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Tables and indexes of a new file that this one has not."""
    with closing(sqlite3.connect(":memory:")) as new:
        for kind in KINDS:
            for statement in statements(kind):
                new.execute(statement)
        return sorted(_named(new) - _named(db))


def _named(db: sqlite3.Connection) -> set[tuple[str, str]]:
    found = db.execute(
        "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(str(what), str(name)) for what, name in found}
