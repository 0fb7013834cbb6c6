# ruff: noqa: S608 (names of tables come from kinds.py alone, values are bound)
"""Words in the documents' texts, by an index of all runs of three letters.

Behind each text stand the beginnings of its words, each with two marks before it. So one letter and
two marks, or two letters and one, are runs of three as well, and short parts are found like long.
"""

import re
import sqlite3
from collections.abc import Iterable

import orjson

from pydatalab.store.sqlite.bitmaps import bitmap

MARK = "\1"
MOST_RUNS = 60
"""Runs of letters that are looked up for one query; what they find is looked at anyway."""

_BEGINNINGS = re.compile(r"(?<![^\W_])(?=(\S{1,2}))")


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

    def mentioning(self, db: sqlite3.Connection, parts: tuple[str, ...]) -> int | None:
        """The documents that have all runs of these parts: all that mention them, and few others.

        None: the parts have no run to look for.
        """
        runs = dict.fromkeys(run for part in parts for run in runs_of(part))
        if not runs:
            return None
        quoted = " ".join('"' + run.replace('"', '""') + '"' for run in list(runs)[:MOST_RUNS])
        return bitmap(orjson.loads(db.execute(self._find, (quoted,)).fetchone()[0]))


def found_exactly(parts: tuple[str, ...]) -> bool:
    """Whether what is found by runs of letters needs no second look: no part is longer than a run."""
    return len(parts) <= MOST_RUNS and all(
        len(part) <= 3 and part == searchable(part) for part in parts
    )


def runs_of(part: str) -> list[str]:
    """The runs of three letters by which a part is found; none if it has what no index has."""
    if part != searchable(part):
        return []
    marked = MARK * (3 - len(part)) + part
    return [marked[at : at + 3] for at in range(len(marked) - 2)]


def with_beginnings(text: str) -> str:
    """A text as it is indexed."""
    plain = searchable(text)
    beginnings = dict.fromkeys(_BEGINNINGS.findall(plain))
    return (MARK * 2).join([plain, *beginnings])


def searchable(text: str) -> str:
    """The text without what would end it, or be taken for a mark, in the index."""
    return text.replace("\0", " ").replace(MARK, " ")
