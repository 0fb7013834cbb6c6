"""Collections, groups, people, searches, graphs and the forms of requests of existing clients."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

Make = Callable[..., dict[str, Any]]
JSON = {"Content-Type": "application/json"}


def failed(answer: Any, status: int) -> str:
    """The message of a failure."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["status"] == "error"
    assert body["message"]
    message: str = body["message"]
    return message


@pytest.fixture
def items(ada: TestClient, make: Make) -> list[str]:
    """Refcodes of two items ``a`` and ``b``."""
    return [make(ada, item_id=name)["refcode"] for name in "ab"]


# Collections


@pytest.fixture
def filled(ada: TestClient, items: list[str]) -> dict[str, Any]:
    """The answer to making a collection ``C`` of one item and one that is not there."""
    members = [{"item_id": "a"}, {"item_id": "nowhere"}]
    data = {"collection_id": "C", "title": "Cathodes", "starting_members": members}
    answer = ada.put("/collections", json={"data": data})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def test_a_collection_is_made_and_read(ada: TestClient, filled: dict[str, Any]):
    assert (filled["data"]["num_items"], len(filled["warnings"])) == (1, 1)
    assert "nowhere" in filled["warnings"][0]
    found = ada.get("/collections/C").json()
    assert found["data"]["title"] == "Cathodes"
    assert [one["item_id"] for one in found["child_items"]] == ["a"]
    for key in ("data", "collections"):
        (listed,) = ada.get("/collections").json()[key]
        assert listed["immutable_id"] == filled["data"]["immutable_id"]
        assert listed["num_items"] == 1
    for path in ("/search-collections/", "/search/collections/"):
        assert ada.get(f"{path}?query=cath").json()["data"] == [
            {
                "immutable_id": filled["data"]["immutable_id"],
                "collection_id": "C",
                "title": "Cathodes",
            }
        ]
    failed(ada.get("/search-collections/"), 400)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": {"collection_id": "C"}}, 409),
        ({"data": {"collection_id": "a b"}}, 400),
        ({"data": {}}, 400),
        ({"data": {"collection_id": ["C"]}}, 400),
        ({}, 400),
    ],
)
def test_a_collection_that_cannot_be_made_says_why(
    ada: TestClient, filled: dict[str, Any], body: dict[str, Any], status: int
):
    answer = ada.put("/collections", json=body)
    failed(answer, status)
    if status == 409:
        assert answer.json()["collection_id"] == "C"


def test_a_collection_is_changed_filled_emptied_and_deleted(
    ada: TestClient, filled: dict[str, Any], items: list[str]
):
    assert ada.patch("/collections/C", json={"data": {"title": "New"}}).status_code == 200
    assert ada.patch("/collections/C", json={"data": {}}).status_code == 200
    failed(ada.patch("/collections/C", json={"data": {"title": ["a"]}}), 400)
    failed(ada.patch("/collections/C", json={"data": "title"}), 400)
    assert ada.get("/collections/C").json()["data"]["title"] == "New"
    add = {"data": {"refcodes": items}}
    assert ada.post("/collections/C", json=add).status_code == 200
    failed(ada.post("/collections/nowhere", json=add), 404)
    failed(ada.post("/collections/C", json={"data": {"refcodes": []}}), 400)
    failed(ada.post("/collections/C", json={"data": {"refcodes": ["lab:NOSUCH"]}}), 404)
    failed(ada.post("/collections/C", json={}), 400)

    def remove(refcodes: Any) -> Any:
        return ada.request("DELETE", "/collections/C/items", json={"refcodes": refcodes})

    assert remove(items[:1]).json() == {"status": "success", "removed_count": 1}
    some = remove([items[1], "lab:NOSUCH"])
    assert (some.status_code, some.json()["status"]) == (207, "partial-success")
    failed(remove(["lab:NOSUCH"]), 404)
    failed(remove([]), 400)
    assert ada.delete("/collections/C").json() == {"status": "success"}
    for answer in (ada.get("/collections/C"), ada.delete("/collections/C"),
                   ada.patch("/collections/C", json={"data": {"title": "x"}})):  # fmt: skip
        failed(answer, 404)


# People and groups


def test_groups_are_made_found_and_filled(admin: TestClient, ada: TestClient):
    me = ada.person_id  # type: ignore[attr-defined]
    new = {"group_id": "x", "display_name": "X-ray", "description": "d", "managers": []}
    made = admin.put("/groups", json=new)
    assert made.status_code == 200
    key = made.json()["group_immutable_id"]
    failed(admin.put("/groups", json=new), 409)
    failed(admin.put("/groups", json={"group_id": "a b", "display_name": "x"}), 400)
    assert admin.put(f"/groups/{key}", json={"user_id": me}).status_code == 200
    assert admin.put(f"/groups/{key}", json={"user_id": me}).status_code == 200
    failed(admin.put(f"/groups/{key}", json={}), 400)
    (group,) = admin.get("/groups").json()["data"]
    assert [one["display_name"] for one in group["members"]] == ["ada"]
    (found,) = ada.get("/search/groups?query=x-ray").json()["data"]
    assert (found["group_id"], found["immutable_id"], found["type"]) == ("x", key, "groups")
    failed(ada.get("/search/groups"), 400)
    assert admin.patch(f"/groups/{key}", json={"display_name": "New"}).status_code == 200
    failed(admin.patch("/groups/nowhere", json={"display_name": "New"}), 404)
    assert admin.delete(f"/groups/{key}/members/{me}").status_code == 200
    assert admin.delete(f"/groups/{key}/members/{me}").status_code == 200
    assert admin.delete(f"/groups/{key}").status_code == 200
    failed(admin.delete(f"/groups/{key}"), 404)
    for answer in (ada.get("/groups"), ada.put("/groups", json=new), ada.delete(f"/groups/{key}")):
        failed(answer, 403)


def test_a_person_is_read_without_envelope(ada: TestClient, anyone: TestClient):
    me = ada.get("/get-current-user/").json()
    assert (me["type"], me["display_name"], me["role"]) == ("people", "ada", "user")
    assert "status" not in me
    nobody = anyone.get("/get-current-user/")
    assert (nobody.status_code, nobody.json()["status"]) == (401, "failure")
    assert nobody.json()["message"]


def test_people_are_found_but_not_their_secrets(ada: TestClient, join: Callable[..., TestClient]):
    join("bob")
    for path in ("/search-users/", "/search/users"):
        (found,) = ada.get(f"{path}?query=bob").json()["users"]
        assert found["display_name"] == "bob"
        assert "contact_email" not in found
    failed(ada.get("/search-users/"), 400)


def test_roles_and_managers_are_given_by_administrators(
    admin: TestClient, ada: TestClient, join: Callable[..., TestClient]
):
    me, bob = ada.person_id, join("bob").person_id  # type: ignore[attr-defined]
    assert admin.patch(f"/roles/{me}", json={"role": "manager"}).status_code == 200
    assert ada.get("/get-current-user").json()["role"] == "manager"
    failed(admin.patch(f"/roles/{me}", json={"role": "king"}), 400)
    failed(admin.patch(f"/roles/{me}", json={}), 400)
    failed(admin.patch(f"/roles/{'f' * 24}", json={"role": "user"}), 404)
    assert admin.patch(f"/users/{me}/managers", json={"managers": [bob]}).status_code == 200
    failed(admin.patch(f"/users/{bob}/managers", json={"managers": [me]}), 400)
    failed(admin.patch(f"/users/{me}/managers", json={"managers": ["f" * 24]}), 404)
    failed(admin.patch(f"/users/{me}/managers", json={"managers": "bob"}), 400)
    everybody = {one["immutable_id"]: one for one in admin.get("/users").json()["data"]}
    assert everybody[me]["managers"] == [bob]
    assert everybody[me]["role"] == "manager"


def test_people_change_themselves_and_administrators_anybody(
    admin: TestClient, ada: TestClient, join: Callable[..., TestClient]
):
    me, bob = ada.person_id, join("bob")  # type: ignore[attr-defined]
    path = f"/users/{me}"
    assert ada.patch(path, json={"display_name": "Ada L."}).status_code == 200
    assert ada.patch(path, json={"display_name": "", "contact_email": ""}).status_code == 200
    found = ada.get("/get-current-user").json()
    assert (found["display_name"], found["contact_email"]) == ("Ada L.", None)
    failed(ada.patch(path, json={"display_name": " "}), 400)
    failed(ada.patch(path, json={"contact_email": "nobody"}), 400)
    failed(ada.patch(path, json={"account_status": "deactivated"}), 403)
    failed(bob.patch(path, json={"display_name": "Bob's"}), 403)
    failed(admin.patch(path, json={"account_status": "asleep"}), 400)
    failed(admin.patch(f"/users/{'f' * 24}", json={"display_name": "x"}), 404)
    assert ada.patch(path, json={}).status_code == 200
    assert admin.patch(path, json={"account_status": "deactivated"}).status_code == 200
    assert ada.get("/samples").status_code == 401


def test_a_new_collection_names_owners_that_are_not_there(ada: TestClient):
    for key in ("groups", "additional_creators"):
        data = {"collection_id": "C", key: [{"immutable_id": "a" * 24}]}
        assert "a" * 24 in failed(ada.put("/collections", json={"data": data}), 400)
    failed(ada.get("/collections/C"), 404)


def test_keys_are_looked_after_in_a_browser_alone(ada: TestClient):
    failed(ada.get("/api-keys"), 403)
    failed(ada.post("/api-keys", json={"name": "k"}), 403)


def test_any_cookie_does_not_make_a_program_a_browser(ada: TestClient):
    ada.cookies.set("datalab_session", "anything")
    failed(ada.get("/api-keys"), 403)
    failed(ada.post("/api-keys", json={"name": "k"}), 403)
    failed(ada.delete(f"/api-keys/{'0' * 24}"), 403)


# Searches and graphs


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("query=alpha", {"S-alpha"}),
        ("query='alpha'", {"S-alpha"}),
        ("query=ALPHA%20s", {"S-alpha"}),
        ("query=alpha%20beta", set()),
        ("query=%23^s-(alpha|beta)$", {"S-alpha", "S-beta"}),
        ("query=re:^s-a", {"S-alpha"}),
        ("query=%25alpha%20beta", {"S-alpha", "S-beta"}),
        ("query=s-&types=cells", {"S-cell"}),
        ("query=s-&types=samples,cells", {"S-alpha", "S-beta", "S-cell"}),
        ("query=s-&types=null", {"S-alpha", "S-beta", "S-cell"}),
        ("query=s-&types=", {"S-alpha", "S-beta", "S-cell"}),
        ("query=s-&types=ghosts", set()),
        ("query=s-&nresults=x", {"S-alpha", "S-beta", "S-cell"}),
        ("query=S-alpha&nresults=1", {"S-alpha"}),
        ("query=s-&nresults=" + "9" * 5_000, {"S-alpha", "S-beta", "S-cell"}),
    ],
)
def test_each_way_of_searching_finds_what_it_says(
    ada: TestClient, make: Make, query: str, found: set[str]
):
    make(ada, item_id="S-alpha")
    make(ada, item_id="S-beta")
    make(ada, item_id="S-cell", type="cells")
    body = ada.get(f"/search-items?{query}").json()
    assert body["status"] == "success"
    assert {one["item_id"] for one in body["items"]} == found
    for row in body["items"]:
        assert {"type", "refcode", "name", "nblocks", "collections", "creators"} <= row.keys()


@pytest.mark.parametrize("query", ["", "?types=samples", "?query=re:(", "?query=%23*"])
def test_a_search_that_cannot_be_says_why(ada: TestClient, query: str):
    failed(ada.get(f"/search-items/{query}"), 400)


def test_graphs_have_the_shape_that_cytoscape_draws(ada: TestClient, make: Make):
    make(ada, item_id="salt", type="starting_materials", name="Salt")
    make(ada, item_id="unused", type="starting_materials")
    parts = [{"item": {"item_id": "salt"}, "quantity": 1}]
    made = make(ada, item_id="made", synthesis_constituents=parts)
    block = ada.post(f"/v1/items/{made['refcode']}/blocks", json={"technique": "xrd"}).json()
    ada.put("/collections", json={"data": {"collection_id": "C", "starting_members": [{"item_id": "made"}]}})  # fmt: skip

    def graph(path: str) -> tuple[dict[str, dict[str, Any]], set[str]]:
        body = ada.get(path).json()
        nodes = {one["data"]["id"]: one["data"] for one in body["nodes"]}
        edges = [one["data"] for one in body["edges"]]
        assert all(edge["source"] in nodes and edge["target"] in nodes for edge in edges)
        return nodes, {edge["id"] for edge in edges}

    nodes, edges = graph("/item-graph")
    assert nodes.keys() == {"salt", "made", block["block_id"]}
    assert edges == {"salt->made", f"made->{block['block_id']}"}
    assert nodes["salt"]["name"] == "Salt"
    assert nodes[block["block_id"]]["parent_item_id"] == "made"
    nodes, edges = graph("/item-graph?hide_collections=false")
    assert nodes["Collection: C"]["type"] == "collections"
    assert "Collection: C->made" in edges
    assert graph("/item-graph?collection_id=C")[0].keys() == {"made", block["block_id"]}
    nodes, _ = graph("/item-graph/salt?max_depth=1")
    assert (nodes["salt"]["special"], nodes["made"]["special"]) == (True, False)
    assert graph("/item-graph/salt?max_depth=0")[0].keys() == {"salt"}
    assert graph("/item-graph/unused")[0].keys() == {"unused"}
    for path in ("/item-graph/nowhere", "/item-graph?collection_id=nowhere"):
        failed(ada.get(path), 404)
    failed(ada.get("/item-graph/salt?max_depth=deep"), 400)


# What the server says of itself


def test_info_has_what_the_client_starts_with(anyone: TestClient):
    info = anyone.get("/info").json()
    attributes = info["data"]["attributes"]
    assert attributes["available_api_versions"] == ["0.1.0"]
    assert attributes["server_version"]
    assert attributes["identifier_prefix"] == "lab"
    assert info["links"]["self"].endswith("/info")
    blocks = {one["id"]: one["attributes"] for one in anyone.get("/info/blocks/").json()["data"]}
    assert blocks["comment"]["accepted_file_extensions"] is None
    assert blocks["xrd"]["multi_file"] is True
    types = {one["id"]: one["attributes"] for one in anyone.get("/info/types").json()["data"]}
    assert "cell_format" in types["cells"]["schema"]["properties"]
    assert anyone.get("/info/types/samples").json()["data"]["id"] == "samples"
    failed(anyone.get("/info/types/ghosts"), 404)


def test_statistics_count_the_whole_lab(
    ada: TestClient, join: Callable[..., TestClient], anyone: TestClient, make: Make
):
    make(join("bob"))
    make(ada, type="cells")
    assert ada.get("/info/stats").json() == {"counts": {"users": 2, "samples": 1, "cells": 1}}
    failed(anyone.get("/info/stats"), 401)


# Sharing


def named(*clients: TestClient) -> list[dict[str, str]]:
    return [{"immutable_id": one.person_id} for one in clients]  # type: ignore[attr-defined]


def owners(client: TestClient, place: str) -> list[str]:
    return [one["display_name"] for one in client.get(place).json()["creators"]]


def test_an_item_is_shared_with_people_and_taken_back(
    ada: TestClient, join: Callable[..., TestClient], make: Make
):
    bob, eve = join("bob"), join("eve")
    item = make(ada, item_id="S-1")
    place, path = f"/v1/items/{item['refcode']}", f"/items/{item['refcode']}/permissions"
    assert ada.patch(path, json={"creators": named(bob)}).json() == {"status": "success"}
    assert owners(bob, place) == ["ada", "bob"]
    assert bob.put(path, json={"creators": named(eve)}).status_code == 200
    assert owners(eve, place) == ["ada", "bob", "eve"]
    assert eve.patch(path, json={"creators": []}).status_code == 200
    assert owners(eve, place) == ["ada", "eve"]
    assert bob.get(place).status_code == 404
    assert ada.patch(path, json={"creators": [], "groups": None}).status_code == 200
    assert owners(ada, place) == ["ada"]
    found = ada.get(f"{place}/versions").json()["items"]
    assert [one["action"] for one in found] == ["permissions_update"] * 4 + ["created"]
    assert ada.patch(path, json={"creators": named(ada)}).status_code == 200
    assert ada.get(place).json()["version"] == 5


def test_an_administrator_who_shares_does_not_become_an_owner(
    admin: TestClient, ada: TestClient, make: Make
):
    item = make(ada)
    group = admin.post("/v1/groups", json={"group_id": "g", "display_name": "G"}).json()
    body = {"creators": [], "groups": [{"immutable_id": group["immutable_id"]}]}
    assert admin.patch(f"/items/{item['refcode']}/permissions", json=body).status_code == 200
    found = ada.get(f"/v1/items/{item['refcode']}").json()
    assert [one["display_name"] for one in found["creators"]] == ["ada"]
    assert [one["group_id"] for one in found["groups"]] == ["g"]


def test_what_belongs_to_the_whole_lab_is_claimed_by_nobody(ada: TestClient, make: Make):
    item = make(ada, type="equipment")
    path = f"/items/{item['refcode']}/permissions"
    failed(ada.patch(path, json={"creators": named(ada)}), 404)


def test_a_collection_is_shared_like_an_item(
    ada: TestClient, join: Callable[..., TestClient], filled: dict[str, Any]
):
    bob = join("bob")
    failed(bob.patch("/collections/C/permissions", json={"creators": named(bob)}), 404)
    assert ada.patch("/collections/C/permissions", json={"creators": named(bob)}).status_code == 200
    found = bob.get("/collections/C").json()
    assert [one["display_name"] for one in found["data"]["creators"]] == ["ada", "bob"]
    assert [one["item_id"] for one in found["child_items"]] == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"creators": "ada"},
        {"creators": [{}]},
        {"creators": ["f" * 24]},
        {"creators": [{"immutable_id": "f" * 24}]},
        {"groups": [{"immutable_id": "f" * 24}]},
        {"groups": [{"immutable_id": "g"}]},
    ],
)
def test_sharing_with_nobody_knows_whom_is_refused(
    ada: TestClient, make: Make, body: dict[str, Any]
):
    item = make(ada)
    failed(ada.patch(f"/items/{item['refcode']}/permissions", json=body), 400)
    assert ada.get(f"/v1/items/{item['refcode']}").json()["edit"] == 1


# Forms of requests


@pytest.mark.parametrize("prefix", ["", "/v0", "/v0.1", "/v0.1.0"])
@pytest.mark.parametrize(
    "path",
    ["/samples", "/starting-materials", "/equipment", "/get-current-user", "/collections", "/info",
     "/search-items?query=a", "/search-users?query=a", "/item-graph", "/info/blocks"],
)  # fmt: skip
def test_every_spelling_of_a_path_is_answered_at_once(ada: TestClient, prefix: str, path: str):
    plain, _, query = path.partition("?")
    for spelling in (plain, f"{plain}/", f"/{plain}"):
        address = f"http://testserver{prefix}{spelling}?{query}"
        answer = ada.get(address, follow_redirects=False)
        assert answer.status_code == 200, spelling
        assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path", ["/new-sample/", "/save-item/", "/update-block/", "/delete-sample/", "/add-data-block/"]
)
def test_bodies_that_are_none_are_refused_in_the_envelope(ada: TestClient, path: str):
    failed(ada.post(path, content=b"{}", headers={"Content-Type": "text/plain"}), 415)
    for body in (b"{", b"NaN", b'{"item_id": "\\ud800"}', b"[" * 10_000, b'{"a": 1e999}'):
        failed(ada.post(path, content=body, headers=JSON), 400)
    for body in (b"[]", b"null", b'"x"', b"5", b""):
        failed(ada.post(path, content=body, headers=JSON), 400)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/items", 404),
        ("GET", "/search/nothing", 404),
        ("GET", "/new-sample/", 405),
        ("DELETE", "/samples/", 405),
        ("POST", "/items/lab:ABCDEF", 405),
    ],
)
def test_what_is_not_there_is_refused_in_the_envelope(
    ada: TestClient, method: str, path: str, status: int
):
    failed(ada.request(method, path), status)


def test_a_key_goes_under_either_spelling_of_its_header(ada: TestClient, anyone: TestClient):
    key = ada.headers["DATALAB-API-KEY"]
    for header in ("DATALAB-API-KEY", "DATALAB_API_KEY", "datalab-api-key"):
        assert anyone.get("/samples/", headers={header: key}).status_code == 200
    assert "API key" in failed(anyone.get("/samples/"), 401)


def test_head_and_options_are_answered(ada: TestClient, anyone: TestClient):
    answer = ada.head("/samples/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert anyone.options("/samples/").status_code == 204


def test_an_administrator_reads_everything_on_asking(
    admin: TestClient, ada: TestClient, make: Make
):
    make(ada, item_id="S-1")
    failed(admin.get("/get-item-data/S-1"), 404)
    assert admin.get("/get-item-data/S-1?sudo=1").status_code == 200
    failed(admin.get("/get-item-data/S-1?sudo=true"), 404)
    assert len(admin.get("/samples/?sudo=1").json()["samples"]) == 1
    assert len(ada.get("/samples/?sudo=1").json()["samples"]) == 1
