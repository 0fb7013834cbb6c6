"""Changing, deleting and bringing back items, and the versions that stay."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def item(ada: TestClient, make: Make) -> dict[str, Any]:
    return make(ada, item_id="S-1", name="first", description="<p>old</p>", chemform="NaCl")


@pytest.fixture
def place(item: dict[str, Any]) -> str:
    return f"/v1/items/{item['refcode']}"


def test_null_clears_and_what_is_absent_stays(ada: TestClient, place: str):
    changed = ada.patch(place, json={"name": None, "status": "planned"}).json()
    assert (changed["name"], changed["status"]) == (None, "planned")
    assert (changed["description"], changed["chemform"]) == ("<p>old</p>", "NaCl")
    assert ada.patch(place, json={"status": None}).json()["status"] == "active"
    assert ada.get(place).json()["name"] is None


def test_a_refcode_goes_with_or_without_its_prefix(ada: TestClient, item: dict[str, Any]):
    short = item["refcode"].partition(":")[2]
    assert ada.get(f"/v1/items/{short}").json() == ada.get(f"/v1/items/{item['refcode']}").json()


def test_a_change_names_the_edit_that_it_was_made_from(ada: TestClient, place: str):
    first = ada.patch(place, json={"name": "mine"}, headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    stale = ada.patch(place, json={"name": "theirs"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 409
    assert stale.json()["current"]["name"] == "mine"
    assert stale.json()["current"]["edit"] == 2
    assert stale.json()["changed"] == ["name"]
    assert ada.patch(place, json={"name": "theirs", "edit": 1}).status_code == 409
    assert ada.patch(place, json={"name": "ours", "edit": 2}).json()["edit"] == 3
    assert ada.patch(place, json={"name": "last"}).json()["name"] == "last"


def test_a_stale_change_learns_what_others_changed_since(
    ada: TestClient, join: Callable[..., TestClient], make: Make
):
    bob = join("bob")
    item = make(ada, creator_ids=[bob.person_id], name="a")  # type: ignore[attr-defined]
    place = f"/v1/items/{item['refcode']}"
    ada.post("/v1/collections", json={"collection_id": "C"})
    seen = ada.patch(place, json={"status": "planned"}).json()["edit"]
    bob.patch(place, json={"name": "b", "chemform": "NaCl"})
    bob.post(f"{place}/blocks", json={"technique": "comment"})
    ada.patch(place, json={"collections": ["C"]})
    stale = ada.patch(place, json={"description": "mine", "edit": seen}).json()
    assert stale["changed"] == sorted(
        ["blocks_obj", "chemform", "collections", "display_order", "name"]
    )


def test_of_an_edit_without_a_version_what_differs_from_what_is_sent_is_named(
    ada: TestClient, place: str
):
    ada.patch(place, json={"name": "one"})
    ada.patch(place, json={"name": "two", "status": "planned"})
    sent = {"name": "one", "status": "planned", "edit": 2}
    assert ada.patch(place, json=sent).json()["changed"] == ["name"]


@pytest.mark.parametrize("etag", ["*", 'W/"1"', "1", ' "1" '])
def test_an_etag_may_be_written_in_other_ways(ada: TestClient, place: str, etag: str):
    assert ada.patch(place, json={"name": "n"}, headers={"If-Match": etag}).status_code == 200


@pytest.mark.parametrize("etag", ['"one"', "", '"1", "2"', "9" * 5_000, "-1"])
def test_what_is_no_etag_of_an_item_is_refused(ada: TestClient, place: str, etag: str):
    assert ada.patch(place, json={"name": "n"}, headers={"If-Match": etag}).status_code == 422


def test_a_change_that_changes_nothing_is_no_edit(ada: TestClient, place: str):
    assert ada.patch(place, json={"name": "first"}).json()["edit"] == 1
    assert ada.patch(place, json={}).json()["edit"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"barcode": "1"},
        {"colour": "red"},
        {"item_id": "S-2"},
        {"type": "cells"},
        {"refcode": "lab:OTHER"},
        {"creators": []},
        {"file_ids": []},
        {"status": "cycled"},
        {"molar_mass": 0},
        {"date": "soon"},
        {"synthesis_constituents": [{"item": {}, "quantity": 1}]},
        {"collections": "C"},
        {"edit": "x"},
    ],
)
def test_what_breaks_a_rule_changes_nothing(
    ada: TestClient, place: str, item: dict[str, Any], change: dict[str, Any]
):
    answer = ada.patch(place, json={"name": "new", **change})
    assert answer.status_code == 422
    assert next(iter(change)) in str(answer.json()["errors"])
    assert ada.get(place).json() == item


def test_fields_of_other_types_are_known_only_to_those(ada: TestClient, make: Make):
    cell = make(ada, type="cells")
    place = f"/v1/items/{cell['refcode']}"
    assert ada.patch(place, json={"characteristic_mass": 2.5}).json()["characteristic_mass"] == 2.5
    assert ada.patch(place, json={"chemform": "NaCl"}).status_code == 422
    assert ada.patch(place, json={"active_ion_charge": None}).json()["active_ion_charge"] == 1


def test_no_field_is_lost_when_many_save_at_once(ada: TestClient, make: Make):
    material = make(ada, type="starting_materials")
    place = f"/v1/items/{material['refcode']}"
    fields = ["name", "supplier", "location", "comment", "barcode", "CAS", "smiles", "size"]
    changes = [{field: f"{field} {turn}"} for turn in range(3) for field in fields]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda change: ada.patch(place, json=change), changes))
    assert {one.status_code for one in answers} == {200}
    saved = ada.get(place).json()
    assert saved["edit"] == 1 + len(changes)
    assert all(saved[field].startswith(field) for field in fields)


def test_of_many_who_save_from_one_edit_one_wins(ada: TestClient, place: str):
    changes = [{"name": f"{number}", "edit": 1} for number in range(12)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda change: ada.patch(place, json=change), changes))
    won = [one.json() for one in answers if one.status_code == 200]
    lost = [one.json() for one in answers if one.status_code == 409]
    assert (len(won), len(lost)) == (1, 11)
    assert {one["current"]["name"] for one in lost} == {won[0]["name"]}


def test_blocks_and_files_that_come_together_all_stay(ada: TestClient, place: str):
    def add(number: int) -> int:
        if number % 2:
            return ada.post(f"{place}/blocks", json={"technique": "comment"}).status_code
        return ada.post(f"{place}/files?name={number}", content=b"%d" % number).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(add, range(20))) == {201}
    item = ada.get(place).json()
    assert (len(item["display_order"]), len(item["file_ids"])) == (10, 10)


# Versions


def versions(client: TestClient, place: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{place}/versions").json()["items"]
    return found


def test_what_one_person_types_in_one_sitting_is_one_version(
    ada: TestClient, join: Callable[..., TestClient], place: str
):
    for word in ("a", "ab", "abc"):
        ada.patch(place, json={"name": word})
    assert [(one["version"], one["action"]) for one in versions(ada, place)] == [
        (2, "auto_save"), (1, "created"),
    ]  # fmt: skip
    join("root", role="admin").patch(place, json={"name": "edited"})
    found = versions(ada, place)
    assert [one["version"] for one in found] == [3, 2, 1]
    assert [one["creator"]["display_name"] for one in found] == ["root", "ada", "ada"]
    names = [ada.get(f"{place}/versions/{number}").json()["name"] for number in (1, 2, 3)]
    assert names == ["first", "abc", "edited"]
    assert ada.get(place).json()["version"] == 3


@pytest.mark.parametrize("number", [4, 999_999_999])
def test_a_version_that_never_was_is_not_found(ada: TestClient, place: str, number: int):
    assert ada.get(f"{place}/versions/{number}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30])
def test_what_is_no_number_is_no_version(ada: TestClient, place: str, number: str):
    assert ada.get(f"{place}/versions/{number}").status_code == 422


# Deleting


def test_a_deleted_item_is_hidden_everywhere_and_comes_back_whole(
    ada: TestClient, place: str, item: dict[str, Any]
):
    deleted = ada.delete(place)
    assert deleted.json().keys() == {"refcode", "deleted_at"}
    for path in (place, f"{place}/versions", f"{place}/files.zip", "/get-item-data/S-1"):
        assert ada.get(path).status_code == 404
    assert ada.patch(place, json={"name": "n"}).status_code == 404
    assert ada.delete(place).status_code == 404
    assert ada.get("/v1/items").json()["items"] == []
    assert ada.get("/v1/search?q=first").json()["items"] == []
    back = ada.post(f"{place}/restore").json()
    counters = {"edit", "last_modified"}
    assert {k: v for k, v in back.items() if k not in counters} == {
        k: v for k, v in item.items() if k not in counters
    }
    assert ada.post(f"{place}/restore").status_code == 404


def test_an_id_is_free_again_after_deletion_and_then_stands_in_the_way_of_restoring(
    ada: TestClient, make: Make, place: str
):
    ada.delete(place)
    make(ada, item_id="S-1")
    answer = ada.post(f"{place}/restore")
    assert answer.status_code == 409
    assert "S-1" in answer.json()["detail"]


def test_files_of_a_deleted_item_are_not_given_out(ada: TestClient, place: str):
    file = ada.post(f"{place}/files?name=a", content=b"a").json()
    ada.delete(place)
    assert ada.get(f"/v1/files/{file['file_id']}").status_code == 404
    assert ada.get(f"/v1/files/{file['file_id']}/content").status_code == 404


# What is linked to what


def test_relationships_and_graphs_show_both_directions_to_their_depth(ada: TestClient, make: Make):
    def made_of(item: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"item": {"refcode": item["refcode"]}, "quantity": 1}]

    a = make(ada, item_id="a")
    b = make(ada, item_id="b", synthesis_constituents=made_of(a))
    c = make(ada, item_id="c", type="cells", positive_electrode=made_of(b))
    place = f"/v1/items/{b['refcode']}"
    links = ada.get(f"{place}/relationships").json()
    assert [one["item_id"] for one in links["made_from"]] == ["a"]
    assert [(one["item_id"], one["relation"]) for one in links["made_into"]] == [("c", "part_of")]

    def graph(path: str) -> tuple[set[str], set[tuple[str, str, str]]]:
        found = ada.get(path).json()
        names = {one["refcode"]: one["item_id"] for one in found["nodes"]}
        edges = {(names[e["source"]], names[e["target"]], e["relation"]) for e in found["edges"]}
        return set(names.values()), edges

    both = {("a", "b", "made_from"), ("b", "c", "part_of")}
    assert graph(f"{place}/graph") == ({"a", "b", "c"}, both)
    assert graph(f"/v1/items/{a['refcode']}/graph?depth=0") == ({"a"}, set())
    assert graph(f"/v1/items/{a['refcode']}/graph?depth=1")[0] == {"a", "b"}
    assert graph(f"/v1/items/{a['refcode']}/graph?depth=2")[0] == {"a", "b", "c"}
    assert graph("/v1/graph") == ({"a", "b", "c"}, both)
    assert graph("/v1/graph?type=samples")[0] == {"a", "b"}
    ada.post("/v1/collections", json={"collection_id": "C", "items": [c["refcode"]]})
    assert graph("/v1/graph?collection=C")[0] == {"c"}
    assert ada.get("/v1/graph?collection=nowhere").status_code == 404
    assert ada.get(f"{place}/graph?depth=11").status_code == 422


def test_a_circle_of_items_has_an_end(ada: TestClient, make: Make):
    a = make(ada, item_id="a")
    b = make(ada, synthesis_constituents=[{"item": {"item_id": "a"}, "quantity": 1}])
    parts = [{"item": {"refcode": b["refcode"]}, "quantity": 1}]
    ada.patch(f"/v1/items/{a['refcode']}", json={"synthesis_constituents": parts})
    found = ada.get(f"/v1/items/{a['refcode']}/graph?depth=10").json()
    assert (len(found["nodes"]), len(found["edges"])) == (2, 2)


def test_collections_may_be_named_as_answers_name_them(ada: TestClient):
    for name in ("first", "second"):
        ada.post("/v1/collections", json={"collection_id": name})
    new = {"type": "samples", "collections": [{"collection_id": "first"}]}
    item = ada.post("/v1/items", json=new).json()
    address = f"/v1/items/{item['refcode']}"
    assert ada.patch(address, json={"collections": item["collections"]}).status_code == 200
    both = [*item["collections"], {"collection_id": "second"}]
    changed = ada.patch(address, json={"collections": both}).json()
    assert sorted(one["collection_id"] for one in changed["collections"]) == ["first", "second"]
    assert ada.patch(address, json={"collections": [{"title": "x"}]}).status_code == 422


def test_a_field_that_is_not_changed_here_is_named(ada: TestClient):
    item = ada.post("/v1/items", json={"type": "samples"}).json()
    answer = ada.patch(f"/v1/items/{item['refcode']}", json={"item_id": "other", "version": 7})
    assert answer.status_code == 422
    assert "item_id, version cannot be changed here" in answer.json()["detail"]
