"""What was deleted or changed, seen and brought back by those who may."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

Make = Callable[..., dict[str, Any]]
Join = Callable[..., TestClient]


def ids(answer: Any) -> list[str]:
    """The item_ids of a list."""
    return [one["item_id"] for one in answer.json()["items"]]


@pytest.fixture
def place(ada: TestClient, make: Make) -> str:
    return f"/v1/items/{make(ada, item_id='S-1', name='first', chemform='NaCl')['refcode']}"


def test_deleted_items_are_listed_for_those_who_may_bring_them_back(
    ada: TestClient, join: Join, admin: TestClient, make: Make
):
    bob = join("bob")
    shared = make(ada, item_id="shared", creator_ids=[bob.person_id])  # type: ignore[attr-defined]
    make(ada, item_id="kept")
    mine = make(bob, item_id="mine", type="cells")
    group = admin.post("/v1/groups", json={"group_id": "g", "display_name": "G"}).json()
    grouped = make(ada, item_id="grouped", group_ids=[group["immutable_id"]])
    admin.put(f"/v1/groups/g/members/{bob.person_id}")  # type: ignore[attr-defined]
    for who, item in ((ada, shared), (bob, mine), (ada, grouped)):
        assert who.delete(f"/v1/items/{item['refcode']}").status_code == 200

    assert sorted(ids(ada.get("/v1/items?deleted=true"))) == ["grouped", "shared"]
    assert sorted(ids(bob.get("/v1/items?deleted=true"))) == ["mine", "shared"]
    assert ids(bob.get("/v1/items?deleted=true&type=cells")) == ["mine"]
    assert ids(ada.get("/v1/items")) == ["kept"]
    (row,) = ada.get("/v1/items?deleted=true&q=shared").json()["items"]
    assert row["deleted_at"] > "2026"
    assert ids(admin.get("/v1/items?deleted=true")) == []
    assert len(ids(admin.get("/v1/items?deleted=true&sudo=1"))) == 3

    assert ada.post(f"/v1/items/{shared['refcode']}/restore").status_code == 200
    assert ids(ada.get("/v1/items?deleted=true")) == ["grouped"]
    assert admin.post(f"/v1/items/{grouped['refcode']}/restore").status_code == 200


def test_deleted_collections_are_listed_likewise(ada: TestClient, join: Join):
    ada.post("/v1/collections", json={"collection_id": "C", "title": "Cathodes"})
    ada.delete("/v1/collections/C")
    (gone,) = ada.get("/v1/collections?deleted=true").json()["items"]
    assert (gone["collection_id"], gone["deleted_at"] > "2026") == ("C", True)
    assert join("bob").get("/v1/collections?deleted=true").json()["items"] == []
    ada.post("/v1/collections/C/restore")
    assert ada.get("/v1/collections?deleted=true").json()["items"] == []
    assert ada.get("/v1/collections").json()["items"][0]["deleted_at"] is None


def test_an_item_holds_again_what_it_held_in_a_version(ada: TestClient, place: str, make: Make):
    used = make(ada, item_id="used")
    part = {"item": {"refcode": used["refcode"]}, "quantity": 1, "unit": "g"}
    ada.post("/v1/collections", json={"collection_id": "C"})
    old = ada.post(f"{place}/blocks", json={"technique": "comment", "title": "old"}).json()
    then = ada.patch(place, json={"synthesis_constituents": [part], "status": "planned"}).json()
    file = ada.post(f"{place}/files?name=a.txt", content=b"words").json()
    ada.delete(f"{place}/blocks/{old['block_id']}")
    new = ada.post(f"{place}/blocks", json={"technique": "comment", "title": "new"}).json()
    # what is said of owners is a version of its own, however soon it comes
    ada.patch(f"{place}/sharing", json={"creator_ids": ["0" * 24]})
    ada.patch(place, json={"name": None, "synthesis_constituents": [], "collections": ["C"]})

    back = ada.post(f"{place}/versions/{then['version']}/restore").json()
    assert (back["name"], back["status"], back["chemform"]) == ("first", "planned", "NaCl")
    assert back["synthesis_constituents"][0]["item"]["item_id"] == "used"
    assert (back["display_order"], list(back["blocks_obj"])) == ([old["block_id"]],) * 2
    assert back["file_ids"] == [file["file_id"]]
    assert [one["collection_id"] for one in back["collections"]] == ["C"]
    links = ada.get(f"{place}/relationships").json()["made_from"]
    assert [one["item_id"] for one in links] == ["used"]
    newest = ada.get(f"{place}/versions").json()["items"][0]
    assert (newest["action"], newest["version"]) == ("restored", back["version"])

    assert ada.post(f"{place}/blocks/{old['block_id']}/restore").status_code == 404
    again = ada.post(f"{place}/blocks/{new['block_id']}/restore")
    assert again.status_code == 200


def test_restoring_leaves_owners_and_groups_as_they_are(
    ada: TestClient, join: Join, place: str, admin: TestClient
):
    bob = join("bob")
    group = admin.post("/v1/groups", json={"group_id": "g", "display_name": "G"}).json()
    shared = {"creator_ids": [bob.person_id], "group_ids": [group["immutable_id"]]}  # type: ignore[attr-defined]
    ada.patch(f"{place}/sharing", json=shared)
    back = ada.post(f"{place}/versions/1/restore").json()
    assert [one["display_name"] for one in back["creators"]] == ["ada", "bob"]
    assert [one["group_id"] for one in back["groups"]] == ["g"]


def test_only_those_who_may_change_an_item_restore_its_versions(
    ada: TestClient, join: Join, place: str
):
    ada.patch(f"{place}/sharing", json={"creator_ids": ["0" * 24]})
    ada.patch(place, json={"name": "second"})
    eve = join("eve")
    assert eve.get(place).status_code == 200
    assert eve.post(f"{place}/versions/1/restore").status_code == 403
    assert ada.post(f"{place}/versions/99/restore").status_code == 404
    assert ada.get(place).json()["name"] == "second"


def test_owners_and_groups_change_and_are_kept_as_a_version(
    ada: TestClient, join: Join, admin: TestClient, place: str
):
    bob, eve = join("bob"), join("eve")
    group = admin.post("/v1/groups", json={"group_id": "g", "display_name": "G"}).json()
    admin.put(f"/v1/groups/g/members/{eve.person_id}")  # type: ignore[attr-defined]
    wish = {"creator_ids": [bob.person_id]}  # type: ignore[attr-defined]
    shared = ada.patch(f"{place}/sharing", json=wish).json()
    assert [one["display_name"] for one in shared["creators"]] == ["ada", "bob"]
    assert bob.patch(place, json={"name": "bob's"}).status_code == 200
    assert eve.get(place).status_code == 404
    bob.patch(f"{place}/sharing", json={"group_ids": [group["immutable_id"]]})
    assert eve.patch(place, json={"name": "eve's"}).status_code == 200
    assert eve.patch(f"{place}/sharing", json={"group_ids": []}).status_code == 403
    ada.patch(f"{place}/sharing", json={"creator_ids": [], "group_ids": []})
    assert bob.get(place).status_code == eve.get(place).status_code == 404
    assert ada.get(place).status_code == 200
    unknown = ada.patch(f"{place}/sharing", json={"group_ids": ["a" * 24]})
    assert (unknown.status_code, "a" * 24 in unknown.json()["detail"]) == (422, True)
    actions = [one["action"] for one in ada.get(f"{place}/versions").json()["items"]]
    assert actions.count("permissions_update") == 3


def test_a_collection_is_shared_with_its_items(ada: TestClient, join: Join, place: str):
    bob = join("bob")
    ada.post("/v1/collections", json={"collection_id": "C"})
    ada.patch(place, json={"collections": ["C"]})
    wish = {"creator_ids": [bob.person_id]}  # type: ignore[attr-defined]
    assert bob.get(place).status_code == 404
    assert ada.patch("/v1/collections/C/sharing", json=wish).json()["creators"][1:] != []
    assert bob.get(place).status_code == 200
    assert bob.patch("/v1/collections/C/sharing", json={"creator_ids": []}).status_code == 200
