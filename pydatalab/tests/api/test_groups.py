"""Groups of people and of groups: who belongs, who sees what by it, who may say so."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab
from pydatalab.models.derived import group_principal
from pydatalab.services import access, groups
from pydatalab.store.query import EVERYTHING, Query, Scope

Join = Callable[..., TestClient]
Make = Callable[..., dict[str, Any]]

YES, NO, GONE = 200, 403, 404


def id_of(client: TestClient) -> str:
    person_id: str = client.person_id  # type: ignore[attr-defined]
    return person_id


@pytest.fixture
def nested(admin: TestClient) -> dict[str, str]:
    """``institute`` contains ``crystals``, which contains ``furnaces``; their ids."""
    ids = {
        name: admin.post(
            "/v1/groups", json={"group_id": name, "display_name": name.title()}
        ).json()["immutable_id"]
        for name in ("institute", "crystals", "furnaces")
    }
    for outer, inner in (("institute", "crystals"), ("crystals", "furnaces")):
        assert admin.put(f"/v1/groups/{outer}/groups/{inner}").status_code == 204
    return ids


MATRIX = {
    "institute": {"institute": YES, "crystals": GONE, "furnaces": GONE},
    "crystals": {"institute": YES, "crystals": YES, "furnaces": GONE},
    "furnaces": {"institute": YES, "crystals": YES, "furnaces": YES},
    "nowhere": {"institute": GONE, "crystals": GONE, "furnaces": GONE},
}
"""Where somebody belongs → what an item answers to them that is shared with a group."""


@pytest.mark.parametrize("belongs_to", MATRIX)
def test_whoever_belongs_to_an_inner_group_belongs_to_the_outer_ones(
    belongs_to: str,
    nested: dict[str, str],
    admin: TestClient,
    ada: TestClient,
    join: Join,
    make: Make,
):
    bob = join("bob")
    if belongs_to in nested:
        admin.put(f"/v1/groups/{belongs_to}/members/{id_of(bob)}")
    items = {name: make(ada, item_id=name, group_ids=[nested[name]]) for name in nested}
    paths = {name: f"/v1/items/{item['refcode']}" for name, item in items.items()}
    expected = MATRIX[belongs_to]
    assert {name: bob.get(path).status_code for name, path in paths.items()} == expected
    seen = {one["item_id"] for one in bob.get("/v1/items").json()["items"]}
    assert seen == {name for name, status in expected.items() if status == YES}
    changed = {n: bob.patch(p, json={"name": "new"}).status_code for n, p in paths.items()}
    assert changed == expected
    deleted = {name: bob.delete(path).status_code for name, path in paths.items()}
    assert deleted == {name: NO if status == YES else GONE for name, status in expected.items()}


def test_collections_of_an_outer_group_are_seen_from_within(
    nested: dict[str, str], admin: TestClient, ada: TestClient, join: Join, make: Make
):
    bob = join("bob")
    admin.put(f"/v1/groups/furnaces/members/{id_of(bob)}")
    shared = {"collection_id": "C", "groups": [{"immutable_id": nested["institute"]}]}
    ada.put("/collections", json={"data": shared})
    item = make(ada, item_id="S", collections=["C"])
    assert bob.get(f"/v1/items/{item['refcode']}").status_code == 200


def test_what_a_group_gives_ends_with_belonging_to_it(
    nested: dict[str, str], admin: TestClient, ada: TestClient, join: Join, make: Make
):
    bob = join("bob")
    admin.put(f"/v1/groups/furnaces/members/{id_of(bob)}")
    path = f"/v1/items/{make(ada, group_ids=[nested['institute']])['refcode']}"
    assert bob.get(path).status_code == 200
    assert admin.delete("/v1/groups/institute/groups/crystals").status_code == 204
    assert bob.get(path).status_code == 404


@pytest.mark.parametrize(
    ("outer", "inner"),
    [("furnaces", "institute"), ("crystals", "institute"), ("crystals", "crystals")],
)
def test_groups_never_stand_in_a_circle(
    nested: dict[str, str], admin: TestClient, outer: str, inner: str
):
    refused = admin.put(f"/v1/groups/{outer}/groups/{inner}")
    assert refused.status_code == 409
    assert inner in refused.json()["detail"]
    assert nested.keys() >= {outer, inner}


def test_a_circle_that_somebody_closes_meanwhile_is_not_made(
    lab: Lab, nested: dict[str, str], admin: TestClient, monkeypatch: pytest.MonkeyPatch
):
    admin.post("/v1/groups", json={"group_id": "lasers", "display_name": "Lasers"})
    edit = groups.edit_document

    def after_somebody_else(*words: Any) -> Any:
        monkeypatch.undo()
        other = groups.get_group(lab, "lasers")
        lab.store.groups.replace(other | {"groups": [{"immutable_id": nested["furnaces"]}]})
        return edit(*words)

    monkeypatch.setattr(groups, "edit_document", after_somebody_else)
    assert admin.put("/v1/groups/lasers/groups/institute").status_code == 409
    outline = {one["group_id"]: one for one in admin.get("/v1/groups/outline").json()["items"]}
    assert outline["institute"]["belongs_to"] == []
    assert outline["lasers"]["belongs_to"] == [nested["furnaces"]]


def test_a_circle_that_two_made_at_once_keeps_nobody_waiting(
    lab: Lab, nested: dict[str, str], ada: TestClient, admin: TestClient
):
    institute = groups.get_group(lab, "institute")
    lab.store.groups.replace(institute | {"groups": [{"immutable_id": nested["furnaces"]}]})
    admin.put(f"/v1/groups/furnaces/members/{id_of(ada)}")
    assert ada.get("/v1/items").status_code == 200
    assert admin.get("/v1/groups/furnaces").json()["num_people"] == 1
    assert {one["num_people"] for one in admin.get("/v1/groups/outline").json()["items"]} == {1}


def test_a_group_says_who_is_in_it_and_where_it_stands(
    nested: dict[str, str], admin: TestClient, ada: TestClient, join: Join
):
    admin.put(f"/v1/groups/institute/members/{id_of(ada)}")
    admin.put(f"/v1/groups/furnaces/members/{id_of(ada)}")
    admin.put(f"/v1/groups/furnaces/members/{id_of(join('bob'))}")
    institute = ada.get("/v1/groups/institute").json()
    assert [one["group_id"] for one in institute["groups"]] == ["crystals"]
    assert [one["display_name"] for one in institute["members"]] == ["ada"]
    assert institute["num_people"] == 2
    crystals = ada.get("/v1/groups/crystals").json()
    assert [one["group_id"] for one in crystals["belongs_to"]] == ["institute"]
    outline = {one["group_id"]: one for one in ada.get("/v1/groups/outline").json()["items"]}
    counts = {name: (one["num_members"], one["num_people"]) for name, one in outline.items()}
    assert counts == {"institute": (1, 2), "crystals": (0, 2), "furnaces": (2, 2)}
    assert outline["furnaces"]["belongs_to"] == [nested["crystals"]]


@pytest.fixture
def chief(admin: TestClient, join: Join) -> TestClient:
    """Who manages the group ``x``, and is no administrator."""
    manager = join("chief")
    new = {"group_id": "x", "display_name": "X", "managers": [id_of(manager)]}
    admin.post("/v1/groups", json=new)
    admin.post("/v1/groups", json={"group_id": "y", "display_name": "Y"})
    return manager


@pytest.mark.parametrize(
    ("method", "path", "body", "for_chief"),
    [
        ("PATCH", "/v1/groups/x", {"display_name": "New", "description": "d"}, True),
        ("PUT", "/v1/groups/x/members/{ada}", None, True),
        ("DELETE", "/v1/groups/x/members/{ada}", None, True),
        ("PUT", "/v1/groups/x/groups/y", None, True),
        ("DELETE", "/v1/groups/x/groups/y", None, True),
        ("PATCH", "/v1/groups/x", {"group_id": "z"}, False),
        ("PATCH", "/v1/groups/x", {"managers": []}, False),
        ("DELETE", "/v1/groups/x", None, False),
        ("GET", "/v1/groups/x/use", None, False),
        ("PUT", "/v1/groups/y/groups/x", None, False),
        ("PUT", "/v1/groups/y/members/{ada}", None, False),
        ("POST", "/v1/groups", {"group_id": "n", "display_name": "N"}, False),
    ],
)
def test_the_managers_of_a_group_say_who_belongs_to_it_and_administrators_all_else(
    chief: TestClient, ada: TestClient, admin: TestClient,
    method: str, path: str, body: Any, for_chief: bool,
):  # fmt: skip
    address = path.format(ada=id_of(ada))
    assert ada.request(method, address, json=body).status_code == 403
    answer = chief.request(method, address, json=body)
    assert answer.status_code < 300 if for_chief else answer.status_code == 403
    assert admin.request(method, address, json=body).status_code < 300


def test_who_manages_a_group_sees_nothing_by_that(
    chief: TestClient, ada: TestClient, admin: TestClient, make: Make
):
    x = admin.get("/v1/groups/x").json()["immutable_id"]
    assert chief.get(f"/v1/items/{make(ada, group_ids=[x])['refcode']}").status_code == 404


def test_a_deleted_group_stands_nowhere_any_more(
    lab: Lab, nested: dict[str, str], admin: TestClient, ada: TestClient, make: Make
):
    admin.put(f"/v1/groups/crystals/members/{id_of(ada)}")
    kept, shared = nested["institute"], nested["crystals"]
    item = make(ada, item_id="S", group_ids=[kept, shared])
    gone = make(ada, item_id="D", group_ids=[shared])
    ada.delete(f"/v1/items/{gone['refcode']}")
    ada.put(
        "/collections", json={"data": {"collection_id": "C", "groups": [{"immutable_id": shared}]}}
    )
    use = admin.get("/v1/groups/crystals/use").json()
    assert use == {
        "items": 2, "collections": 1, "people": 1, "outer_items": 1, "outer_collections": 0,
    }  # fmt: skip
    assert admin.delete("/v1/groups/crystals").status_code == 204
    after = ada.get(f"/v1/items/{item['refcode']}").json()
    assert [one["immutable_id"] for one in after["groups"]] == [kept]
    assert (after["version"], after["last_modified"]) == (item["version"], item["last_modified"])
    for table in (lab.store.items, lab.store.collections):
        for document in table.find(Query(), scope=Scope.all()).documents:
            assert shared not in str(document)
    assert ada.get("/v1/me").json()["groups"] == []
    assert admin.get("/v1/groups/furnaces").json()["belongs_to"] == []
    scope = Scope(frozenset({group_principal(shared)}))
    assert lab.store.items.count(EVERYTHING, scope=scope) == 0


def test_a_deletion_that_was_interrupted_is_done_again(
    lab: Lab, nested: dict[str, str], ada: TestClient, make: Make, monkeypatch: pytest.MonkeyPatch
):
    make(ada, item_id="S", group_ids=[nested["institute"]])

    class Interrupted(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise Interrupted

    with monkeypatch.context() as patch, pytest.raises(Interrupted):
        patch.setattr(groups, "_take_out", interrupt)
        groups.remove_group(lab, access.OPERATOR, "institute")
    groups.remove_group(lab, access.OPERATOR, "institute")
    assert groups.outline(lab, "institute") == []
    assert groups.outline(lab, "crystals")[0]["belongs_to"] == []
