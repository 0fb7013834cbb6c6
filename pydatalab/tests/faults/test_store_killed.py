"""A writer that is killed at any moment loses nothing that it acknowledged."""

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from pydatalab.store.query import EVERYTHING, Every, Is, Mentions, Order, Query, Scope
from pydatalab.store.sqlite import SQLiteStore

KILLS = 25
ALL = Scope.all()
WRITER = Path(__file__).parent / "jobs" / "store_writer.py"


def test_what_was_acknowledged_survives_the_death_of_the_writer(tmp_path: Path):
    path, chance = tmp_path / "lab.db", random.Random(3)
    acknowledged: dict[str, int] = {}
    for _ in range(KILLS):
        for name, edit in killed_writer(path, seconds=chance.uniform(0.01, 0.15)):
            acknowledged[name] = edit
        assert_nothing_is_lost(path, acknowledged)
    assert len(acknowledged) > KILLS


def killed_writer(path: Path, seconds: float) -> list[tuple[str, int]]:
    """Let a process write, kill it some time after its first write; what it acknowledged."""
    process = subprocess.Popen([sys.executable, WRITER, path], stdout=subprocess.PIPE)
    assert process.stdout
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    lines = (first + process.communicate()[0]).decode().split("\n")[:-1]  # the last may be cut
    return [(name, int(edit)) for name, edit in (line.split() for line in lines)]


def assert_nothing_is_lost(path: Path, acknowledged: dict[str, int]) -> None:
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()

    store = SQLiteStore(path)
    kept = everything(store)
    assert len(kept) == store.items.count(EVERYTHING, scope=ALL)
    for name, edit in acknowledged.items():
        assert kept[name]["edit"] >= edit, f"{name} lost a save"
    assert_catalogue_agrees(store, kept)
    store.close()


def everything(store: SQLiteStore) -> dict[str, dict[str, Any]]:
    query = Query(order=Order("last_modified"), limit=100_000)
    return {
        document["item_id"]: document for document in store.items.find(query, scope=ALL).documents
    }


def assert_catalogue_agrees(store: SQLiteStore, kept: dict[str, dict[str, Any]]) -> None:
    """Lists and searches say the same as the documents themselves."""
    for status in ("planned", "active"):
        expected = sum(document["status"] == status for document in kept.values())
        mentioned = Every((Is("status", status), Mentions(f"is {status}")))
        assert store.items.count(Is("status", status), scope=ALL) == expected
        assert store.items.count(mentioned, scope=ALL) == expected
