"""Collections: made, changed, filled, deleted, brought back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def items(ada: TestClient, make: Make) -> list[str]:
    """Refcodes of three items."""
    return [make(ada, item_id=name)["refcode"] for name in "abc"]


@pytest.fixture
def place(ada: TestClient, items: list[str]) -> str:
    new = {
        "collection_id": "C",
        "title": "Cathodes",
        "description": "<p>All</p>",
        "items": items[:2],
    }
    assert ada.post("/v1/collections", json=new).status_code == 201
    return "/v1/collections/C"


def members(client: TestClient, collection: str = "C") -> list[str]:
    found = client.get(f"/v1/items?collection={collection}&sort=item_id").json()["items"]
    return [one["item_id"] for one in found]


def test_a_collection_is_made_with_its_items(ada: TestClient, place: str):
    found = ada.get(place)
    assert found.headers["etag"] == '"1"'
    collection = found.json()
    assert (collection["title"], collection["description"]) == ("Cathodes", "<p>All</p>")
    assert (collection["num_items"], collection["edit"]) == (2, 1)
    assert [one["display_name"] for one in collection["creators"]] == ["ada"]
    assert collection["permissions"] == {"write": True, "delete": True, "share": True}
    assert members(ada) == ["a", "b"]
    (listed,) = ada.get("/v1/collections").json()["items"]
    assert listed == collection


@pytest.mark.parametrize(
    ("new", "status"),
    [
        ({"collection_id": "C"}, 409),
        ({"collection_id": "a b"}, 422),
        ({"collection_id": ""}, 422),
        ({"title": "nameless"}, 422),
        ({"collection_id": "D", "colour": "red"}, 422),
        ({"collection_id": "D", "title": "x" * 2_001}, 422),
        ({"collection_id": "D", "items": ["lab:NOSUCH"]}, 404),
        ({"collection_id": "D", "items": "abc"}, 422),
    ],
)
def test_what_cannot_be_made_is_not_made(
    ada: TestClient, place: str, new: dict[str, Any], status: int
):
    answer = ada.post("/v1/collections", json=new)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert ada.get("/v1/collections").json()["total"] == 1


def test_items_that_one_may_not_change_go_into_no_new_collection(
    ada: TestClient, join: Callable[..., TestClient], make: Make
):
    bob = join("bob")
    public = make(bob, creator_ids=["0" * 24])
    answer = ada.post("/v1/collections", json={"collection_id": "D", "items": [public["refcode"]]})
    assert answer.status_code == 403
    assert ada.get("/v1/collections/D").status_code == 404


def test_a_change_names_its_edit(ada: TestClient, place: str):
    first = ada.patch(place, json={"title": "New", "edit": 1}).json()
    assert (first["title"], first["description"], first["edit"]) == ("New", "<p>All</p>", 2)
    stale = ada.patch(place, json={"title": "Other", "edit": 1})
    assert stale.status_code == 409
    assert stale.json()["current"] == first
    assert ada.patch(place, json={"title": None}).json()["title"] is None
    assert ada.patch(place, json={"collection_id": "E"}).status_code == 422


def test_changes_at_once_are_all_made(ada: TestClient, place: str):
    changes = [{"title": f"{n}"} if n % 2 else {"description": f"{n}"} for n in range(12)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda change: ada.patch(place, json=change), changes))
    assert {one.status_code for one in answers} == {200}
    assert ada.get(place).json()["edit"] == 13


def test_items_go_in_and_out(ada: TestClient, place: str, items: list[str]):
    assert ada.put(f"{place}/items/{items[2]}").status_code == 204
    assert ada.put(f"{place}/items/{items[2]}").status_code == 204
    assert members(ada) == ["a", "b", "c"]
    assert ada.delete(f"{place}/items/{items[0]}").status_code == 204
    assert members(ada) == ["b", "c"]
    assert ada.put(f"{place}/items/lab:NOSUCH").status_code == 404
    assert ada.put(f"/v1/collections/nowhere/items/{items[0]}").status_code == 404


def test_an_item_says_which_collections_it_is_in(ada: TestClient, place: str, items: list[str]):
    ada.post("/v1/collections", json={"collection_id": "D"})
    there = f"/v1/items/{items[0]}"
    moved = ada.patch(there, json={"collections": ["D"]}).json()
    assert [one["collection_id"] for one in moved["collections"]] == ["D"]
    assert members(ada) == ["b"]
    assert ada.patch(there, json={"collections": []}).json()["collections"] == []
    assert ada.get("/v1/collections/D").json()["num_items"] == 0


def test_a_collection_that_cannot_be_filled_is_named_by_whoever_is_put_into_it(
    ada: TestClient, join: Callable[..., TestClient], place: str, items: list[str]
):
    bobs = join("bob").post("/v1/collections", json={"collection_id": "B"}).json()
    there = f"/v1/items/{items[0]}"
    for unknown in ("nowhere", "B", bobs["immutable_id"]):
        answer = ada.patch(there, json={"collections": ["C", unknown], "name": "lost"})
        assert answer.status_code == 404
        assert unknown in answer.json()["detail"]
    item = ada.get(there).json()
    assert [one["collection_id"] for one in item["collections"]] == ["C"]
    assert item["name"] != "lost"
    same = [item["collections"][0]["immutable_id"]]
    assert ada.patch(there, json={"collections": same}).status_code == 200


def test_a_deleted_collection_lets_its_items_be_and_comes_back_with_them(
    ada: TestClient, place: str, items: list[str]
):
    assert ada.delete(place).status_code == 204
    for answer in (ada.get(place), ada.delete(place), ada.patch(place, json={"title": "x"})):
        assert answer.status_code == 404
    assert ada.get(f"/v1/items/{items[0]}").json()["collections"] == []
    back = ada.post(f"{place}/restore").json()
    assert (back["title"], back["num_items"]) == ("Cathodes", 2)
    assert members(ada) == ["a", "b"]
    assert ada.post(f"{place}/restore").status_code == 404


def test_an_id_that_was_given_away_stands_in_the_way_of_restoring(ada: TestClient, place: str):
    ada.delete(place)
    ada.post("/v1/collections", json={"collection_id": "C", "title": "Another"})
    answer = ada.post(f"{place}/restore")
    assert answer.status_code == 409
    assert answer.json()["collection_id"] == "C"
    assert ada.get(place).json()["title"] == "Another"


def test_collections_are_listed_in_pages_and_found_by_words(ada: TestClient):
    for number in range(7):
        ada.post("/v1/collections", json={"collection_id": f"n{number}", "title": f"Ünit {number}"})
    first = ada.get("/v1/collections?limit=4").json()
    assert (len(first["items"]), first["total"]) == (4, 7)
    rest = ada.get(f"/v1/collections?limit=4&cursor={first['next_cursor']}").json()
    ids = [one["collection_id"] for one in (*first["items"], *rest["items"])]
    assert ids == [f"n{number}" for number in range(6, -1, -1)]
    found = ada.get("/v1/collections?q=unit 3").json()["items"]
    assert [one["collection_id"] for one in found] == ["n3"]
    assert ada.get("/v1/collections?cursor=nonsense").status_code == 422
    assert ada.get("/v1/collections?limit=0").status_code == 422


def test_nobody_else_sees_a_collection(join: Callable[..., TestClient], place: str):
    bob = join("bob")
    assert bob.get(place).status_code == 404
    assert bob.get("/v1/collections").json()["total"] == 0
    assert bob.delete(place).status_code == 404
    new = {"type": "samples", "collections": ["C"]}
    assert bob.post("/v1/items", json=new).status_code == 404
