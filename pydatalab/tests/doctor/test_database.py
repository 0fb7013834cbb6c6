"""What the doctor says of the database, of either engine."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from pydatalab.doctor import clock
from pydatalab.store.mongo import examining


@pytest.fixture
def file(visit: Any) -> Path:
    """The SQLite file of a lab that was started."""
    visit.settings.pop("MONGO_URI", None)
    with visit.lab():
        pass
    found: Path = visit.folder / "data" / "datalab.db"
    return found


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute(statement)
        db.commit()


def test_a_lab_that_nobody_started_has_none_and_gets_none(visit: Any):
    visit.settings.pop("MONGO_URI", None)
    assert visit.of("database-new", "database").level == "ok"
    assert not (visit.folder / "data").exists()


def test_a_database_that_is_well(visit: Any, file: Path):
    assert visit.names("database") == {"database-layout", "database-whole"}


def test_an_index_that_is_missing_is_named_and_nothing_is_changed(visit: Any, file: Path):
    change(file, "DROP INDEX users_unique_0")
    found = visit.of("database-index", "database")
    assert found.level == "error"
    assert "users_unique_0" in found.said
    assert "database-index" in visit.names("database")


def test_a_damaged_file_is_an_error(visit: Any, file: Path):
    change(file, "PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as raw:
        raw.seek(4096 * 3)
        raw.write(b"\xff" * 4096 * 20)
    assert visit.names("database", level="error") & {"database-damaged", "database-unreadable"}


def test_a_file_that_is_none_is_an_error(visit: Any, file: Path):
    file.write_bytes(b"this is no database" * 1000)
    assert visit.of("database-unreadable", "database").level == "error"
    assert "not-seen" not in visit.names()


def test_why_a_subject_cannot_be_looked_at_is_said_though_nobody_asked_for_the_database(
    visit: Any, file: Path
):
    assert "database-layout" not in visit.names("backups")
    file.write_bytes(b"this is no database" * 1000)
    assert visit.names("backups") == {"backups-none", "database-unreadable"}
    assert "database-unreadable" not in visit.names("settings")


def test_a_database_of_a_newer_datalab_is_an_error(visit: Any, file: Path):
    change(file, "PRAGMA user_version = 999")
    assert "go-back" in visit.of("database-newer", "database").to_do


def test_a_server_that_is_away_is_an_error_and_the_rest_is_looked_at(visit: Any):
    visit.settings["MONGO_URI"] = "mongodb://127.0.0.1:1/lab"
    found = visit.found("database", "files", "backups")
    assert {one.name for one in found if one.level == "error"} == {"database-away"}
    assert {"data-writable"} <= {one.name for one in found}


def test_an_index_that_mongodb_lacks_is_named(visit: Any, mongo_uri: str):
    visit.settings["MONGO_URI"] = mongo_uri
    with visit.lab():
        pass
    assert visit.names("database") == {"database-layout", "database-whole"}
    with MongoClient[dict[str, object]](mongo_uri) as client:
        client.get_default_database().drop_collection("inventory_mappings")
    found = visit.of("database-index", "database")
    assert "inventory_mappings lacks the index 'keys'" in found.said


def test_the_database_of_the_datalab_before_this_one_is_to_be_adopted(visit: Any, mongo_uri: str):
    visit.settings["MONGO_URI"] = mongo_uri
    with MongoClient[dict[str, object]](mongo_uri) as client:
        client.get_default_database()["items"].insert_one({"item_id": "S-1", "type": "samples"})
    assert "migration.adopt" in visit.of("database-to-adopt", "database").to_do


def test_the_clock_of_mongodb_is_compared_with_ours(
    visit: Any, mongo_uri: str, monkeypatch: pytest.MonkeyPatch
):
    assert abs(examining.clock_ahead(mongo_uri)) < 2
    visit.settings["MONGO_URI"] = mongo_uri
    assert "clock-of-database" not in visit.names("clock")
    monkeypatch.setattr(clock, "APART", -1.0)  # so that any two clocks are apart
    assert visit.of("clock-of-database", "clock").level == "warning"


@pytest.mark.parametrize(
    "address", ["mongodb://host:door/db", "mongodb://u:p@ss@h/db", "mongodb://"]
)
def test_an_address_that_cannot_be_is_to_be_corrected(visit: Any, address: str):
    visit.settings["MONGO_URI"] = address
    assert "MONGO_URI" in visit.of("database-address", "database").to_do
    assert "not-seen" not in visit.names()


def test_what_is_backed_up_is_looked_at_though_the_database_is_away(visit: Any, free: int):
    visit.settings["MONGO_URI"] = f"mongodb://127.0.0.1:{free}/lab?serverSelectionTimeoutMS=50"
    assert {"database-away", "backups-none"} <= visit.names()
