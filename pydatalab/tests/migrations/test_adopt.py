"""Databases and files of the datalab before this one, taken over where they are."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bson
import pytest
from bson import ObjectId
from pymongo import MongoClient

from existing_lab import (
    ADA,
    BOB,
    CELL,
    CONTENTS,
    KEY,
    NOTES,
    OLD_KEY,
    PATTERN,
    SALT,
    SCAN,
    documents,
    read_database,
    tree,
    write_database,
)
from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.databases import existing_database
from pydatalab.errors import Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.migrations.adopt import Adopted, adopt, rehearse
from pydatalab.migrations.stored_files import StoredFiles
from pydatalab.models.progress import Silent
from pydatalab.services import accounts, creation, items, people, versions
from pydatalab.services import files as lab_files
from pydatalab.store.kinds import LASTING_KINDS
from pydatalab.store.query import Is, Query, Scope

QUIET = Silent()
ALL = Scope.all()


def take_over(config: Config, uri: str, folder: Path) -> Adopted:
    in_place = uri == config.MONGO_URI
    with existing_database(uri) as source:
        unadopted = in_place and not source.is_ours()
        with open_lab(config, adopting=unadopted) as lab:
            stored = StoredFiles(folder, QUIET)
            return adopt(lab, source, stored, in_place=in_place, progress=QUIET)


def everything(config: Config) -> dict[str, list[dict[str, Any]]]:
    with open_lab(config) as lab, lab.store.snapshot() as snapshot:
        found = {kind.name: list(snapshot.documents(kind.name)) for kind in LASTING_KINDS}
    return {kind: sorted(of, key=lambda one: one["immutable_id"]) for kind, of in found.items()}


def ada(lab: Lab) -> Any:
    return people.person(lab, str(ADA))


def test_items_people_keys_and_versions_are_as_before(config: Config, existing: str, files: Path):
    did = take_over(config, existing, files)
    assert did.changed
    assert did.written["items"] == 4
    with open_lab(config) as lab:
        salt = items.get_item(lab, ada(lab), "grey:ABCDEF")
        assert salt["immutable_id"] == str(SALT)
        assert (salt["item_id"], salt["colour_of_label"]) == ("jdb-1", "red")
        assert salt["date"] == "2024-03-01T12:30:00.123000+00:00"
        assert salt["blocks_obj"]["b1"]["file_id"] == str(SCAN)
        assert [one["version"] for one in versions.versions(lab, salt)] == [2, 1]
        assert versions.version(lab, salt, 1)["data"]["name"] == "Salt 1"
        who = accounts.person_of_key(lab, KEY)
        assert who and (who.display_name, who.role) == ("Ada", "admin")
        older = accounts.person_of_key(lab, OLD_KEY)
        assert older and older.display_name == "Bob"
        changed, _ = items.change_item(
            lab, who, "grey:ABCDEF", {"name": "Halite"}, action="manual_save"
        )
        assert changed["version"] == 3


def test_files_answer_from_where_they_lie(config: Config, existing: str, files: Path):
    before = tree(files)
    did = take_over(config, existing, files)
    assert did.files == {"linked": 2}
    assert tree(files) == before == dict(sorted(CONTENTS.items()))
    with open_lab(config) as lab:
        salt = items.get_item(lab, ada(lab), "grey:ABCDEF")
        scan, lost = lab_files.files_of(lab, salt)
        assert scan["checksums"]["sha256"] == hashlib.sha256(PATTERN).hexdigest()
        assert scan["checksums"]["md5"] == hashlib.md5(PATTERN).hexdigest()
        path = lab.vault.path(scan["checksums"]["sha256"])
        assert path is not None
        assert path.samefile(files / str(SCAN) / "my_scan.xy")
        assert lost["name"] == "lost.raw"


def test_what_is_odd_is_said(config: Config, existing: str, files: Path):
    said = "\n".join(take_over(config, existing, files).notes)
    for word in ("lost.raw", "orphan.txt", "wishes", "grey:CELLAA: status"):
        assert word in said


def test_running_it_again_changes_nothing(config: Config, existing: str, files: Path):
    take_over(config, existing, files)
    before = everything(config)
    again = take_over(config, existing, files)
    assert not again.changed
    assert everything(config) == before


def test_running_it_again_leaves_alone_what_people_did_since(
    config: Config, existing: str, files: Path
):
    take_over(config, existing, files)
    with open_lab(config) as lab:
        items.change_item(lab, ada(lab), "grey:ABCDEF", {"name": "Halite"}, action="manual_save")
        creation.create_item(lab, ada(lab), {"type": "samples", "item_id": "new-1"})
    before = everything(config)
    assert not take_over(config, existing, files).changed
    assert everything(config) == before


def test_a_database_that_is_read_into_another_place_stays_as_it_is(
    config: Config, existing: str, files: Path
):
    before = read_database(existing)
    did = take_over(config, existing, files)
    if existing == config.MONGO_URI:
        assert did.kept is not None
        dumped = {
            path.stem: bson.decode_all(path.read_bytes()) for path in did.kept.glob("*/*.bson")
        }
        assert dumped == bson_naive(before)
    else:
        assert did.kept is None
        assert read_database(existing) == before


def bson_naive(found: dict[str, Any]) -> dict[str, Any]:
    """As BSON gives it back."""
    return {name: bson.decode_all(b"".join(map(bson.encode, of))) for name, of in found.items()}


def test_a_rehearsal_says_the_same_and_writes_nothing(
    config: Config, existing: str, files: Path, tmp_path: Path
):
    before, folders = read_database(existing), sorted(tmp_path.rglob("*"))
    with existing_database(existing) as source:
        told = rehearse(source, StoredFiles(files, QUIET), "grey")
    assert read_database(existing) == before
    assert sorted(tmp_path.rglob("*")) == folders
    assert told.files == {"found": 2}
    did = take_over(config, existing, files)
    assert {kind: n for kind, n in told.written.items() if n} == {
        kind: n for kind, n in did.written.items() if n
    }
    assert told.notes == did.notes


def test_a_lab_that_has_something_else_is_refused(existing: str, files: Path, tmp_path: Path):
    config = Config(DATA_DIRECTORY=tmp_path / "data")
    with open_lab(config) as lab:
        people.add_person(lab, "Eve", contact_email="eve@lab.example", role="admin")
    before = everything(config)
    with pytest.raises(Conflict, match="not empty"):
        take_over(config, existing, files)
    assert everything(config) == before


def test_a_server_does_not_start_on_what_was_not_adopted(existing: str, tmp_path: Path):
    before = read_database(existing)
    config = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=existing)
    with pytest.raises(Conflict, match=r"migration\.adopt"), open_lab(config):
        pass
    assert read_database(existing) == before


def test_an_adoption_that_stopped_between_two_collections_is_completed(
    existing: str, files: Path, tmp_path: Path
):
    config = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=existing, IDENTIFIER_PREFIX="grey")
    raw = read_database(existing)
    take_over(config, existing, files)
    whole = everything(config)
    with MongoClient[dict[str, Any]](existing) as client:
        database = client.get_default_database()
        for name in ("users", "roles", "groups", "api_keys"):
            database[name].drop()
            database[name].insert_many(raw[name])
    with pytest.raises(Conflict), open_lab(config):
        pass
    assert take_over(config, existing, files).changed
    assert everything(config) == whole


def test_an_adoption_into_another_database_that_stopped_midway_is_completed(
    existing: str, another_uri: str, files: Path, tmp_path: Path
):
    config = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=another_uri)
    take_over(config, existing, files)
    whole = everything(config)
    with MongoClient[dict[str, Any]](another_uri) as client:
        for name in ("users", "roles", "groups", "api_keys"):
            client.get_default_database()[name].delete_many({})
    assert take_over(config, existing, files).changed
    assert everything(config) == whole


def test_what_the_old_server_wrote_after_the_adoption_comes_too(
    existing: str, files: Path, tmp_path: Path
):
    config = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=existing, IDENTIFIER_PREFIX="grey")
    take_over(config, existing, files)
    with open_lab(config) as lab:
        items.change_item(lab, ada(lab), "grey:ABCDEF", {"name": "Halite"}, action="manual_save")
    with MongoClient[dict[str, Any]](existing) as client:
        late = {"type": "samples", "item_id": "late", "refcode": "grey:LATELY", "creator_ids": []}
        client.get_default_database()["items"].insert_one(late)
    assert take_over(config, existing, files).changed
    with open_lab(config) as lab:
        assert items.get_item(lab, ada(lab), "grey:LATELY")["item_id"] == "late"
        assert items.get_item(lab, ada(lab), "grey:ABCDEF")["name"] == "Halite"


def test_somebody_who_writes_meanwhile_is_noticed(existing: str, files: Path, tmp_path: Path):
    config = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=existing, IDENTIFIER_PREFIX="grey")

    class Writing(Silent):
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            if doing == "Writing documents" and done == 2:
                with MongoClient[dict[str, Any]](existing) as client:
                    database = client.get_default_database()
                    database["items"].update_one({"_id": CELL}, {"$set": {"name": "Shorted"}})

    with (
        existing_database(existing) as source,
        open_lab(config, adopting=True) as lab,
        pytest.raises(Conflict, match="Stop the old server"),
    ):
        adopt(lab, source, StoredFiles(files, QUIET), in_place=True, progress=Writing())
    assert {one["_id"]: one.get("name") for one in read_database(existing)["items"]}[
        CELL
    ] == "Shorted"
    assert take_over(config, existing, files).changed
    assert {one["immutable_id"]: one["name"] for one in everything(config)["items"]}[
        str(CELL)
    ] == "Shorted"


def test_what_two_documents_share_is_kept_by_the_first(mongo_uri: str, files: Path, tmp_path: Path):
    found = documents()
    twin = ObjectId("65c000000000000000000099")
    found["items"].append(
        {"_id": twin, "type": "samples", "item_id": "jdb-1", "refcode": "grey:ABCDEF"}
    )
    found["users"].append(
        {"_id": ObjectId("65a000000000000000000009"), "display_name": "Bob again",
         "contact_email": "BOB@lab.example", "account_status": "active"}
    )  # fmt: skip
    write_database(mongo_uri, found)
    did = take_over(Config(DATA_DIRECTORY=tmp_path / "data"), mongo_uri, files)
    assert sum("the second is now" in note for note in did.notes) == 3
    with open_lab(Config(DATA_DIRECTORY=tmp_path / "data")) as lab:
        second = lab.store.items.get(Is("immutable_id", str(twin)), scope=ALL)
        assert second["item_id"] == "jdb-1-2"
        assert second["refcode"] not in {"grey:ABCDEF", None}
        assert second["not_adopted"] == {"refcode": "grey:ABCDEF", "item_id": "jdb-1"}
        kept = lab.store.people.find(Query(Is("contact_email", "bob@lab.example"))).documents
        assert [one["immutable_id"] for one in kept] == [str(BOB)]


def test_ids_that_are_none_of_ours_get_one(mongo_uri: str, files: Path, tmp_path: Path):
    found = documents()
    found["collections"].append({"_id": "by hand", "collection_id": "odd", "title": "Odd"})
    write_database(mongo_uri, found)
    config = Config(DATA_DIRECTORY=tmp_path / "data", MONGO_URI=mongo_uri)
    take_over(config, mongo_uri, files)
    odd = next(one for one in everything(config)["collections"] if one["title"] == "Odd")
    assert len(bytes.fromhex(odd["immutable_id"])) == 12
    assert odd["not_adopted"] == {"_id": "by hand"}


@pytest.mark.parametrize("found", [{}, {"wishes": [{"wish": "a pony"}]}])
def test_other_databases_are_not_adopted(
    mongo_uri: str, files: Path, tmp_path: Path, found: dict[str, Any]
):
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        for name, of in found.items():
            client.get_default_database()[name].insert_many(of)
    with pytest.raises(NotFound, match="neither items nor people"):
        take_over(Config(DATA_DIRECTORY=tmp_path / "data"), mongo_uri, files)


def test_files_elsewhere_are_pointed_to_and_not_copied(
    existing: str, files: Path, tmp_path: Path, other_disk: Callable[[], Path]
):
    there = other_disk() / "old-files"
    files.rename(tmp_path / "gone")
    there.mkdir()
    for name, content in CONTENTS.items():
        (there / name).parent.mkdir()
        (there / name).write_bytes(content)
    config = Config(DATA_DIRECTORY=tmp_path / "data")
    assert take_over(config, existing, there).files == {"pointed": 2}
    with open_lab(config) as lab:
        (scan,) = lab.store.files.find(Query(Is("immutable_id", str(SCAN)))).documents
        sha256 = scan["checksums"]["sha256"]
        with lab.vault.open(sha256) as stream:
            assert stream.read() == PATTERN
        assert lab.vault.size(sha256) == len(PATTERN)
        assert {one.sha256 for one in lab.vault.blobs()} >= {sha256}
        lab.vault.remove(sha256)
        assert (there / str(SCAN) / "my_scan.xy").read_bytes() == PATTERN
        assert not lab.vault.exists(sha256)
        (there / str(NOTES) / "notes.txt").unlink()
        assert list(lab.vault.blobs()) == []


def test_files_are_read_once(existing: str, files: Path, tmp_path: Path):
    config = Config(DATA_DIRECTORY=tmp_path / "data")
    take_over(config, existing, files)
    hashes = tmp_path / "data" / "adopted-files.jsonl"
    known = hashes.read_bytes() + b'\n["half a li'
    hashes.write_bytes(known)
    take_over(config, existing, files)
    assert hashes.read_bytes() == known


def test_a_collection_is_read_that_is_larger_than_one_answer_may_be(mongo_uri: str):
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        items = client.get_default_database()["items"]
        items.insert_many([{"item_id": str(n), "description": "x" * 200_000} for n in range(360)])
    with existing_database(mongo_uri) as source:
        assert sum(1 for _ in source.documents("items")) == 360
