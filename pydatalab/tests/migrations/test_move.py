"""Labs that change their engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.databases import store_at
from pydatalab.errors import Conflict
from pydatalab.jobs.queue import add_job
from pydatalab.lab import Lab
from pydatalab.migrations.move import move
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.progress import Silent
from pydatalab.services import accounts, creation, items, people
from pydatalab.store.kinds import KINDS, LEASES
from pydatalab.store.port import Store

QUIET = Silent()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab in SQLite with something of most kinds in it."""
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as opened:
        document = people.add_person(opened, "Ada", contact_email="ada@lab.example", role="admin")
        ada = people.person(opened, document["immutable_id"])
        for number in range(3):
            new = {"type": "samples", "item_id": f"S-{number}", "chemform": "NaCl"}
            creation.create_item(opened, ada, new | {"a.b": {"$c": 2**63 - 1}, "float": 1.0})
        refcode = items.get_item_by_id(opened, ada, "S-1")["refcode"]
        items.change_item(opened, ada, refcode, {"name": "Salt"}, action="manual_save")
        add_job(opened.store, "check-items", {})
        yield opened


def contents(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.snapshot() as snapshot:
        found = {one.name: list(snapshot.documents(one.name)) for one in KINDS if one is not LEASES}
    return {kind: sorted(of, key=lambda one: one["immutable_id"]) for kind, of in found.items()}


def moved(source: Store, place: str | Path) -> Store:
    target = store_at(place)
    move(source, target, QUIET)
    return target


def test_a_lab_moves_there_and_back_without_loss(lab: Lab, mongo_uri: str, tmp_path: Path):
    before = contents(lab.store)
    there = moved(lab.store, mongo_uri)
    assert contents(there) == before
    back = moved(there, tmp_path / "back.db")
    assert contents(back) == before
    assert [len(before[kind]) for kind in ("items", "users", "jobs")] == [3, 1, 1]
    there.close()
    back.close()


def test_a_moved_lab_works(lab: Lab, mongo_uri: str, tmp_path: Path):
    (person,) = contents(lab.store)["users"]
    key = accounts.make_api_key(lab, person["immutable_id"], "laptop")["key"]
    moved(lab.store, mongo_uri).close()
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=mongo_uri)) as other:
        ada = accounts.person_of_key(other, key)
        assert ada is not None
        salt = items.get_item_by_id(other, ada, "S-1")
        assert salt["name"] == "Salt"
        changed, _ = items.change_item(
            other, ada, salt["refcode"], {"name": "Halite"}, action="manual_save"
        )
        assert changed["version"] == salt["version"] + 1


def test_moving_again_changes_nothing(lab: Lab, mongo_uri: str):
    there = moved(lab.store, mongo_uri)
    before = contents(there)
    assert not move(lab.store, there, QUIET).changed
    assert contents(there) == before
    there.close()


def test_a_move_that_was_interrupted_is_completed(lab: Lab, mongo_uri: str):
    before = contents(lab.store)
    there = moved(lab.store, mongo_uri)
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        database = client.get_default_database()
        for kind in ("users", "roles", "item_versions", "api_keys"):
            database[kind].delete_many({})
    assert move(lab.store, there, QUIET).changed
    assert contents(there) == before
    there.close()


def test_a_lab_that_was_only_started_is_replaced(lab: Lab, tmp_path: Path):
    target = store_at(tmp_path / "there.db")
    for store in (lab.store, target):
        store.schedules.add({"immutable_id": new_object_id(), "name": "daily", "edit": 1})
    before = contents(lab.store)
    move(lab.store, target, QUIET)
    assert contents(target) == before
    target.close()


def test_a_place_that_is_not_empty_is_refused(lab: Lab, tmp_path: Path):
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "other")) as other:
        people.add_person(other, "Eve", contact_email="eve@lab.example", role="admin")
        before = contents(other.store)
        with pytest.raises(Conflict, match="other documents"):
            move(lab.store, other.store, QUIET)
        assert contents(other.store) == before


def test_who_writes_meanwhile_is_noticed(lab: Lab, tmp_path: Path):
    class Writing(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing == "Comparing":
                people.add_person(lab, "Eve", contact_email="eve@lab.example")

    target = store_at(tmp_path / "there.db")
    with pytest.raises(Conflict, match="users"):
        move(lab.store, target, Writing())
    target.close()
