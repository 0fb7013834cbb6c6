"""The versions that a database file is of: its layout, and what its documents hold.

Layout: ``user_version`` is that of the layout, ``about`` has the rest as a row of JSON; a file without
it has documents of the first version.
"""

import sqlite3

import orjson

from pydatalab.models.steps import FIRST
from pydatalab.store.versions import Versions

NAME = "versions"


def versions_in(db: sqlite3.Connection) -> Versions | None:
    """The versions that a file is of; none where nothing is laid out yet."""
    layout: int = db.execute("PRAGMA user_version").fetchone()[0]
    if not layout:
        return None
    if not has_table(db, "about"):
        return Versions(layout, FIRST)
    found = db.execute("SELECT value FROM about WHERE name = ?", (NAME,)).fetchone()
    if found is None:
        return Versions(layout, FIRST)
    return Versions.noted(orjson.loads(found[0]) | {"layout": layout})


def record(db: sqlite3.Connection, versions: Versions) -> None:
    """Note what a file is of, but for its layout, which shows by itself."""
    db.execute("CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT)")
    row = (NAME, orjson.dumps(versions.as_fields()).decode())
    db.execute(
        "INSERT INTO about VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", row
    )


def has_table(db: sqlite3.Connection, table: str) -> bool:
    """Whether a table is there."""
    found = db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    return found.fetchone() is not None
