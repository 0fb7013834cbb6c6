"""The tables of the database, made from the kinds of documents.

For each kind, ``<kind>`` holds what documents are told apart and sorted by, ``<kind>_bodies`` the
documents themselves as JSON, ``<kind>_values`` the indexed fields, a row for each member. Scoped
kinds have sets too (see ``sets``, ``sections``) and an index of their words (see ``texts``).
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from pydatalab.store.kinds import KINDS, Kind
from pydatalab.store.sqlite.about import record, versions_in
from pydatalab.store.versions import Versions, current, require_known

VERSION = 4
"""Version of this layout, kept in the file as ``user_version``."""


def versions_at(path: Path) -> Versions | None:
    """The versions that a database is of; none where there is no database."""
    if not path.is_file():
        return None
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
        return versions_in(db)


def lay_out(db: sqlite3.Connection) -> None:
    """Make the tables, columns and rules that a database lacks, unless somebody else just did.

    Raises:
        Unavailable: a newer datalab wrote it.
    """
    found = versions_in(db)
    if found is None:
        record(db, current(VERSION))
    else:
        require_known(found, VERSION)
        if found.layout == VERSION:
            return
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for kind in KINDS:
        for statement in additions(db, kind) if kind.name in there else statements(kind):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {VERSION}")


def statements(kind: Kind) -> list[str]:
    """What makes the tables of a kind."""
    name = kind.name
    columns = "".join(f', "{field}"' for field in columns_of(kind))
    made = [
        f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, immutable_id TEXT NOT NULL UNIQUE, "
        f"edit INTEGER{columns})",
        f"CREATE TABLE {name}_bodies (id INTEGER PRIMARY KEY, body TEXT NOT NULL, text TEXT)",
        f"CREATE TABLE {name}_values (field TEXT, value, id INTEGER, "
        "PRIMARY KEY (field, value, id)) WITHOUT ROWID",
    ]
    if kind.scoped:
        made += [
            f"CREATE TABLE {name}_sets (number INTEGER PRIMARY KEY AUTOINCREMENT, field TEXT, value, "
            "n INTEGER, edits INTEGER, UNIQUE (field, value))",
            f"CREATE TABLE {name}_sections (number INTEGER PRIMARY KEY, field TEXT, start BLOB, "
            "ids BLOB NOT NULL, UNIQUE (field, start))",
            f"CREATE TABLE {name}_bits (key INTEGER PRIMARY KEY, bits BLOB NOT NULL)",
            f"CREATE VIRTUAL TABLE {name}_words USING fts5(text, content = '', detail = none, "
            "columnsize = 0, tokenize = 'trigram case_sensitive 1')",
        ]
    return made + rules(kind)


def additions(db: sqlite3.Connection, kind: Kind) -> list[str]:
    """What gives the table of an older release the columns and rules of a kind.

    A new column is filled as each document is written next: a rule holds for what is written from
    now on, and what broke it before stays as it is.
    """
    has = {name for _, name, *_ in db.execute(f"PRAGMA table_info({kind.name})")}
    lacking = [field for field in columns_of(kind) if field not in has]
    return [f'ALTER TABLE {kind.name} ADD COLUMN "{field}"' for field in lacking] + rules(kind)


def rules(kind: Kind) -> list[str]:
    """What keeps apart the documents of a kind, where nothing does yet."""
    name = kind.name
    unique = [", ".join(f'"{field}"' for field in fields) for fields in kind.unique]
    return [
        f"CREATE UNIQUE INDEX IF NOT EXISTS {name}_unique_{number} ON {name} ({quoted})"
        for number, quoted in enumerate(unique)
    ]


def columns_of(kind: Kind) -> tuple[str, ...]:
    """The fields of a kind that have a column of their own."""
    return (*unique_fields(kind), *kind.orders)


def unique_fields(kind: Kind) -> tuple[str, ...]:
    """The fields of a kind that are unique, alone or in combination."""
    return tuple(dict.fromkeys(field for fields in kind.unique for field in fields))
