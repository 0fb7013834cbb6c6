"""Who may do what, as a matrix: each kind of person against each deed, over HTTP.

The table of ``services.access`` and the routes of existing clients are held to the same rule. What
somebody may not see looks as if it were not there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab
from pydatalab.models.identifiers import PUBLIC_ID
from pydatalab.services import access, accounts, groups, people, standing
from pydatalab.store.query import Is, Scope

OK, GONE, NO = "ok", "404", "403"
FILE = b"2theta counts\n10 100\n11 110\n12 120\n"


@dataclass
class Setting:
    """An item of ``ada``'s with a block and a file, and everybody around it."""

    lab: Lab
    item: dict[str, Any]
    file_id: str
    block_id: str
    people: dict[str, TestClient]


@pytest.fixture
def setting(
    lab: Lab, join: Callable[..., TestClient], make: Callable[..., dict[str, Any]]
) -> Setting:
    ada, admin = join("ada"), join("root", role="admin")
    everybody = {"creator": ada, "admin": admin}
    for name in ("manager", "member", "collected", "stranger"):
        everybody[name] = join(name)
    standing.set_managers(lab, access.OPERATOR, ada.person_id, [everybody["manager"].person_id])  # type: ignore[attr-defined]
    group = admin.post("/v1/groups", json={"group_id": "g", "display_name": "G"}).json()
    member = everybody["member"].person_id  # type: ignore[attr-defined]
    admin.put(f"/v1/groups/g/members/{member}")
    mates = admin.post("/v1/groups", json={"group_id": "mates", "display_name": "Mates"}).json()
    collected = everybody["collected"].person_id  # type: ignore[attr-defined]
    admin.put(f"/v1/groups/mates/members/{collected}")
    ada.put(
        "/collections",
        json={"data": {"collection_id": "C", "groups": [{"immutable_id": mates["immutable_id"]}]}},
    )
    item = make(ada, item_id="S-1", collections=["C"], group_ids=[group["immutable_id"]])
    address = f"/v1/items/{item['refcode']}"
    file_id = ada.post(f"{address}/files?name=a.xy", content=FILE).json()["file_id"]
    block_id = ada.post(f"{address}/blocks", json={"technique": "comment"}).json()["block_id"]
    return Setting(lab, item, file_id, block_id, everybody)


def outcome(status: int) -> str:
    """A status as the matrix writes it."""
    return {404: GONE, 403: NO}.get(status, OK if status < 300 or status == 304 else str(status))


DEEDS: dict[str, Callable[[TestClient, Setting], Any]] = {
    "read": lambda who, s: who.get(f"/v1/items/{s.item['refcode']}"),
    "read by id, as old clients": lambda who, s: who.get("/get-item-data/S-1"),
    "download": lambda who, s: who.get(f"/v1/files/{s.file_id}/content"),
    "see versions": lambda who, s: who.get(f"/v1/items/{s.item['refcode']}/versions"),
    "change": lambda who, s: who.patch(f"/v1/items/{s.item['refcode']}", json={"name": "new"}),
    "attach": lambda who, s: who.post(
        f"/v1/items/{s.item['refcode']}/files?name=b.txt", content=b"other"
    ),
    "detach": lambda who, s: who.delete(f"/v1/items/{s.item['refcode']}/files/{s.file_id}"),
    "add a block": lambda who, s: who.post(
        f"/v1/items/{s.item['refcode']}/blocks", json={"technique": "comment"}
    ),
    "change a block": lambda who, s: who.patch(
        f"/v1/items/{s.item['refcode']}/blocks/{s.block_id}", json={"title": "new"}
    ),
    "delete": lambda who, s: who.delete(f"/v1/items/{s.item['refcode']}"),
}

READS = ("read", "read by id, as old clients", "download", "see versions")
CHANGES = ("change", "attach", "detach", "add a block", "change a block")

MATRIX = {
    "creator": {**dict.fromkeys(READS, OK), **dict.fromkeys(CHANGES, OK), "delete": OK},
    "manager": {**dict.fromkeys(READS, OK), **dict.fromkeys(CHANGES, OK), "delete": OK},
    "member": {**dict.fromkeys(READS, OK), **dict.fromkeys(CHANGES, OK), "delete": NO},
    "collected": {**dict.fromkeys(READS, OK), **dict.fromkeys(CHANGES, NO), "delete": NO},
    "stranger": {**dict.fromkeys(READS, GONE), **dict.fromkeys(CHANGES, GONE), "delete": GONE},
    "admin": {**dict.fromkeys(READS, GONE), **dict.fromkeys(CHANGES, OK), "delete": OK},
}


@pytest.mark.parametrize("person", MATRIX)
def test_the_matrix_of_permissions_holds(setting: Setting, person: str):
    who = setting.people[person]
    found = {deed: outcome(do(who, setting).status_code) for deed, do in DEEDS.items()}
    assert found == MATRIX[person]


def test_an_administrator_sees_everything_on_asking(setting: Setting):
    admin, stranger = setting.people["admin"], setting.people["stranger"]
    address = f"/v1/items/{setting.item['refcode']}?sudo=1"
    assert admin.get(address).status_code == 200
    assert stranger.get(address).status_code == 404
    assert admin.get("/v1/items?sudo=1").json()["total"] == 1
    assert admin.get("/v1/items?sudo=true").json()["total"] == 0


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("creator", 1),
        ("manager", 1),
        ("member", 1),
        ("collected", 1),
        ("stranger", 0),
        ("admin", 0),
    ],
)
def test_lists_searches_and_graphs_show_what_may_be_seen(setting: Setting, person: str, seen: int):
    who = setting.people[person]
    assert len(who.get("/v1/items").json()["items"]) == seen
    assert len(who.get("/samples").json()["samples"]) == seen
    assert len(who.get("/v1/search?q=S-1").json()["items"]) == seen
    assert len(who.get("/search-items?query=S-1").json()["items"]) == seen
    assert len(who.get("/v1/graph").json()["nodes"]) == seen


@pytest.mark.parametrize("path", ["/v1/items/{}", "/v1/items/{}/relationships", "/items/{}"])
def test_hidden_and_missing_look_the_same(setting: Setting, path: str):
    stranger = setting.people["stranger"]
    hidden = stranger.get(path.format(setting.item["refcode"]))
    missing = stranger.get(path.format("lab:QQQQQQ"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.replace(setting.item["refcode"], "lab:QQQQQQ") == missing.text


def test_links_do_not_tell_of_what_is_hidden(setting: Setting, make: Callable[..., dict[str, Any]]):
    ada, stranger = setting.people["creator"], setting.people["stranger"]
    material = make(stranger, type="starting_materials", item_id="LiOH")
    part = {"item": {"refcode": material["refcode"]}, "quantity": 1, "unit": "g"}
    ada.patch(f"/v1/items/{setting.item['refcode']}", json={"synthesis_constituents": [part]})
    seen = stranger.get(f"/v1/items/{material['refcode']}/relationships").json()
    assert seen["made_into"] == []
    assert stranger.get("/get-item-data/LiOH").json()["child_items"] == []
    graph = stranger.get(f"/v1/items/{material['refcode']}/graph?depth=2").json()
    assert [node["refcode"] for node in graph["nodes"]] == [material["refcode"]]
    own = ada.get(f"/v1/items/{material['refcode']}/relationships").json()
    assert [one["refcode"] for one in own["made_into"]] == [setting.item["refcode"]]


@pytest.mark.parametrize("kind", ["starting_materials", "equipment"])
def test_whoever_sees_an_item_of_the_whole_lab_may_change_but_not_delete_it(
    kind: str, join: Callable[..., TestClient], make: Callable[..., dict[str, Any]]
):
    item = make(join("ada"), type=kind, item_id="I-1")
    other = join("bob")
    address = f"/v1/items/{item['refcode']}"
    assert other.patch(address, json={"name": "ours"}).status_code == 200
    assert other.delete(address).status_code == 403
    assert len(
        other.get("/equipment" if kind == "equipment" else "/starting-materials").json()["items"]
    )


def test_public_samples_are_seen_by_all_and_changed_by_administrators(
    lab: Lab, join: Callable[..., TestClient], make: Callable[..., dict[str, Any]]
):
    item = make(join("ada"), item_id="P", creator_ids=[PUBLIC_ID])
    address = f"/v1/items/{item['refcode']}"
    other = join("bob")
    assert other.get(address).status_code == 200
    assert other.patch(address, json={"name": "mine"}).status_code == 403
    assert join("root", role="admin").patch(address, json={"name": "ours"}).status_code == 200


@pytest.mark.parametrize("status", ["deactivated", "unverified"])
@pytest.mark.parametrize(
    "path", ["/v1/items", "/v1/me", "/samples", "/get-current-user", "/v1/search?q=a", "/equipment"]
)
def test_accounts_that_are_not_active_reach_nothing_but_themselves(
    join: Callable[..., TestClient], status: str, path: str
):
    themselves = status == "unverified" and path in {"/v1/me", "/get-current-user"}
    expected = 200 if themselves else {"deactivated": 401, "unverified": 403}[status]
    assert join("eve", status=status).get(path).status_code == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/items"), ("POST", "/v1/items"), ("GET", "/v1/techniques"), ("GET", "/v1/graph"),
        ("GET", "/v1/people"), ("GET", "/v1/collections"), ("GET", "/v1/inventory/marks?refcode=a"), ("GET", "/samples"), ("GET", "/equipment"),
        ("POST", "/new-sample/"), ("POST", "/save-item/"), ("GET", "/item-graph"), ("GET", "/users"),
        ("POST", "/upload-file/"), ("GET", "/files/000000000000000000000001/a"), ("PUT", "/groups"),
    ],
)  # fmt: skip
def test_nobody_gets_anything_without_signing_in(anyone: TestClient, method: str, path: str):
    assert anyone.request(method, path).status_code == 401


@pytest.mark.parametrize(
    "path", ["/info", "/info/blocks", "/info/types", "/v1/info", "/healthcheck/is_ready"]
)
def test_what_the_server_is_can_be_asked_by_anybody(anyone: TestClient, path: str):
    assert anyone.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/groups", {"group_id": "h", "display_name": "H"}),
        ("GET", "/users", None),
        ("GET", "/v1/schedules", None),
        ("POST", "/v1/maintenance/rebuild", {}),
        ("GET", "/v1/inventory/imports", None),
        ("GET", "/v1/administration/server", None),
        ("GET", "/metrics", None),
        ("PUT", "/v1/inventory/mappings/a", {"columns": {"A": "name"}}),
        ("PUT", "/groups", {"group_id": "h", "display_name": "H"}),
        ("PATCH", "/roles/{self}", {"role": "admin"}),
        ("PATCH", "/users/{self}/managers", {"managers": []}),
    ],
)
def test_only_administrators_look_after_people(
    ada: TestClient, method: str, path: str, body: dict[str, Any] | None
):
    address = path.format(self=ada.person_id)  # type: ignore[attr-defined]
    assert ada.request(method, address, json=body).status_code == 403


def test_a_reader_sees_a_changed_block_drawn_but_does_not_save_it(setting: Setting):
    reader, ada = setting.people["collected"], setting.people["creator"]
    data = {"block_id": setting.block_id, "blocktype": "comment", "item_id": "S-1", "title": "mine"}
    answer = reader.post("/update-block/", json={"block_data": data}).json()
    assert answer["saved_successfully"] is False
    assert answer["new_block_data"]["title"] == "mine"
    assert (
        ada.get("/get-item-data/S-1").json()["item_data"]["blocks_obj"][setting.block_id]["title"]
        == "Comment"
    )


def test_a_file_of_another_item_is_drawn_only_for_those_who_may_see_it(
    setting: Setting, make: Callable[..., dict[str, Any]]
):
    stranger = setting.people["stranger"]
    own = make(stranger, item_id="mine")
    answer = stranger.post(
        f"/v1/items/{own['refcode']}/blocks",
        json={"technique": "xrd", "file_ids": [setting.file_id]},
    )
    assert answer.status_code == 404
    assert stranger.put(f"/v1/items/{own['refcode']}/files/{setting.file_id}").status_code == 404


def test_a_session_needs_the_pages_header_to_change_anything(lab: Lab, anyone: TestClient):
    person = people.add_person(lab, "Ada")
    anyone.cookies.set("datalab_session", accounts.open_session(lab, person["immutable_id"]))
    new = {"type": "samples", "item_id": "S"}
    assert anyone.post("/v1/items", json=new).status_code == 403
    assert (
        anyone.post("/v1/items", json=new, headers={"X-Requested-With": "datalab"}).status_code
        == 201
    )


def test_deactivating_somebody_ends_their_keys_and_sessions_at_once(
    lab: Lab, join: Callable[..., TestClient]
):
    eve = join("eve")
    assert eve.get("/v1/items").status_code == 200
    document = lab.store.people.get(Is("immutable_id", eve.person_id))  # type: ignore[attr-defined]
    lab.store.people.replace(document | {"account_status": "deactivated"})
    assert eve.get("/v1/items").status_code == 401


def test_a_deleted_item_is_seen_by_nobody_and_brought_back_by_its_creator_alone(setting: Setting):
    ada, member = setting.people["creator"], setting.people["member"]
    address = f"/v1/items/{setting.item['refcode']}"
    assert ada.delete(address).status_code == 200
    for who in setting.people.values():
        assert who.get(address).status_code == 404
    assert setting.people["admin"].get(f"{address}?sudo=1").status_code == 404
    assert member.post(f"{address}/restore").status_code == 404
    back = ada.post(f"{address}/restore").json()
    assert back["blocks_obj"].keys() == {setting.block_id}
    assert [file["file_id"] for file in back["files"]] == [setting.file_id]
    assert member.get(address).status_code == 200


def test_leaving_a_group_hides_its_items(setting: Setting):
    member, lab = setting.people["member"], setting.lab
    address = f"/v1/items/{setting.item['refcode']}"
    admin = people.person(lab, setting.people["admin"].person_id)  # type: ignore[attr-defined]
    groups.remove_member(lab, admin, "g", member.person_id)  # type: ignore[attr-defined]
    assert member.get(address).status_code == 404


def test_everything_that_was_written_is_still_there(setting: Setting):
    stored = setting.lab.store.items.count(Is("item_id", "S-1"), scope=Scope.all())
    assert stored == 1


def test_a_member_of_a_group_cannot_keep_its_item_by_a_collection_of_their_own(setting: Setting):
    member, ada = setting.people["member"], setting.people["creator"]
    member.post("/v1/collections", json={"collection_id": "mine"})
    address = f"/v1/collections/mine/items/{setting.item['refcode']}"
    assert member.put(address).status_code == 403
    member.patch(f"/v1/items/{setting.item['refcode']}", json={"collections": ["mine"]})
    seen = ada.get(f"/v1/items/{setting.item['refcode']}").json()["collections"]
    assert [one["collection_id"] for one in seen] == ["C"]


def test_a_guessed_constituent_is_not_named_by_the_save_of_somebody_who_sees_it(
    setting: Setting, make: Callable[..., dict[str, Any]]
):
    ada, member = setting.people["creator"], setting.people["member"]
    hidden = make(ada, item_id="secret", name="Secret recipe", chemform="NaCl")
    address = f"/v1/items/{setting.item['refcode']}"
    guesses = [
        {"item": {"type": "samples", key: hidden[key]}, "quantity": 1, "unit": "g"}
        for key in ("item_id", "refcode")
    ]
    assert member.patch(address, json={"synthesis_constituents": guesses}).status_code == 200

    seen = ada.get(address).json()["synthesis_constituents"]
    assert seen[1]["item"]["name"] == "Secret recipe"
    ada.patch(address, json={"name": "renamed"})
    ada.patch(address, json={"synthesis_constituents": [seen[0], seen[1] | {"quantity": 2}]})
    ada.post(f"{address}/blocks", json={"technique": "comment"})
    data = ada.get("/get-item-data/S-1").json()["item_data"]
    ada.post("/save-item/", json={"item_id": "S-1", "data": data | {"name": "again"}})
    ada.delete(address)
    ada.post(f"{address}/restore")

    for path in (address, "/get-item-data/S-1", f"/items/{setting.item['refcode']}"):
        assert "Secret recipe" not in member.get(path).text
        assert "NaCl" not in member.get(path).text
    for version in member.get(f"{address}/versions").json()["items"]:
        assert "Secret recipe" not in member.get(f"{address}/versions/{version['version']}").text


def test_a_constituent_that_one_adds_is_named_to_those_who_may_change_it(
    setting: Setting, make: Callable[..., dict[str, Any]]
):
    ada, member = setting.people["creator"], setting.people["member"]
    used = make(ada, item_id="used", name="Lithium carbonate")
    address = f"/v1/items/{setting.item['refcode']}"
    added = [{"item": {"type": "samples", "item_id": "used"}, "quantity": 1, "unit": "g"}]
    ada.patch(address, json={"synthesis_constituents": added})
    ada.patch(f"/v1/items/{used['refcode']}", json={"name": "Renamed in secret"})
    ada.patch(address, json={"status": "planned"})
    (seen,) = member.get(address).json()["synthesis_constituents"]
    assert seen["item"]["name"] == "Lithium carbonate"
    (seen,) = ada.get(address).json()["synthesis_constituents"]
    assert seen["item"]["name"] == "Renamed in secret"


def test_ids_of_hidden_collections_stand_in_no_answer(setting: Setting):
    ada, member = setting.people["creator"], setting.people["member"]
    hidden = ada.get("/v1/collections/C").json()["immutable_id"]
    address = f"/v1/items/{setting.item['refcode']}"
    assert member.get("/v1/collections/C").status_code == 404
    assert hidden in ada.get(address).text
    member.patch(address, json={"name": "new"})
    for path in (
        address,
        f"{address}/versions/1",
        f"{address}/versions/2",
        "/get-item-data/S-1",
        f"/items/{setting.item['refcode']}",
        "/v1/items",
        "/samples",
    ):
        assert hidden not in member.get(path).text, path
