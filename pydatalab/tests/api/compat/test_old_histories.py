"""Versions, access tokens, exports and activity, as existing clients ask for them."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.lab import Lab

Make = Callable[..., dict[str, Any]]
Join = Callable[..., TestClient]


@pytest.fixture
def refcode(ada: TestClient, make: Make) -> str:
    """An item ``S-1`` of two versions, of names ``first`` and ``second``."""
    made = make(ada, item_id="S-1", name="first")
    save(ada, name="second")
    found: str = made["refcode"]
    return found


def save(client: TestClient, **data: Any) -> None:
    answer = client.post("/save-item/", json={"item_id": "S-1", "data": data})
    assert answer.status_code == 200


def versions(client: TestClient, refcode: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/items/{refcode}/versions/").json()["versions"]
    return found


# Versions


def test_versions_are_listed_newest_first_and_read_whole(ada: TestClient, refcode: str):
    second, first = versions(ada, refcode)
    assert (second["version"], second["action"]) == (2, "manual_save")
    assert (first["version"], first["action"], first["data"]) == (1, "created", {"version": 1})
    assert second["creator"]["display_name"] == "ada"
    found = ada.get(f"/items/{refcode}/versions/{first['_id']}/").json()["version"]
    assert (found["data"]["name"], found["data"]["item_id"]) == ("first", "S-1")


def test_two_versions_are_compared(ada: TestClient, refcode: str):
    save(ada, chemform="NaCl", synthesis_constituents=[{"item": {"name": "x"}, "quantity": 1}])
    third, _, first = (one["_id"] for one in versions(ada, refcode))
    answer = ada.get(f"/items/{refcode}/compare-versions/?v1={first}&v2={third}").json()
    assert (answer["v1_version"], answer["v2_version"]) == (1, 3)
    diff = answer["diff"]
    assert diff["values_changed"]["root['name']"] == {"old_value": "first", "new_value": "second"}
    assert diff["type_changes"]["root['chemform']"] == {
        "old_type": "NoneType", "new_type": "str", "old_value": None, "new_value": "NaCl",
    }  # fmt: skip
    added = diff["iterable_item_added"]["root['synthesis_constituents'][0]"]
    assert added["item"]["name"] == "x"
    assert ada.get(f"/items/{refcode}/compare-versions/?v1={first}").status_code == 400


def test_a_version_is_restored(ada: TestClient, refcode: str):
    first = versions(ada, refcode)[-1]["_id"]
    place = f"/items/{refcode}/restore-version/"
    answer = ada.post(place, json={"version_id": first}).json()
    assert (answer["restored_version"], answer["new_version_number"]) == (first, 3)
    assert ada.get("/get-item-data/S-1").json()["item_data"]["name"] == "first"
    newest = versions(ada, refcode)[0]
    assert (newest["action"], newest["restored_from_version"]) == ("restored", first)
    for body, status in (
        ({}, 400), ({"version_id": first, "more": 1}, 400), ({"version_id": "x"}, 400),
        ({"version_id": "a" * 24}, 404),
    ):  # fmt: skip
        refused = ada.post(place, json=body)
        assert (refused.status_code, refused.json()["status"]) == (status, "error")


def test_a_version_is_made_of_what_no_version_holds(ada: TestClient, refcode: str):
    place = f"/items/{refcode}/save-version/"
    assert "version" not in ada.post(place).json()
    ada.post("/add-data-block/", json={"item_id": "S-1", "block_type": "comment", "index": None})
    assert ada.post(place).json()["version"] == 3
    assert "version" not in ada.post(place).json()


def test_only_administrators_throw_versions_away(ada: TestClient, admin: TestClient, refcode: str):
    second, first = (one["_id"] for one in versions(ada, refcode))
    place = f"/items/{refcode}/versions"
    assert ada.delete(f"{place}/{first}/").status_code == 403
    assert admin.delete(f"{place}/{second}/").status_code == 400
    assert admin.delete(f"{place}/{first}/").status_code == 200
    assert [one["version"] for one in versions(ada, refcode)] == [2]


def test_versions_of_what_is_hidden_are_not_found(join: Join, ada: TestClient, refcode: str):
    eve, first = join("eve"), versions(ada, refcode)[0]["_id"]
    place = f"/items/{refcode}"
    for path in ("versions", f"versions/{first}", f"compare-versions?v1={first}&v2={first}"):
        assert eve.get(f"{place}/{path}").status_code == 404
    assert eve.post(f"{place}/save-version").status_code == 404
    assert eve.post(f"{place}/restore-version", json={"version_id": first}).status_code == 404


# Access tokens


def test_a_token_shows_its_item_alone_to_somebody_without_account(
    ada: TestClient, anyone: TestClient, make: Make, refcode: str
):
    hidden = make(ada, item_id="made", synthesis_constituents=[{
        "item": {"refcode": refcode}, "quantity": 1, "unit": "g",
    }])  # fmt: skip
    ada.put("/collections", json={"data": {"collection_id": "C"}})
    ada.patch(f"/v1/items/{refcode}", json={"collections": ["C"]})
    issued = ada.post(f"/items/{refcode}/issue-access-token")
    assert issued.status_code == 201
    token = issued.json()["token"]
    for prefix in ("", "/v0", "/v0.1.0"):
        seen = anyone.get(f"{prefix}/items/{refcode}?at={token}").json()
        assert seen["item_data"]["name"] == "second"
        assert seen["child_items"] == seen["item_data"]["collections"] == []
        assert seen["item_data"]["relationships"] == []
    short = refcode.partition(":")[2]
    assert anyone.get(f"/items/{short}?at={token}").status_code == 200
    assert anyone.get(f"/items/{hidden['refcode']}?at={token}").status_code == 401
    assert anyone.get(f"/items/{refcode}").status_code == 401
    assert ada.get(f"/items/{refcode}?at=wrong").status_code == 401
    assert anyone.get(f"/get-item-data/S-1?at={token}").status_code == 401


def test_tokens_are_ended_all_together(
    ada: TestClient, admin: TestClient, anyone: TestClient, join: Join, refcode: str
):
    place = f"/items/{refcode}"
    assert ada.get(f"{place}/access-token-info").json()["has_token"] is False
    tokens = [ada.post(f"{place}/issue-access-token").json()["token"] for _ in range(2)]
    info = ada.get(f"{place}/access-token-info").json()
    assert info["token_info"]["created_by_info"]["display_name"] == "ada"
    (one, other) = admin.get("/access-tokens").json()["tokens"]
    assert (one["item_id"], one["active"], one["created_by"]) == ("S-1", True, "ada")
    assert not any(token in json.dumps([info, one, other]) for token in tokens)
    eve = join("eve")
    assert eve.get("/access-tokens").status_code == 403
    for path in ("issue-access-token", "invalidate-access-token"):
        assert eve.post(f"{place}/{path}").status_code == 404

    assert ada.post(f"{place}/invalidate-access-token").status_code == 200
    assert ada.post(f"{place}/invalidate-access-token").status_code == 404
    for token in tokens:
        assert anyone.get(f"{place}?at={token}").status_code == 401
    assert ada.get("/api-keys", headers={"DATALAB-API-KEY": tokens[0]}).status_code == 401


def test_a_token_of_a_deleted_item_shows_nothing(
    ada: TestClient, anyone: TestClient, admin: TestClient, refcode: str
):
    token = ada.post(f"/items/{refcode}/issue-access-token").json()["token"]
    ada.delete(f"/v1/items/{refcode}")
    assert anyone.get(f"/items/{refcode}?at={token}").status_code == 401
    assert admin.get("/access-tokens").json()["tokens"][0]["item_type"] == "deleted"


def test_a_printed_label_leads_to_the_page_where_that_is_elsewhere(
    lab: Lab, ada: TestClient, refcode: str, tmp_path: Path
):
    app = build(lab, tmp_path / "page", "https://lab.example/")
    client = TestClient(app, headers=ada.headers, follow_redirects=False)
    token = client.post(f"/items/{refcode}/issue-access-token").json()["token"]
    answer = client.get(f"/items/{refcode}?redirect-to-ui=1&at={token}")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"https://lab.example/items/{refcode}?at={token}"
    assert client.get(f"/items/{refcode}?redirect-to-ui=1&at=wrong").status_code == 401
    assert ada.get(f"/items/{refcode}?redirect-to-ui=1").status_code == 200


# Exports


def exported(client: TestClient, path: str, body: Any = None) -> zipfile.ZipFile:
    """The archive that a path gives."""
    asked = client.post(path, json=body) if body is not None else client.post(path)
    assert asked.status_code == 202, asked.text
    status = client.get(asked.json()["status_url"]).json()
    assert status["status"] == "ready"
    answer = client.get(status["download_url"])
    assert answer.headers["content-type"] == "application/vnd.eln+zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_an_item_is_exported_with_its_files_as_a_crate(ada: TestClient, refcode: str):
    for raw in (b"one", b"two"):
        ada.post(f"/v1/items/{refcode}/files?name=a b.txt", content=raw)
    ada.post(f"/v1/items/{refcode}/files?name=metadata.json", content=b"mine")
    archive = exported(ada, "/items/S-1/export", {})
    assert archive.testzip() is None
    names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {refcode}
    assert archive.read(f"{refcode}/S-1/a b.txt") == b"one"
    held = json.loads(archive.read(f"{refcode}/S-1/metadata.json"))
    assert (held["item_id"], held["name"]) == ("S-1", "second")
    crate = json.loads(archive.read(f"{refcode}/ro-crate-metadata.json"))
    entities = {one["@id"]: one for one in crate["@graph"]}
    assert entities["./"]["hasPart"] == [{"@id": "./S-1/"}]
    assert entities["./S-1/"]["identifier"] == refcode
    assert entities["./S-1/a%20b.txt"]["contentSize"] == "3"
    parts = {part["@id"] for part in entities["./S-1/"]["hasPart"]}
    assert parts <= entities.keys()
    assert len(parts) == len(names) - 1 == 4


def test_an_export_holds_what_its_asker_may_see(
    ada: TestClient, join: Join, make: Make, refcode: str
):
    bob = join("bob")
    make(bob, item_id="bobs")
    together = {"include_related": True, "related_item_ids": ["bobs"]}
    assert ada.post("/items/S-1/export", json=together).status_code == 404
    assert ada.post("/items/S-1/export", json={"include_related": True}).status_code == 400
    assert bob.post("/items/S-1/export", json={}).status_code == 404

    make(ada, item_id="S-2")
    archive = exported(ada, "/items/S-1/export", together | {"related_item_ids": ["S-2"]})
    assert sum(name.endswith("/metadata.json") for name in archive.namelist()) == 2
    ada.put("/collections", json={"data": {"collection_id": "C"}})
    ada.patch(f"/v1/items/{refcode}", json={"collections": ["C"]})
    names = exported(ada, "/collections/C/export").namelist()
    assert names == ["C/S-1/metadata.json", "C/ro-crate-metadata.json"]


def test_an_export_is_its_askers_alone(ada: TestClient, admin: TestClient, refcode: str):
    asked = ada.post(f"/items/{refcode}/export", json={}).json()
    for path in (asked["status_url"], asked["status_url"].replace("status", "download")):
        assert ada.get(path).status_code == 200
        assert admin.get(path).status_code == 404
    ada.delete(f"/v1/items/{refcode}")
    gone = ada.get(asked["status_url"].replace("status", "download"))
    assert (gone.status_code, gone.json()["status"]) == (404, "error")


# Activity


def test_what_is_made_is_counted_by_day(ada: TestClient, join: Join, admin: TestClient, make: Make):
    bob = join("bob")
    today = datetime.now(UTC).date().isoformat()
    for who, date in ((ada, today), (bob, today), (bob, "2001-01-01"), (ada, "2999-01-01")):
        make(who, date=date)
    make(ada, date=None)
    for months in ("12", "x", "0", "99999"):
        answer = bob.get(f"/info/user-activity?months={months}").json()
        assert (answer["status"], answer["data"]) == ("success", {today: 2})
    mine = f"/users/{bob.person_id}/activity"  # type: ignore[attr-defined]
    assert bob.get(mine).json()["data"] == admin.get(mine).json()["data"] == {today: 1}
    assert ada.get(mine).status_code == 403
