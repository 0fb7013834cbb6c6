"""Items as existing clients make, read, save and list them."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

TYPES = ("samples", "cells", "starting_materials", "equipment")
Create = Callable[..., dict[str, Any]]


@pytest.fixture
def create(ada: TestClient) -> Create:
    """``create(item_id="S-1", …)``: the list entry of a new sample."""

    def created(**fields: Any) -> dict[str, Any]:
        body = {"new_sample_data": {"type": "samples", **fields}}
        answer = ada.post("/new-sample/", json=body)
        assert answer.status_code == 201, answer.text
        entry: dict[str, Any] = answer.json()["sample_list_entry"]
        return entry

    return created


def read(client: TestClient, item_id: str) -> dict[str, Any]:
    """An item by its id."""
    answer = client.get(f"/get-item-data/{item_id}")
    assert answer.status_code == 200, answer.text
    item: dict[str, Any] = answer.json()["item_data"]
    return item


def failed(answer: Any, status: int) -> str:
    """The message of a failure, which is an object with ``status`` and ``message``."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["status"] == "error"
    assert body["title"]
    assert isinstance(body["message"], str)
    assert body["message"]
    message: str = body["message"]
    return message


# Making


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("path", ["/new-sample/", "/new-sample", "/v0.1.0/new-sample/"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_an_item_is_made_by_every_spelling(ada: TestClient, method: str, path: str, wrapped: bool):
    item = {"type": "samples", "item_id": "S-1", "name": "One", "unknown": [1]}
    answer = ada.request(method, path, json={"new_sample_data": item} if wrapped else item)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["item_id"]) == ("success", "S-1")
    assert body["sample_list_entry"] == read(ada, "S-1")


@pytest.mark.parametrize("kind", TYPES)
def test_a_read_has_every_field_and_no_null_where_clients_iterate(create: Create, kind: str):
    entry = create(type=kind, item_id="I-1")
    for name in ("files", "file_ObjectIds", "display_order", "collections", "creators", "groups"):
        assert entry[name] == [] or name == "creators"
    assert entry["blocks_obj"] == {}
    assert entry["immutable_id"]
    assert entry["refcode"].startswith("lab:")
    assert {"name", "description", "status", "date", "last_modified", "version"} <= entry.keys()


def test_an_id_is_made_where_asked_but_not_beside_a_given_one(ada: TestClient):
    body: dict[str, Any] = {
        "new_sample_data": {"type": "samples"},
        "generate_id_automatically": True,
    }
    made = ada.post("/new-sample/", json=body).json()
    assert made["sample_list_entry"]["refcode"] == f"lab:{made['item_id']}"
    body["new_sample_data"]["item_id"] = "S-1"
    failed(ada.post("/new-sample/", json=body), 400)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"item_id": "taken"}, 409),
        ({"item_id": "a/b"}, 400),
        ({"item_id": ""}, 400),
        ({"item_id": ["a"]}, 400),
        ({"type": "ghosts"}, 400),
        ({"type": None}, 400),
        ({"type": ["samples"]}, 400),
        ({"status": "eaten"}, 400),
        ({"molar_mass": "heavy"}, 400),
        ({"date": 5}, 400),
        ({"date": "soon"}, 400),
        ({"collections": [{"collection_id": "nowhere"}]}, 404),
        ({"synthesis_constituents": [{"item": {}, "quantity": 1}]}, 400),
        ({"synthesis_constituents": "salt"}, 400),
        ({"relationships": [{"relation": ["parent"], "item_id": "a"}]}, 400),
        ({"copy_from_item_id": 5}, 201),
    ],
)
def test_what_cannot_be_made_says_why(
    ada: TestClient, create: Create, fields: dict[str, Any], status: int
):
    create(item_id="taken")
    answer = ada.post("/new-sample/", json={"new_sample_data": {"type": "samples", **fields}})
    if status == 201:
        assert answer.status_code == 201
    else:
        failed(answer, status)


@pytest.mark.parametrize("body", [{}, {"new_sample_data": None}, {"new_sample_data": []}])
def test_a_body_without_an_item_is_400(ada: TestClient, body: dict[str, Any]):
    failed(ada.post("/new-sample/", json=body), 400)


@pytest.mark.parametrize(
    "named", [{"type": "collections"}, {"type": "collections", "relation": None}]
)
def test_a_link_to_a_collection_is_no_way_into_it(
    ada: TestClient, join: Callable[..., TestClient], create: Create, named: dict[str, Any]
):
    made = join("bob").put("/collections", json={"data": {"collection_id": "C"}}).json()["data"]
    create(item_id="S-1", relationships=[{**named, "immutable_id": made["immutable_id"]}])
    assert read(ada, "S-1")["relationships"] == []


def test_columns_of_an_inventory_are_understood(ada: TestClient, create: Create):
    create(
        type="starting_materials", item_id="M-1", name="ours",
        **{"Container Name": "Salt", "Substance CAS": "7647-14-5", "Molecular Weight": "58.44",
           "GHS H-codes": "H1", "Barcode": 77, "Date Acquired": "2026-01-02", "Full %": "40",
           "Container Size": "250", "Unit": "mL", "Supplier": "Alfa", "Location": "Here",
           "Comments": "x", "Chemical purity": "99%", "Date opened": "2026-01-03"},
    )  # fmt: skip
    item = read(ada, "M-1")
    assert (item["name"], item["CAS"], item["molar_mass"]) == ("Salt", "7647-14-5", 58.44)
    assert (item["barcode"], item["date"][:10], item["full_percent"]) == ("77", "2026-01-02", "40")
    assert (item["size"], item["size_unit"], item["supplier"]) == ("250", "mL", "Alfa")
    ada.post("/save-item/", json={"item_id": "M-1", "data": {"Location": "There"}})
    assert read(ada, "M-1")["location"] == "There"


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("wrapped", [True, False])
def test_items_of_every_type_are_copied_in_both_forms(
    ada: TestClient, create: Create, kind: str, wrapped: bool
):
    source = create(type=kind, item_id="source", name="Old", description="kept", date="2020-01-01")
    new = {"type": kind, "item_id": "copy", "name": "New"}
    option = {"copy_from_item_id": "source"}
    body = {"new_sample_data": new, **option} if wrapped else {**new, **option}
    copy = ada.post("/new-sample/", json=body).json()["sample_list_entry"]
    assert (copy["name"], copy["description"]) == ("New", "kept")
    assert copy["date"][:4] > "2020"
    assert copy["immutable_id"] != source["immutable_id"]
    failed(ada.post("/new-sample/", json={**body, "copy_from_item_id": "nowhere"}), 404)


@pytest.mark.parametrize("parts", ["salt", 5, [5], [{"item": "salt"}], [{}]])
def test_a_copy_with_broken_constituents_is_refused(ada: TestClient, create: Create, parts: Any):
    whole = [{"item": {"name": "Water"}, "quantity": 1}]
    create(item_id="source", synthesis_constituents=whole)
    new = {"type": "samples", "item_id": "copy", "synthesis_constituents": parts}
    failed(ada.post("/new-sample/", json={**new, "copy_from_item_id": "source"}), 400)


def test_many_are_made_each_on_its_own(ada: TestClient, create: Create):
    create(item_id="taken")
    many = [{"type": "samples", "item_id": "B-1"}, {"type": "samples", "item_id": "taken"},
            "nonsense", {"type": "cells", "item_id": "B-2"}, {"item_id": "B-3"}]  # fmt: skip
    answer = ada.post("/new-samples/", json={"new_sample_datas": many})
    assert answer.status_code == 207
    body = answer.json()
    assert body["http_codes"] == [201, 409, 400, 201, 400]
    assert (body["nsuccess"], body["nerror"]) == (2, 3)
    states = [one["status"] for one in body["responses"]]
    assert states == ["success", "error", "error", "success", "error"]
    assert all(one["message"] for one in body["responses"] if one["status"] == "error")
    assert read(ada, "B-2")["type"] == "cells"


def test_many_are_copied_from_as_many(ada: TestClient, create: Create):
    create(item_id="source", description="kept")
    many = [{"type": "samples", "item_id": "a"}, {"type": "samples", "item_id": "b"}]
    body = {"new_sample_datas": many, "copy_from_item_ids": [None, "source"]}
    assert ada.put("/new-samples", json=body).json()["http_codes"] == [201, 201]
    assert (read(ada, "a")["description"], read(ada, "b")["description"]) == (None, "kept")
    for wrong in (
        {"copy_from_item_ids": ["source"]},
        {"new_sample_datas": []},
        {"new_sample_datas": {}},
    ):
        failed(ada.post("/new-samples/", json=body | wrong), 400)


# Reading


def test_an_item_is_read_by_either_id(ada: TestClient, create: Create):
    entry = create(item_id="S-1")
    by_id = ada.get("/get-item-data/S-1").json()
    short = entry["refcode"].partition(":")[2]
    for path in (f"/items/{entry['refcode']}", f"/items/{short}/", "/v0/get-item-data/S-1/"):
        assert ada.get(path).json() == by_id
    assert by_id["status"] == "success"
    assert (by_id["parent_items"], by_id["child_items"]) == ([], [])
    for path in ("/get-item-data/nowhere", "/items/lab:NOSUCH", "/get-item-data/%00"):
        failed(ada.get(path), 404)


def test_parents_and_children_are_named_until_they_are_let_go(ada: TestClient, create: Create):
    for name in ("b", "a"):
        create(type="starting_materials", item_id=name)
    parts = [
        {"item": {"item_id": name, "type": "starting_materials"}, "quantity": 1} for name in "ba"
    ]
    create(item_id="made", synthesis_constituents=parts)
    assert ada.get("/get-item-data/made").json()["parent_items"] == ["a", "b"]
    assert ada.get("/get-item-data/a").json()["child_items"] == ["made"]
    ada.post("/save-item/", json={"item_id": "made", "data": {"synthesis_constituents": parts[:1]}})
    assert ada.get("/get-item-data/a").json()["child_items"] == []
    links = read(ada, "made")["relationships"]
    assert [one["item_id"] for one in links if one["relation"] == "parent"] == ["b"]


@pytest.mark.parametrize(
    ("path", "key", "kinds"),
    [
        ("/samples/", "samples", {"samples", "cells"}),
        ("/samples", "items", {"samples", "cells"}),
        ("/samples", "cells", {"cells"}),
        ("/cells", "items", {"cells"}),
        ("/starting-materials/", "items", {"starting_materials"}),
        ("/starting_materials", "items", {"starting_materials"}),
        ("/equipment/", "items", {"equipment"}),
    ],
)
def test_lists_have_rows_of_one_shape(
    ada: TestClient, create: Create, path: str, key: str, kinds: set[str]
):
    for kind in TYPES:
        create(type=kind, item_id=kind.replace("_", "-"))
    body = ada.get(path).json()
    assert body["status"] == "success"
    assert {row["type"] for row in body[key]} == kinds
    needed = {"type", "item_id", "refcode", "name", "nblocks", "nfiles", "blocks", "collections",
              "creators", "groups", "status", "date", "last_modified"}  # fmt: skip
    assert all(needed <= row.keys() for row in body[key])


def test_lists_begin_with_the_newest_date(ada: TestClient, create: Create):
    for item_id, date in (("a", "2020-01-01"), ("c", "2022-01-01"), ("b", "2021-01-01")):
        create(item_id=item_id, date=date)
    assert [row["item_id"] for row in ada.get("/samples/").json()["samples"]] == ["c", "b", "a"]


# Saving


@pytest.fixture
def save(ada: TestClient) -> Callable[..., Any]:
    return lambda item_id, /, **data: ada.post(
        "/save-item/", json={"item_id": item_id, "data": data}
    )


def test_a_save_changes_what_it_names(ada: TestClient, create: Create, save: Callable[..., Any]):
    create(item_id="S-1", name="old", description="kept")
    answer = save("S-1", name="new", colour="red")
    assert answer.json().keys() == {"status", "last_modified"}
    item = read(ada, "S-1")
    assert (item["name"], item["description"], item["version"]) == ("new", "kept", 2)
    assert item["last_modified"] == answer.json()["last_modified"]
    unchanged = save("S-1", name="new").json()
    assert (unchanged["unchanged"], unchanged["last_modified"]) == (True, item["last_modified"])
    assert save("S-1", name=None).status_code == 200
    assert read(ada, "S-1")["name"] is None


def test_a_whole_item_sent_back_changes_nothing(ada: TestClient, create: Create, save: Any):
    create(item_id="S-1", chemform="LiCoO2")
    ada.post("/add-data-block/", json={"item_id": "S-1", "block_type": "comment", "index": None})
    assert save("S-1", **read(ada, "S-1")).json()["unchanged"] is True


@pytest.mark.parametrize(
    "protected",
    [
        {"refcode": "lab:EVIL"}, {"version": 99}, {"revision": 99}, {"revisions": {"1": {}}},
        {"item_id": "other"}, {"_id": "x"}, {"immutable_id": "f" * 24}, {"creator_ids": []},
        {"creators": []}, {"group_ids": ["f" * 24]}, {"files": [{}]}, {"file_ObjectIds": ["f" * 24]},
        {"relationships": [{}]}, {"last_modified": "2000-01-01"}, {"blocks": [1]}, {"edit": 7},
        {"derived": {"principals": ["everyone"]}}, {"deleted_at": "2000-01-01"},
    ],
)  # fmt: skip
def test_what_the_server_owns_is_not_overwritten(
    ada: TestClient, create: Create, save: Any, protected: dict[str, Any]
):
    create(item_id="S-1")
    before = read(ada, "S-1")
    assert save("S-1", **protected).json()["unchanged"] is True
    assert read(ada, "S-1") == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"item_id": "S-1"}, 400),
        ({"data": {}}, 400),
        ({"item_id": "S-1", "data": []}, 400),
        ({"item_id": ["S-1"], "data": {}}, 400),
        ({"item_id": "nowhere", "data": {}}, 404),
        ({"item_id": "S-1", "data": {"type": "cells"}}, 400),
        ({"item_id": "S-1", "data": {"status": "eaten"}}, 400),
        ({"item_id": "S-1", "data": {"molar_mass": -1}}, 400),
        ({"item_id": "S-1", "data": {"blocks_obj": [1]}}, 400),
        ({"item_id": "S-1", "data": {"date": "never"}}, 400),
    ],
)
def test_a_save_that_cannot_be_says_why(
    ada: TestClient, create: Create, body: dict[str, Any], status: int
):
    create(item_id="S-1")
    before = read(ada, "S-1")
    failed(ada.post("/save-item/", json=body), status)
    assert read(ada, "S-1") == before


def test_a_stale_tab_neither_deletes_nor_revives_blocks(ada: TestClient, create: Create, save: Any):
    create(item_id="S-1")
    a, b = (
        ada.put("/blocks/", json={"item_id": "S-1", "block_type": "comment", "index": None}).json()[
            "new_block_obj"
        ]["block_id"]
        for _ in range(2)
    )
    stale = read(ada, "S-1")
    ada.post("/delete-block/", json={"item_id": "S-1", "block_id": a})
    stale["blocks_obj"][b]["freeform_comment"] = "written"
    stale["display_order"] = [a, "unknown", 5, b, b]
    assert save("S-1", **stale).status_code == 200
    item = read(ada, "S-1")
    assert item["blocks_obj"].keys() == {b}
    assert item["blocks_obj"][b]["freeform_comment"] == "written"
    assert item["display_order"] == [b]
    save("S-1", blocks_obj={}, display_order=[])
    assert read(ada, "S-1")["display_order"] == [b]


def test_a_save_moves_between_collections(ada: TestClient, create: Create, save: Any):
    for name in ("C", "D"):
        ada.put("/collections", json={"data": {"collection_id": name}})
    create(item_id="S-1", collections=[{"collection_id": "C"}])
    assert [one["collection_id"] for one in read(ada, "S-1")["collections"]] == ["C"]
    save("S-1", name="other")
    assert [one["collection_id"] for one in read(ada, "S-1")["collections"]] == ["C"]
    odd = [{"collection_id": "D", "title": "stale"}, {"collection_id": {"$ne": None}}, "x"]
    save("S-1", collections=odd)
    assert [one["collection_id"] for one in read(ada, "S-1")["collections"]] == ["D"]
    save("S-1", collections=[])
    assert read(ada, "S-1")["collections"] == []


def test_an_agent_saves_under_its_name(ada: TestClient, create: Create):
    entry = create(item_id="S-1")
    body = {"item_id": "S-1", "data": {"name": "new"}}
    ada.post("/save-item/", json=body, headers={"User-Agent": "Datalab Python API/0.7.0"})
    versions = ada.get(f"/v1/items/{entry['refcode']}/versions").json()["items"]
    assert [one["action"] for one in versions] == ["agent_save", "created"]


# Deleting


def test_a_deleted_item_is_gone(ada: TestClient, join: Callable[..., TestClient], create: Create):
    create(item_id="S-1")
    failed(join("bob").post("/delete-sample/", json={"item_id": "S-1"}), 404)
    assert ada.post("/delete-sample/", json={"item_id": "S-1"}).json() == {"status": "success"}
    failed(ada.get("/get-item-data/S-1"), 404)
    failed(ada.post("/delete-sample/", json={"item_id": "S-1"}), 404)
    failed(ada.post("/delete-sample/", json={}), 400)
