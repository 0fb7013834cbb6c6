"""Refusals are problem details everywhere, and nothing that is sent breaks the server."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.api.server import V1, build
from pydatalab.lab import Lab

Make = Callable[..., dict[str, Any]]
JSON = {"Content-Type": "application/json"}


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem details of an answer."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= found.keys()
    assert found["status"] == status
    assert found["detail"]
    return found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("POST", "/v1/nothing", 404),
        ("DELETE", "/v1/items/a/b/c/d", 404),
        ("GET", "/v1", 404),
        ("GET", "/v1/", 404),
        ("GET", "/v1/items/lab:NOSUCH", 404),
        ("GET", "/v1/items/%00", 404),
        ("GET", "/v1/items/a%2Fb", 404),
        ("GET", "/v1/items/%25", 404),
        ("GET", "/v1/items/%F0%9F%A6%84", 404),
        ("GET", "/v1/items/%ff", 404),
        ("GET", "/v1/items/..%2F..", 404),
        ("GET", "/v1/collections/%00%2F", 404),
        ("GET", "/v1/groups/%27%20OR%201", 404),
        ("PUT", "/v1/items", 405),
        ("DELETE", "/v1/items", 405),
        ("GET", "/v1/items/lab:NOSUCH/files", 405),
        ("POST", "/v1/me", 405),
        ("POST", "/healthcheck/is_ready", 405),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_what_is_not_there_or_not_done_is_a_problem(
    ada: TestClient, method: str, path: str, status: int, accept: str
):
    answer = ada.request(method, path, headers={"Accept": accept})
    problem(answer, status)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"type": "samples", "name": NaN}',
        b'{"type": "samples", "molar_mass": Infinity}',
        b'{"type": "samples", "molar_mass": 1e999}',
        b'{"type": "samples", "name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"type": "samples", "name": "\xff"}',
        b"[" * 100_000,
        b"[" * 200 + b"]" * 200,
        b'{"a":' * 60 + b"1" + b"}" * 60,
        "{}".encode("utf-16"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/items", "/v1/formula", "/v1/collections"])
def test_what_is_no_json_is_400(ada: TestClient, path: str, body: bytes):
    problem(ada.post(path, content=body, headers=JSON), 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"])  # fmt: skip
def test_what_is_not_said_to_be_json_is_415(ada: TestClient, kind: str):
    body = b'{"type": "samples"}'
    problem(ada.post("/v1/items", content=body, headers={"Content-Type": kind}), 415)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.lab+json", "Application/JSON"])  # fmt: skip
def test_json_may_be_called_by_its_other_names(ada: TestClient, kind: str):
    body = b'{"type": "samples"}'
    assert ada.post("/v1/items", content=body, headers={"Content-Type": kind}).status_code == 201


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"1", b'"samples"', b"{}"])
def test_json_of_another_shape_is_422(ada: TestClient, body: bytes):
    assert problem(ada.post("/v1/items", content=body, headers=JSON), 422)["errors"]


def test_a_body_without_end_is_413(ada: TestClient):
    answer = ada.post("/v1/items", content=b" " * (65 * 1024 * 1024), headers=JSON)
    problem(answer, 413)
    old = ada.post("/new-sample/", content=b" " * (65 * 1024 * 1024), headers=JSON)
    assert (old.status_code, old.json()["status"]) == (413, "error")


ODD = ["\u0000", "a\u0000b", "🧪" * 100, "\u202eabc", "'; DROP TABLE items; --", "<script>", "%", "\\",
       "\ufeff", "Z̸̢̛" * 50, "&amp;&lt;", "\n\t", "NaN", "null"]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_any_text_is_kept_as_it_is(ada: TestClient, make: Make, text: str):
    item = make(ada, name=text, description=f"<p>{text}</p>", chemform=text)
    place = f"/v1/items/{item['refcode']}"
    read = ada.get(place).json()
    assert (read["name"], read["chemform"]) == (text, text)
    part = {"item": {"name": text}, "quantity": 1, "unit": "µg"}
    saved = ada.patch(place, json={"synthesis_constituents": [part]}).json()
    assert saved["synthesis_constituents"][0]["item"]["name"] == text
    block = ada.post(f"{place}/blocks", json={"technique": "comment", "title": text})
    assert block.json()["title"] == text
    assert ada.get("/v1/search", params={"q": json.dumps(text)}).status_code == 200
    for path in ("/v1/items?sort=name", f"{place}/versions/1"):
        assert ada.get(path).status_code == 200


@pytest.mark.parametrize("number", [1e308, 5e-324, 10**30, 0.1 + 0.2, 2**63])
def test_large_numbers_come_back(ada: TestClient, make: Make, number: float):
    item = make(ada, molar_mass=number)
    assert ada.get(f"/v1/items/{item['refcode']}").json()["molar_mass"] == float(number)


@pytest.mark.parametrize("piece", ["<a b='", "<!--", "<", "&", "</", "<![CDATA[", "x<"])
def test_text_of_tags_that_never_close_takes_no_time(ada: TestClient, make: Make, piece: str):
    text = piece * (1_900_000 // len(piece))
    assert make(ada, description=text)["description"] == text


def test_an_error_of_ours_says_nothing_of_the_inside(
    lab: Lab, ada: TestClient, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(lab.store.items.__class__, "find", broken)
    for path in ("/v1/items", "/samples/"):
        answer = ada.get(path)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "mistake" in answer.text
    assert problem(ada.get("/v1/items"), 500)["mistake"]


# Other origins


@pytest.fixture
def beside(lab: Lab, ada: TestClient, tmp_path: Path) -> TestClient:
    """A server whose page is elsewhere."""
    app = build(lab, tmp_path, "https://page.example/datalab/")
    return TestClient(app, headers=ada.headers)


@pytest.mark.parametrize("path", ["/v1/items", "/samples/", "/info", "/v1/nothing"])
def test_any_page_may_read_with_a_key_but_without_a_session(beside: TestClient, path: str):
    answer = beside.get(path, headers={"Origin": "https://other.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("path", ["/v1/items", "/samples/", "/info"])
def test_the_labs_own_page_may_use_its_session(beside: TestClient, path: str):
    answer = beside.get(path, headers={"Origin": "https://page.example"})
    assert answer.headers["access-control-allow-origin"] == "https://page.example"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("path", ["/v1/items", "/new-sample/", "/upload-file/"])
def test_anybody_may_ask_what_is_allowed(anyone: TestClient, beside: TestClient, path: str):
    ask = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    answer = anyone.options(path, headers=ask)
    assert answer.status_code == 204
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "DATALAB-API-KEY" in answer.headers["access-control-allow-headers"]
    assert "X-Requested-With" not in answer.headers["access-control-allow-headers"]
    ours = beside.options(path, headers={**ask, "Origin": "https://page.example"})
    assert "X-Requested-With" in ours.headers["access-control-allow-headers"]
    assert anyone.options(path).status_code == 204


def test_what_is_wrong_with_a_field_is_said_in_words(ada: TestClient):
    new = {"type": "samples", "item_id": "a b!", "colour": "red"}
    errors = ada.post("/v1/items", json=new).json()["errors"]
    said = {error["loc"][-1]: error["msg"] for error in errors}
    assert said["item_id"].startswith("'a b!' cannot be an id: 1 to 40 letters")
    assert said["colour"] == "there is no such field"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "type: is missing"),
        ({"type": "ghosts"}, "type: is none of 'samples', 'cells'"),
        ({"type": "samples", "bogus": 1}, "samples.bogus: there is no such field"),
        ({"type": "samples", "creator_ids": ["x"]}, "creator_ids.0: has not the right form"),
        ({"type": "samples", "synthesis_constituents": "x"}, "constituents: must be a list"),
        ({"type": "samples", "synthesis_constituents": [1]}, "0: must be an object with fields"),
    ],
)
def test_a_fault_is_said_in_words(ada: TestClient, body: dict[str, Any], said: str):
    answer = ada.post("/v1/items", json=body)
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True), answer.text
    many = ada.post("/v1/items/batch", json={"items": [body]}).json()["items"][0]["problem"]
    assert said in many["detail"]


def test_an_address_that_there_is_not_is_named(ada: TestClient):
    assert ada.get("/v1/nowhere").json()["detail"] == "There is nothing at /v1/nowhere."
    assert ada.get("/samples/nowhere").json()["message"] == "There is nothing at /samples/nowhere."
    assert "PUT is not" in ada.put("/v1/items").json()["detail"]


STORED_ALONE = {
    "_id", "file_ObjectIds", "creator_ids", "group_ids", "blocktype", "derived", "hash",
    "deleted_blocks", "detached_file_ids", "file_names", "recognised_by", "location_on_disk",
}  # fmt: skip
"""Names that stored documents have, and that no answer of the resource API uses."""


def keys_of(value: Any) -> set[str]:
    """All keys of an answer, at any depth."""
    if isinstance(value, list):
        return {key for one in value for key in keys_of(one)}
    if not isinstance(value, dict):
        return set()
    return set(value) | {key for one in value.values() for key in keys_of(one)}


def test_ids_are_named_the_same_in_every_answer(ada: TestClient, make: Make):
    used = make(ada, type="starting_materials", item_id="used")
    ada.post("/v1/collections", json={"collection_id": "C"})
    part = {"item": {"refcode": used["refcode"]}, "quantity": 1, "unit": "g"}
    made = make(ada, type="cells", item_id="S-1", collections=["C"], positive_electrode=[part])
    place = f"/v1/items/{made['refcode']}"
    file = ada.post(f"{place}/files?name=a.txt", content=b"words").json()
    block = ada.post(f"{place}/blocks", json={"technique": "comment"}).json()
    answers = {
        path: ada.get(path).json()
        for path in (
            place, "/v1/items", f"{place}/relationships", f"{place}/graph", f"{place}/versions",
            f"{place}/versions/1", f"/v1/files/{file['file_id']}", "/v1/collections",
            "/v1/collections/C", "/v1/search?q=S-1", "/v1/graph", "/v1/me", "/v1/people",
            "/v1/api-keys",
        )
    }  # fmt: skip
    for path, answer in answers.items():
        assert not STORED_ALONE & keys_of(answer), path
    item = answers[place]
    assert (item["type"], item["item_id"], item["refcode"]) == ("cells", "S-1", made["refcode"])
    assert item["display_order"] == list(item["blocks_obj"]) == [block["block_id"]]
    assert [one["file_id"] for one in item["files"]] == [file["file_id"]]
    assert len(file["file_id"]) == 24
    old = ada.get("/get-item-data/S-1").json()["item_data"]
    assert (old["type"], old["refcode"], old["display_order"]) == (
        item["type"], item["refcode"], item["display_order"],
    )  # fmt: skip


def test_an_address_that_nobody_has_and_a_method_that_is_not_meant_are_told_apart(ada: TestClient):
    assert ada.get("/v1/nowhere").status_code == 404
    assert ada.delete("/v1/items").status_code == 405
    assert ada.delete("/v1/jobs").status_code == 405
    assert ada.get("/v1/jobs").status_code == 200


def test_the_start_does_not_wait_for_the_resource_api():
    code = "import sys, pydatalab.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {f"pydatalab.api.{name}" for name in V1} & set(loaded)
