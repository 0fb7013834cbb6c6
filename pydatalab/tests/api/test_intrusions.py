"""What somebody who means harm, or is merely quick, tries: each ends without it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import Unavailable
from pydatalab.lab import Lab
from pydatalab.models.identifiers import PUBLIC_ID

Join = Callable[..., TestClient]
Make = Callable[..., dict[str, Any]]


def upload(client: TestClient, item: dict[str, Any], raw: bytes, **query: str) -> dict[str, Any]:
    place = f"/v1/items/{item['refcode']}/files"
    answer = client.post(place, params={"name": "run.xy", **query}, content=raw)
    assert answer.status_code in {200, 201}, answer.text
    record: dict[str, Any] = answer.json()
    return record


def content(client: TestClient, file_id: str) -> bytes:
    return client.get(f"/v1/files/{file_id}/content").content


def test_replacing_a_borrowed_file_leaves_its_owners_bytes_alone(
    ada: TestClient, join: Join, make: Make
):
    theirs = make(ada, creator_ids=[PUBLIC_ID])
    file = upload(ada, theirs, b"measured")
    thief = join("thief")
    own = make(thief)
    thief.put(f"/v1/items/{own['refcode']}/files/{file['file_id']}")
    place = f"/v1/items/{own['refcode']}/blocks"
    block = thief.post(place, json={"technique": "xrd", "file_ids": [file["file_id"]]}).json()
    forged = upload(thief, own, b"forged", same_name="replace")
    assert content(ada, file["file_id"]) == b"measured"
    assert content(thief, forged["file_id"]) == b"forged"
    held = thief.get(f"/v1/items/{own['refcode']}").json()
    assert held["file_ids"] == [forged["file_id"]]
    assert held["blocks_obj"][block["block_id"]]["file_ids"] == [forged["file_id"]]


def test_a_borrower_cannot_keep_the_owner_from_replacing_a_file(
    ada: TestClient, join: Join, make: Make
):
    theirs = make(ada, creator_ids=[PUBLIC_ID])
    file = upload(ada, theirs, b"measured")
    borrower = join("borrower")
    own = make(borrower)
    borrower.put(f"/v1/items/{own['refcode']}/files/{file['file_id']}")
    better = upload(ada, theirs, b"measured again", same_name="replace")
    assert better["revision"] == 2
    assert content(ada, better["file_id"]) == b"measured again"
    assert ada.get(f"/v1/items/{theirs['refcode']}").json()["file_ids"] == [better["file_id"]]
    assert content(borrower, file["file_id"]) == b"measured"


def test_a_file_of_ones_own_items_is_replaced_in_all_of_them(ada: TestClient, make: Make):
    first, second = make(ada), make(ada)
    file = upload(ada, first, b"1")
    ada.put(f"/v1/items/{second['refcode']}/files/{file['file_id']}")
    ada.delete(f"/v1/items/{second['refcode']}")
    replaced = upload(ada, first, b"2", same_name="replace")
    assert replaced["file_id"] == file["file_id"]
    ada.post(f"/v1/items/{second['refcode']}/restore")
    assert ada.get(f"/v1/items/{second['refcode']}").json()["files"][0]["revision"] == 2


def test_the_same_bytes_sent_by_many_at_once_are_attached_once(ada: TestClient, make: Make):
    item = make(ada)
    with ThreadPoolExecutor(6) as threads:
        sent = list(threads.map(lambda _: upload(ada, item, b"same"), range(12)))
    assert len({one["file_id"] for one in sent}) == 1
    assert sum(not one["already_attached"] for one in sent) == 1
    assert len(ada.get(f"/v1/items/{item['refcode']}").json()["files"]) == 1


def test_a_block_added_while_an_old_client_saves_is_not_lost(ada: TestClient, make: Make):
    item = make(ada, item_id="S-1")
    place = f"/v1/items/{item['refcode']}/blocks"

    def add(_: int) -> str:
        return str(ada.post(place, json={"technique": "comment"}).json()["block_id"])

    def save(number: int) -> int:
        data = ada.get("/get-item-data/S-1").json()["item_data"] | {"description": f"{number}"}
        return ada.post("/save-item/", json={"item_id": "S-1", "data": data}).status_code

    with ThreadPoolExecutor(6) as threads:
        saved = [threads.submit(save, number) for number in range(30)]
        added = [threads.submit(add, number) for number in range(30)]
    assert {one.result() for one in saved} == {200}
    kept = ada.get(f"/v1/items/{item['refcode']}").json()["blocks_obj"]
    assert {one.result() for one in added} == kept.keys()


def test_a_collection_named_like_anothers_id_gets_nothing_of_it(
    ada: TestClient, join: Join, make: Make
):
    mine = ada.post("/v1/collections", json={"collection_id": "mine"}).json()
    thief = join("thief")
    ada_id = ada.get("/v1/me").json()["immutable_id"]
    trap = {
        "collection_id": mine["immutable_id"],
        "additional_creators": [{"immutable_id": ada_id}],
    }
    assert thief.put("/collections", json={"data": trap}).status_code == 201
    item = make(ada, collections=[mine["immutable_id"]])
    assert [one["collection_id"] for one in item["collections"]] == ["mine"]
    assert thief.get(f"/v1/items/{item['refcode']}").status_code == 404


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("/v1/items", {"type": "samples", "synthesis_constituents": [7] * 20_000}),
        ("/v1/items/batch", {"items": [7] * 20_000}),
        ("/new-sample", {"type": "samples", "synthesis_constituents": [7] * 20_000}),
    ],
)
def test_an_answer_names_some_of_many_faults(ada: TestClient, place: str, body: dict[str, Any]):
    answer = ada.post(place, json=body)
    assert answer.status_code in {400, 422}
    assert 10 < answer.text.count('"loc"') <= 100
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("place", ["/v1/items", "/new-sample"])
def test_a_stranger_sends_no_long_body_to_be_read(anyone: TestClient, ada: TestClient, place: str):
    long = {"type": "samples", "description": "x" * 1_500_000}
    assert anyone.post(place, json=long).status_code == 401
    assert ada.post(place, json=long).status_code == 201


@pytest.mark.parametrize("place", ["/v1/items", "/new-sample"])
def test_a_body_of_very_many_values_is_refused_at_once(ada: TestClient, place: str):
    body = b'{"a": [' + b"[]," * 1_000_000 + b"0]}"
    begun = time.perf_counter()
    answer = ada.post(place, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert time.perf_counter() - begun < 10


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path):
    taken = tmp_path / "data"
    taken.write_text("a file")
    opening = open_lab(Config(DATA_DIRECTORY=taken))
    with (
        pytest.raises(Unavailable, match=r"data cannot be made .*PYDATALAB_DATA_DIRECTORY"),
        opening,
    ):
        pass


def test_a_new_data_folder_is_its_owners_alone(lab: Lab, tmp_path: Path):
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("path", ["/%00", "/assets/%00.js", "/" + "a" * 5000, "/" + "a/" * 3000])
def test_a_path_that_no_file_system_takes_is_not_found(anyone: TestClient, path: str):
    assert anyone.get(path).status_code == 404


def test_a_file_of_the_page_is_told_apart_by_encoding_whether_packed_or_not(
    lab: Lab, tmp_path: Path
):
    assets = tmp_path / "built" / "assets"
    assets.mkdir(parents=True)
    (assets / "a.js").write_text("plain")
    (assets / "a.js.br").write_bytes(b"packed")
    client = TestClient(build(lab, tmp_path / "built"))
    plain = client.get("/assets/a.js", headers={"Accept-Encoding": "identity"})
    packed = client.get("/assets/a.js", headers={"Accept-Encoding": "br"})
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert (plain.text, packed.headers["content-encoding"]) == ("plain", "br")


@pytest.mark.parametrize("name", ["a.js", "a.mjs", "a.html", "a.svg", "a.xhtml", "a.xml"])
def test_no_upload_runs_as_part_of_the_page(ada: TestClient, make: Make, name: str):
    item = make(ada)
    place = f"/v1/items/{item['refcode']}/files"
    file = ada.post(place, params={"name": name}, content=b"alert(1)").json()
    answer = ada.get(f"/v1/files/{file['file_id']}/content")
    assert "script" not in answer.headers["content-type"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["content-disposition"].startswith("attachment")
