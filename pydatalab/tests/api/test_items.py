"""Making items: what each type takes, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab
from pydatalab.models.base import LONGEST_PROSE
from pydatalab.services import creation

Make = Callable[..., dict[str, Any]]

COMMON = {
    "name": "Ünïcode ⚗️ name",
    "description": "<p>What it <b>is</b></p>",
    "date": "2026-11-22T15:23:37.025000+00:00",
}
SUBSTANCE = {
    "chemform": "LiNi0.8Mn0.1Co0.1O2", "molar_mass": 97.28, "smiles": "[Li+]", "inchi": "InChI=1S/Li/q+1",
    "inchi_key": "HBBGRARXTFLTSG-UHFFFAOYSA-N", "GHS_codes": "H302, H319", "CAS": "7439-93-2",
    "synthesis_description": "<p>Stirred.</p>",
}  # fmt: skip
EVERY_FIELD: dict[str, dict[str, Any]] = {
    "samples": {**COMMON, **SUBSTANCE, "status": "completed"},
    "cells": {
        **COMMON,
        "status": "cycled",
        "cell_format": "in situ (XRD)",
        "cell_format_description": "CR2032",
        "cell_preparation_description": "<p>Pressed.</p>",
        "characteristic_mass": 3.25,
        "characteristic_chemical_formula": "LiCoO2",
        "characteristic_molar_mass": 97.87,
        "active_ion_charge": 2.0,
    },
    "starting_materials": {
        **COMMON, **SUBSTANCE, "status": "ordered", "barcode": "00123", "date_opened": "2026-01-02T00:00:00.000000+00:00",
        "chemical_purity": "99.5%", "full_percent": "40", "size": "250", "size_unit": "mL",
        "supplier": "Alfa", "location": "Room 1 > Shelf 2", "comment": "smells",
    },
    "equipment": {
        **COMMON, "status": "being_fixed", "serial_numbers": "A1, A2", "manufacturer": "Bruker",
        "location": "Cellar", "contact": "ada@lab.example",
    },
}  # fmt: skip

DEFAULT_STATUS = {
    "samples": "active", "cells": "active", "starting_materials": "available", "equipment": "working",
}  # fmt: skip


@pytest.mark.parametrize("kind", EVERY_FIELD)
def test_an_item_keeps_every_field_of_its_type(ada: TestClient, kind: str):
    new = {"type": kind, "item_id": "one.of_all-1", **EVERY_FIELD[kind]}
    made = ada.post("/v1/items", json=new)
    assert made.status_code == 201
    read = ada.get(f"/v1/items/{made.json()['refcode']}")
    assert read.json() == made.json()
    assert {name: read.json()[name] for name in new} == new
    assert read.headers["etag"] == made.headers["etag"] == '"1"'


@pytest.mark.parametrize("kind", EVERY_FIELD)
def test_what_nobody_gives_has_a_default(ada: TestClient, make: Make, kind: str):
    item = make(ada, type=kind)
    assert item["refcode"] == f"lab:{item['item_id']}"
    assert (item["status"], item["edit"], item["version"]) == (DEFAULT_STATUS[kind], 1, 1)
    saved, made = map(datetime.fromisoformat, (item["last_modified"], item["date"]))
    assert abs(saved - made) < timedelta(minutes=1)
    for name in ("files", "file_ids", "display_order", "relationships", "collections", "groups"):
        assert item[name] == []
    assert item["blocks_obj"] == {}
    community = kind in {"starting_materials", "equipment"}
    assert [one["display_name"] for one in item["creators"]] == ([] if community else ["ada"])
    assert item["permissions"] == {"write": True, "delete": not community, "share": not community}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"type": "samples", "colour": "red"}, "colour"),
        ({"type": "samples", "barcode": "1"}, "barcode"),
        ({"type": "samples", "status": "cycled"}, "status"),
        ({"type": "samples", "molar_mass": -1}, "molar_mass"),
        ({"type": "samples", "molar_mass": "heavy"}, "molar_mass"),
        ({"type": "samples", "name": ["a"]}, "name"),
        ({"type": "samples", "name": "x" * 2_001}, "name"),
        ({"type": "samples", "description": "x" * (LONGEST_PROSE + 1)}, "description"),
        ({"type": "samples", "date": "last week"}, "date"),
        ({"type": "samples", "date": 1_700_000_000}, "date"),
        ({"type": "cells", "cell_format": "square"}, "cell_format"),
        ({"type": "cells", "characteristic_mass": 0}, "characteristic_mass"),
        ({"type": "ghosts"}, "type"),
        ({"name": "typeless"}, "type"),
        ({"type": ["samples"]}, "type"),
        ({"type": "samples", "item_id": ""}, "item_id"),
        ({"type": "samples", "item_id": "a/b"}, "item_id"),
        ({"type": "samples", "item_id": "-a"}, "item_id"),
        ({"type": "samples", "item_id": "a" * 41}, "item_id"),
        ({"type": "samples", "item_id": "größe"}, "item_id"),
        ({"type": "samples", "item_id": "a\u0000b"}, "item_id"),
        ({"type": "samples", "creator_ids": ["ada"]}, "creator_ids"),
        ({"type": "samples", "immutable_id": "0" * 24}, "immutable_id"),
        ({"type": "samples", "refcode": "lab:MINE"}, "refcode"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused_by_name(ada: TestClient, fields: dict[str, Any], named: str):
    answer = ada.post("/v1/items", json=fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert named in f"{problem['errors']}"
    assert ada.get("/v1/items").json()["total"] == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-11-22", "2026-11-22T00:00:00.000000+00:00"),
        ("2026-11-22T10:00", "2026-11-22T10:00:00.000000+00:00"),
        ("2026-11-22T10:00:00.123456Z", "2026-11-22T10:00:00.123000+00:00"),
        ("2026-11-22T10:00:00+02:00", "2026-11-22T08:00:00.000000+00:00"),
        ("20261122", "2026-11-22T00:00:00.000000+00:00"),
        ("0", None),
        (" ", None),
        (None, None),
    ],
)
def test_a_date_may_be_written_in_any_iso_form(
    ada: TestClient, make: Make, sent: str | None, kept: str | None
):
    assert make(ada, date=sent)["date"] == kept


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_date_beyond_all_times_is_refused(ada: TestClient, sent: str):
    assert ada.post("/v1/items", json={"type": "samples", "date": sent}).status_code == 422


def test_an_id_may_be_a_number_and_blanks_around_it_are_dropped(ada: TestClient, make: Make):
    assert make(ada, item_id=17)["item_id"] == "17"
    assert make(ada, item_id="  S-1 ")["item_id"] == "S-1"
    assert make(ada, item_id="None")["item_id"] == "None"
    assert make(ada)["item_id"]


def test_an_id_is_taken_once_whatever_the_type_and_whoever_has_it(
    ada: TestClient, join: Callable[..., TestClient], make: Make
):
    make(ada, item_id="S-1")
    answer = join("bob").post("/v1/items", json={"type": "equipment", "item_id": "S-1"})
    assert answer.status_code == 409
    assert answer.json()["item_id"] == "S-1"
    assert make(ada, item_id="s-1")["item_id"] == "s-1"


def test_of_many_who_want_one_id_one_gets_it(ada: TestClient):
    new = {"type": "samples", "item_id": "wanted"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ada.post("/v1/items", json=new), range(16)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 15


def test_refcodes_that_collide_are_made_anew(
    ada: TestClient, make: Make, monkeypatch: pytest.MonkeyPatch
):
    taken = make(ada)["refcode"]
    drawn = iter([taken, taken, "lab:FRESHA", taken, "lab:FRESHB", "lab:FRESHC"])
    monkeypatch.setattr(creation, "new_refcode", lambda prefix: next(drawn))
    assert make(ada)["refcode"] == "lab:FRESHA"
    batch = ada.post("/v1/items/batch", json={"items": [{"type": "samples"}] * 2}).json()["items"]
    made = [one["item"] for one in batch]
    assert {one["refcode"] for one in made} == {"lab:FRESHB", "lab:FRESHC"}
    assert all(one["refcode"] == f"lab:{one['item_id']}" for one in made)


def test_molar_masses_follow_from_formulas_until_somebody_gives_one(ada: TestClient, make: Make):
    sample = make(ada, chemform="CuSO4·5H2O")
    assert sample["molar_mass"] == pytest.approx(249.68, abs=0.01)
    assert sample["computed_fields"] == ["molar_mass"]
    given = make(ada, chemform="CuSO4·5H2O", molar_mass=250)
    assert (given["molar_mass"], given["computed_fields"]) == (250, [])
    cell = make(ada, type="cells", characteristic_chemical_formula="LiCoO2")
    assert cell["characteristic_molar_mass"] == pytest.approx(97.87, abs=0.01)
    assert make(ada, chemform="no formula at all")["molar_mass"] is None


# Constituents


def part(quantity: Any = 1.5, unit: str = "g", **item: Any) -> dict[str, Any]:
    return {"item": item, "quantity": quantity, "unit": unit}


@pytest.mark.parametrize("kind", EVERY_FIELD)
@pytest.mark.parametrize("by", ["refcode", "item_id"])
def test_items_of_every_type_can_be_constituents_by_either_id(
    ada: TestClient, make: Make, kind: str, by: str
):
    used = make(ada, type=kind, name="Used")
    made = make(ada, synthesis_constituents=[part(**{by: used[by]})])
    (found,) = made["synthesis_constituents"]
    assert found["item"]["refcode"] == used["refcode"]
    assert found["item"]["item_id"] == used["item_id"]
    assert (found["item"]["name"], found["item"]["type"]) == ("Used", kind)
    links = ada.get(f"/v1/items/{made['refcode']}/relationships").json()["made_from"]
    assert [(one["refcode"], one["quantity"]) for one in links] == [(used["refcode"], 1.5)]


def test_a_constituent_bears_the_name_that_its_item_has_when_it_is_saved(
    ada: TestClient, make: Make
):
    used = make(ada, name="old")
    made = make(ada, synthesis_constituents=[part(item_id=used["item_id"])])
    ada.patch(f"/v1/items/{used['refcode']}", json={"name": "new", "chemform": "NaCl"})
    saved = ada.patch(f"/v1/items/{made['refcode']}", json={"status": "planned"}).json()
    (found,) = saved["synthesis_constituents"]
    assert (found["item"]["name"], found["item"]["chemform"]) == ("new", "NaCl")


def test_a_substance_that_is_no_item_and_a_reference_to_nowhere_are_kept(
    ada: TestClient, make: Make
):
    parts = [
        part(None, "mL", name="Water", chemform="H2O"),
        part(2, refcode="lab:GONEGO", type="samples", name="lost"),
    ]
    found = make(ada, synthesis_constituents=parts)["synthesis_constituents"]
    assert found[0] == {
        "item": {"name": "Water", "chemform": "H2O"},
        "quantity": None,
        "unit": "mL",
    }
    assert found[1]["item"]["name"] == "lost"


def test_what_one_may_not_see_is_not_named_in_a_constituent(
    ada: TestClient, join: Callable[..., TestClient], make: Make
):
    hidden = make(join("bob"), item_id="secret", name="Secret recipe")
    (found,) = make(ada, synthesis_constituents=[part(item_id="secret")])["synthesis_constituents"]
    assert found["item"].get("name") is None
    assert found["item"].get("refcode") != hidden["refcode"]


@pytest.mark.parametrize("field", ["creator_ids", "group_ids"])
def test_owners_that_are_not_there_are_named(ada: TestClient, field: str):
    answer = ada.post("/v1/items", json={"type": "samples", field: ["a" * 24]})
    assert answer.status_code == 422
    assert "a" * 24 in answer.json()["detail"]
    many = ada.post("/v1/items/batch", json={"items": [{"type": "samples", field: ["a" * 24]}]})
    assert many.json()["items"][0]["status"] == 422
    assert ada.get("/v1/items").json()["total"] == 0


def test_a_constituent_bears_the_name_that_its_item_has_when_it_is_read(
    ada: TestClient, make: Make
):
    used = make(ada, name="old")
    made = make(ada, synthesis_constituents=[part(item_id=used["item_id"])])
    ada.patch(f"/v1/items/{used['refcode']}", json={"name": "new"})
    read = ada.get(f"/v1/items/{made['refcode']}").json()
    assert read["synthesis_constituents"][0]["item"]["name"] == "new"
    again = ada.patch(
        f"/v1/items/{made['refcode']}",
        json={"synthesis_constituents": read["synthesis_constituents"]},
    ).json()
    assert again["edit"] == made["edit"]


@pytest.mark.parametrize(
    "broken",
    [
        part(-1, item_id="S-1"),
        part("much", item_id="S-1"),
        part(item_id=""),
        part(name=""),
        part(immutable_id="0" * 24),
        part(unit="x" * 101, item_id="S-1"),
        {"quantity": 1},
        "S-1",
    ],
)
def test_a_broken_constituent_is_refused(ada: TestClient, broken: Any):
    new = {"type": "samples", "synthesis_constituents": [broken]}
    answer = ada.post("/v1/items", json=new)
    assert answer.status_code == 422
    assert "synthesis_constituents" in str(answer.json()["errors"])


def test_parts_of_a_cell_are_linked_and_let_go(ada: TestClient, make: Make):
    powder, salt = make(ada, item_id="powder"), make(ada, item_id="salt")
    cell = make(
        ada,
        type="cells",
        positive_electrode=[part(item_id="powder")],
        electrolyte=[part(item_id="salt"), part(name="EC/DMC")],
    )
    place = f"/v1/items/{cell['refcode']}"
    links = ada.get(f"{place}/relationships").json()["made_from"]
    assert {(one["item_id"], one["relation"]) for one in links} == {
        ("powder", "part_of"), ("salt", "part_of"),
    }  # fmt: skip
    ada.patch(place, json={"electrolyte": None})
    left = ada.get(f"{place}/relationships").json()["made_from"]
    assert [one["refcode"] for one in left] == [powder["refcode"]]
    assert ada.get(f"/v1/items/{salt['refcode']}/relationships").json()["made_into"] == []


# Copies


def test_a_copy_takes_the_fields_but_neither_files_blocks_nor_owners(
    ada: TestClient, join: Callable[..., TestClient], make: Make
):
    ada.post("/v1/collections", json={"collection_id": "C"})
    source = make(
        ada, item_id="source", **EVERY_FIELD["samples"], collections=["C"],
        synthesis_constituents=[part(name="Water")],
    )  # fmt: skip
    place = f"/v1/items/{source['refcode']}"
    ada.post(f"{place}/files?name=a", content=b"a")
    ada.post(f"{place}/blocks", json={"technique": "comment"})
    added = [part(name="Salt")]
    copy = make(
        ada, item_id="copy", copy_from=source["refcode"], name="Copy", synthesis_constituents=added
    )
    assert (copy["name"], copy["status"], copy["chemform"]) == (
        "Copy", "completed", source["chemform"],
    )  # fmt: skip
    assert copy["date"] != source["date"]
    assert [one["item"]["name"] for one in copy["synthesis_constituents"]] == ["Water", "Salt"]
    assert (copy["files"], copy["blocks_obj"], copy["collections"]) == ([], {}, [])
    stranger = join("bob").post(
        "/v1/items", json={"type": "samples", "copy_from": source["refcode"]}
    )
    assert stranger.status_code == 404


@pytest.mark.parametrize("kind", EVERY_FIELD)
def test_items_of_every_type_are_copied(ada: TestClient, make: Make, kind: str):
    source = make(ada, type=kind, **EVERY_FIELD[kind])
    copy = make(ada, type=kind, copy_from=source["item_id"])
    kept = EVERY_FIELD[kind].keys() - {"date"}
    assert {name: copy[name] for name in kept} == {name: source[name] for name in kept}


# Many at once


def test_many_are_made_each_on_its_own(ada: TestClient, make: Make):
    make(ada, item_id="taken")
    new = [
        {"type": "samples", "item_id": "B-1", "name": "one"},
        {"type": "samples", "item_id": "taken"},
        {"type": "samples", "item_id": "B-1"},
        {"type": "ghosts"},
        {"type": "samples", "colour": "red"},
        {"type": "cells", "collections": ["nowhere"]},
        {"type": "samples", "group_ids": 7},
        {"type": "samples", "copy_from": "lab:NOSUCH"},
        {"type": "starting_materials"},
        {"type": "samples", "copy_from": "taken"},
    ]
    answer = ada.post("/v1/items/batch", json={"items": new})
    assert answer.status_code == 200
    made = answer.json()["items"]
    statuses = [one["status"] for one in made]
    assert statuses == [201, 409, 409, 422, 422, 404, 422, 404, 201, 404]
    assert made[0]["item"]["name"] == "one"
    for one in made:
        assert (one["item"] is None) == (one["status"] != 201)
        if one["problem"]:
            assert one["problem"]["status"] == one["status"]
            assert {"type", "title", "detail"} <= one["problem"].keys()


def test_an_item_of_many_has_its_versions(ada: TestClient):
    made = ada.post("/v1/items/batch", json={"items": [{"type": "samples"}]}).json()["items"][0]
    found = ada.get(f"/v1/items/{made['item']['refcode']}/versions").json()["items"]
    assert [(one["version"], one["action"]) for one in found] == [(1, "created")]


@pytest.mark.parametrize("new", [[], {}, None, [1], "many"])
def test_many_must_be_a_list_of_objects(ada: TestClient, new: Any):
    assert ada.post("/v1/items/batch", json={"items": new}).status_code == 422


def test_more_than_the_lab_takes_at_once_are_refused_whole(lab: Lab, ada: TestClient):
    new = [{"type": "samples"}] * (lab.largest_batch + 1)
    assert ada.post("/v1/items/batch", json={"items": new}).status_code == 422
    assert ada.get("/v1/items").json()["total"] == 0
