"""What the SQLite engine promises beyond the port."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from examples import item

from pydatalab.errors import Conflict, Unavailable
from pydatalab.store.query import EVERYTHING, Is, Order, Query, Scope
from pydatalab.store.sqlite import SQLiteStore
from pydatalab.store.sqlite.schema import VERSION

ALL = Scope.all()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.db"


def test_a_store_opened_again_has_everything(path: Path):
    first = SQLiteStore(path)
    first.items.add_all([item(number) for number in range(3)])
    first.close()
    second = SQLiteStore(path)
    assert second.items.count(EVERYTHING, scope=ALL) == 3
    second.close()


def test_copies_beside_it_are_no_part_of_its_size(path: Path):
    store = SQLiteStore(path)
    store.items.add(item(1))
    size = store.size()
    assert size > path.stat().st_size  # what was written last is beside the file
    (path.parent / "lab.db.old").write_bytes(path.read_bytes())
    assert store.size() == size
    store.close()


def test_two_open_stores_see_each_others_writes(path: Path):
    server, command = SQLiteStore(path), SQLiteStore(path)
    server.items.add(item(1))
    assert command.items.count(EVERYTHING, scope=ALL) == 1
    command.items.replace(item(1, edit=2, status="used"), was=1, scope=ALL)
    assert server.items.count(Is("status", "used"), scope=ALL) == 1
    assert server.items.count(Is("status", "active"), scope=ALL) == 0
    server.close()
    command.close()


def test_a_newer_layout_is_refused_and_left_alone(path: Path):
    SQLiteStore(path).close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    with pytest.raises(Unavailable, match="newer"):
        SQLiteStore(path)


def test_an_older_layout_gets_new_rules_though_what_it_holds_breaks_them(path: Path):
    first = SQLiteStore(path)
    for number in (1, 2):
        first.people.add({"immutable_id": f"{number:024x}", "contact_email": "a@lab.example"})
    first.close()
    db = sqlite3.connect(path)
    db.execute("DROP INDEX users_unique_0")
    db.execute('ALTER TABLE users DROP COLUMN "derived.email"')
    for table in ("jobs", "jobs_bodies", "jobs_values"):
        db.execute(f"DROP TABLE {table}")
    db.execute("PRAGMA user_version = 1")
    db.close()

    second = SQLiteStore(path)
    new = {"contact_email": "b@lab.example", "derived": {"email": "b@lab.example"}}
    second.people.add({"immutable_id": f"{3:024x}", **new})
    with pytest.raises(Conflict) as lost:
        second.people.add({"immutable_id": f"{4:024x}", **new})
    assert lost.value.details["field"] == "derived.email"
    assert second.people.count(Is("contact_email", "a@lab.example")) == 2
    assert second.jobs.count(EVERYTHING) == 0
    second.close()


def test_a_file_that_is_no_database_is_refused(path: Path):
    path.write_bytes(b"something else entirely, and long enough to look at" * 100)
    with pytest.raises(Unavailable):
        SQLiteStore(path)


def test_a_closed_store_says_that_it_is_away(path: Path):
    store = SQLiteStore(path)
    store.close()
    with pytest.raises(Unavailable):
        store.check()
    with pytest.raises(Unavailable):
        store.items.add(item(1))


def test_an_empty_store_opens_at_once(tmp_path: Path):
    taken = []
    for number in range(5):
        began = time.perf_counter()
        SQLiteStore(tmp_path / f"{number}.db").close()
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.1  # some ten milliseconds on an idle machine


def test_opening_loads_no_heavy_library():
    program = "import pydatalab.store.sqlite, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"numpy", "pandas", "sqlalchemy", "pydantic", "fastapi"} & set(loaded.stdout.split())


def test_reading_goes_on_while_others_write(path: Path):
    store = SQLiteStore(path)
    store.items.add_all([item(number) for number in range(100)])
    problems, done = [], threading.Event()

    def read() -> None:
        query = Query(order=Order("last_modified", descending=True), limit=60, count_to=1000)
        while not done.is_set():
            page = store.items.find(query, scope=ALL)
            times = [document["last_modified"] for document in page.documents]
            if times != sorted(times, reverse=True) or len(set(times)) != 60:
                problems.append(times)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(100, 160):
        store.items.add(item(number))
        store.items.remove(Is("item_id", f"S-{number - 100}"), scope=ALL)
    done.set()
    for reader in readers:
        reader.join()
    store.close()
    assert problems == []


def test_sections_of_orders_stay_whole_through_many_edits(path: Path):
    store = SQLiteStore(path)
    store.items.add_all(
        [item(number, derived_name=f"{number * 7919 % 5000:05}") for number in range(3000)]
    )
    for number in range(0, 3000, 30):
        moved = item(number, edit=2, derived_name=f"{number * 31 % 5000:05}")
        store.items.replace(moved, was=1, scope=ALL)
    found, after = [], None
    while True:
        query = Query(order=Order("derived.name"), limit=700, after=after, fields=("derived",))
        page = store.items.find(query, scope=ALL)
        found += [(each["derived"]["name"], each["immutable_id"]) for each in page.documents]
        after = page.next_cursor
        if after is None:
            break
    store.close()
    assert len(found) == 3000
    assert found == sorted(found)
