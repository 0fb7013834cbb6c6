"""What documents of earlier years have that later ones do not: they work as they did, or it is said."""

from typing import Any

import pytest
from bson import ObjectId

from existing_lab import ADA, SALT, Source, documents
from pydatalab.chemistry.masses import masses_of
from pydatalab.models.adopting import Adoption
from pydatalab.models.existing import adopted_item, adopted_key, adopted_person, adopted_role

GONE = ObjectId("65a0000000000000000000ff")


def notes_on(content: dict[str, list[dict[str, Any]]]) -> list[str]:
    adoption = Adoption(Source(content), "grey", masses_of)
    for _ in adoption.documents():
        pass
    return adoption.notes


@pytest.mark.parametrize(
    ("fields", "works"),
    [
        ({}, True),
        ({"active": True}, True),
        ({"active": False}, False),
        ({"active": None}, False),
        ({"invalidated_at": "2024-01-01"}, False),
    ],
)
def test_a_token_works_unless_somebody_ended_it(fields: dict[str, Any], works: bool):
    raw = {
        "_id": ObjectId(),
        "type": "access_token",
        "hash": "ab",
        "refcode": "grey:A",
        "user": ADA,
    }
    assert adopted_key(raw | fields)["active"] is works


def test_one_owner_who_is_in_no_list_stays_the_owner():
    item = adopted_item({"_id": SALT, "type": "samples", "creator_ids": ADA}, "grey")
    assert item["creator_ids"] == [str(ADA)]
    assert "not_adopted" not in item


def test_titles_of_an_inventorys_export_are_fields():
    raw = {
        "_id": SALT, "type": "starting_materials", "name": None, "Container Name": "Rock salt",
        "Barcode": 17, "Full %": "80", "Date opened": "2020-02-03", "Molecular Weight": "58.44",
    }  # fmt: skip
    item = adopted_item(raw, "grey")
    assert (item["name"], item["barcode"], item["full_percent"]) == ("Rock salt", "17", "80")
    assert (item["date_opened"], item["molar_mass"]) == ("2020-02-03T00:00:00.000000+00:00", 58.44)
    assert not {"Barcode", "Full %"} & item.keys()


def test_a_description_with_pasted_pictures_is_taken_over():
    picture = f'<p><img src="data:image/png;base64,{"A" * 6_000_000}"></p>'
    item = adopted_item({"_id": SALT, "type": "samples", "description": picture}, "grey")
    assert len(item["description"]) > 6_000_000
    assert "not_adopted" not in item


def test_titles_of_an_export_in_other_items_are_theirs():
    furnace = adopted_item({"_id": SALT, "type": "equipment", "Comments": "hot"}, "grey")
    assert furnace["Comments"] == "hot"


def test_roles_and_states_that_do_not_exist_are_kept_aside():
    assert adopted_role({"_id": ADA, "role": "wizard"})["not_adopted"] == {"role": "wizard"}
    person = adopted_person({"_id": ADA, "account_status": "asleep"})
    assert person["account_status"] == "unverified"
    assert person["not_adopted"] == {"account_status": "asleep"}


def test_an_ordinary_database_has_few_oddities():
    assert [note.partition(": ")[0] for note in notes_on(documents())] == [
        "grey:CELLAA",
        "my_scan.xy, notes.txt, lost.raw",
        "furnace",
    ]


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("items", {"item_id": "x"}, "x: had no refcode, and have one now."),
        ("items", {"refcode": "grey:XXXXXX", "type": "samples"}, "had no item_id"),
        ("items", {"refcode": "grey:XXXXXX", "item_id": "x"}, "had no type"),
        ("items", {"refcode": "grey:X", "creator_ids": [GONE]}, "grey:X: people named in creator_ids are not there"),
        ("items", {"refcode": "grey:X", "group_ids": [GONE]}, "grey:X: groups named in group_ids are not there"),
        ("items", {"refcode": "grey:X", "file_ObjectIds": [GONE]}, "grey:X: files named in file_ObjectIds"),
        ("items", {"refcode": "grey:X", "relationships": [{"type": "collections", "immutable_id": GONE}]},
         "grey:X: collections named in relationships are"),
        ("api_keys", {"hash": "ab", "user": GONE, "name": "robot"}, "robot: people named in user are not there"),
        ("api_keys", {"user": ADA, "name": "robot"}, "robot: had no hash"),
        ("api_keys", {"hash": "ab", "user": ADA, "type": "access_token", "refcode": "grey:NO", "name": "t"},
         "t: items named in refcode are not there"),
        ("roles", {"role": "admin"}, "people named in immutable_id are not there"),
        ("roles", {"role": "wizard"}, "role could not be taken over"),
        ("users", {"display_name": "Eve", "account_status": "asleep"}, "Eve: account_status could not"),
        ("users", {"display_name": "Eve", "managers": [GONE]}, "Eve: people named in managers are not"),
        ("item_versions", {"refcode": "grey:GONE00", "version": 1, "data": {}},
         "grey:GONE00: items named in refcode are not there"),
    ],
)  # fmt: skip
def test_what_is_odd_about_each_kind_is_said(kind: str, fields: dict[str, Any], said: str):
    found = documents()
    ordinary = notes_on(documents())
    found[kind].append({"_id": ObjectId("65c0000000000000000000aa"), **fields})
    assert said in "\n".join(note for note in notes_on(found) if note not in ordinary)
