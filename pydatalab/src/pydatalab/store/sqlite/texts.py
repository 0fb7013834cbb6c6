# ruff: noqa: S608 (names of tables come from kinds.py alone, values are bound)
"""Words in the documents' texts, by an index of all runs of three letters."""

import sqlite3
from collections.abc import Iterable

import orjson

from pydatalab.store.runs import MOST_RUNS, runs_of, with_beginnings
from pydatalab.store.sqlite.bitmaps import Bitmap, bitmap


class Texts:
    """The searched texts of one kind of documents."""

    def __init__(self, kind_name: str) -> None:
        table = f"{kind_name}_words"
        self._add = f"INSERT INTO {table} (rowid, text) VALUES (?, ?)"
        self._take = f"INSERT INTO {table} ({table}, rowid, text) VALUES ('delete', ?, ?)"
        self._find = f"SELECT json_group_array(rowid) FROM {table} WHERE {table} MATCH ?"

    def add(self, db: sqlite3.Connection, texts: Iterable[tuple[int, str]]) -> None:
        """Let documents be found by their texts; quick if they come by their numbers."""
        db.executemany(self._add, ((id_, with_beginnings(text)) for id_, text in texts))

    def take(self, db: sqlite3.Connection, texts: Iterable[tuple[int, str]]) -> None:
        """Let documents no longer be found by the texts that they had."""
        db.executemany(self._take, ((id_, with_beginnings(text)) for id_, text in texts))

    def mentioning(self, db: sqlite3.Connection, parts: tuple[str, ...]) -> Bitmap | None:
        """The documents that have all runs of these parts: all that mention them, and few others.

        None: the parts have no run to look for.
        """
        runs = dict.fromkeys(run for part in parts for run in runs_of(part))
        if not runs:
            return None
        quoted = " ".join('"' + run.replace('"', '""') + '"' for run in list(runs)[:MOST_RUNS])
        return bitmap(orjson.loads(db.execute(self._find, (quoted,)).fetchone()[0]))
