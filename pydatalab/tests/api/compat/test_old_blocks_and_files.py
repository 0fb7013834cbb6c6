"""Blocks and files as existing clients handle them."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab
from pydatalab.store.query import Is, Scope


@pytest.fixture(autouse=True)
def item(ada: TestClient) -> None:
    """An item ``S-1``."""
    ada.post("/new-sample/", json={"type": "samples", "item_id": "S-1"})


def failed(answer: Any, status: int) -> str:
    """The message of a failure."""
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == "error"
    message: str = answer.json()["message"]
    return message


def stored(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/get-item-data/S-1").json()["item_data"]
    return found


def upload(client: TestClient, name: str = "a.txt", raw: bytes = b"words", **fields: str) -> Any:
    form = {"item_id": "S-1", "replace_file": "", **fields}
    return client.post("/upload-file/", data=form, files={"files[]": (name, raw)})


Add = Callable[..., dict[str, Any]]


@pytest.fixture
def add(ada: TestClient) -> Add:
    """``add("xrd", index=0)``: the answer to adding a block."""

    def added(kind: str = "comment", **more: Any) -> dict[str, Any]:
        body = {"item_id": "S-1", "block_type": kind, "index": None, **more}
        answer = ada.post("/add-data-block/", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return added


# Blocks


def test_a_block_is_put_where_it_is_asked_for(ada: TestClient, add: Add):
    a, b = add(), add("xrd")
    assert (a["new_block_insert_index"], a["new_block_obj"]["blocktype"]) == (None, "comment")
    first = add(index=0)
    middle = add(index=1)
    ids = [one["new_block_obj"]["block_id"] for one in (first, middle, a, b)]
    assert (first["new_block_insert_index"], middle["new_block_insert_index"]) == (0, 1)
    assert middle["new_display_order"] == ids == stored(ada)["display_order"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"block_type": "astrology", "item_id": "S-1", "index": None}, 501),
        ({"block_type": "comment", "item_id": "nowhere", "index": None}, 400),
        ({"block_type": "comment"}, 400),
        ({"item_id": "S-1"}, 400),
        ({"block_type": "comment", "item_id": "S-1", "index": -1}, 400),
        ({"block_type": "comment", "item_id": "S-1", "index": "first"}, 400),
        ({"block_type": "comment", "item_id": "S-1", "index": 10**30}, 400),
        ({"block_type": ["comment"], "item_id": "S-1"}, 400),
    ],
)
def test_a_block_that_cannot_be_added_says_why(ada: TestClient, body: dict[str, Any], status: int):
    message = failed(ada.put("/blocks/", json=body), status)
    assert message.startswith("Invalid block type") == (status == 501)


Update = Callable[..., Any]


@pytest.fixture
def update(ada: TestClient) -> Update:
    """``update(block, title="new")``: the answer to a change of a block."""

    def updated(block: dict[str, Any], event: Any = None, **data: Any) -> Any:
        keys = {"item_id": "S-1", "block_id": block["block_id"], "blocktype": block["blocktype"]}
        body = {"block_data": {**keys, **data}, "event_data": event, "save_to_db": True}
        return ada.post("/update-block/", json=body)

    return updated


def test_a_change_of_a_block_keeps_what_it_does_not_name(ada: TestClient, add: Add, update: Update):
    block = add("xrd")["new_block_obj"]
    update(block, title="Mine", freeform_comment="<p>Why</p>", wavelength=0.7, odd={"a": [1]})
    answer = update(block, wavelength=0.8).json()
    assert answer["saved_successfully"] is True
    data = answer["new_block_data"]
    assert (data["title"], data["wavelength"], data["odd"]) == ("Mine", 0.8, {"a": [1]})
    kept = stored(ada)["blocks_obj"][block["block_id"]]
    assert (kept["freeform_comment"], kept["wavelength"]) == ("<p>Why</p>", 0.8)
    update(block, title=None)
    assert stored(ada)["blocks_obj"][block["block_id"]].get("title") is None


def test_what_only_the_server_works_out_is_not_taken_from_a_client(
    ada: TestClient, add: Add, update: Update
):
    block = add("xrd")["new_block_obj"]
    lies = {"computed": {"a": 1}, "metadata": {"b": 2}, "bokeh_plot_data": {}, "errors": ["x"]}
    update(block, **lies, blocktype="nmr", block_id=block["block_id"])
    kept = stored(ada)["blocks_obj"][block["block_id"]]
    assert not lies.keys() & kept.keys()
    assert kept["blocktype"] == "xrd"


def test_a_block_of_a_technique_that_is_not_here_is_kept_and_answers(
    ada: TestClient, lab: Lab, add: Add, update: Update
):
    """As an existing lab has them: chats, and what its own plugins drew."""
    block = add()["new_block_obj"]
    chat = {**block, "blocktype": "chat", "messages": [{"role": "user", "content": "hi"}]}
    item = lab.store.items.get(Is("item_id", "S-1"), scope=Scope.all())
    raised = {**item, "blocks_obj": {block["block_id"]: chat}, "edit": item["edit"] + 1}
    lab.store.items.replace(raised, was=item["edit"], scope=Scope.all())
    answer = update(chat, title="Advice")
    assert (answer.status_code, answer.json()["saved_successfully"]) == (200, True)
    data = answer.json()["new_block_data"]
    assert (data["title"], data["messages"]) == ("Advice", chat["messages"])
    assert data["errors"] == ["chat: this server has no such technique."]
    kept = stored(ada)["blocks_obj"][block["block_id"]]
    assert (kept["title"], kept["messages"]) == ("Advice", chat["messages"])


def test_a_block_is_not_made_one_of_an_unknown_technique(ada: TestClient, add: Add, update: Update):
    block = add()["new_block_obj"]
    assert failed(update(block, blocktype="astrology"), 501).startswith("Invalid block type")


@pytest.mark.parametrize(
    "event",
    [
        {"event_name": "set_wavelength", "wavelength": 0.5},
        [{"event_name": "null_event"}, {"event_name": "set_wavelength", "wavelength": 0.5}],
    ],
)
def test_an_event_sets_its_parameter(add: Add, update: Update, event: Any):
    data = update(add("xrd")["new_block_obj"], event).json()["new_block_data"]
    assert data["wavelength"] == 0.5


@pytest.mark.parametrize(
    "event", [{}, [], "x", 5, {"event_name": 5}, {"event_name": "dance"}, [None]]
)
def test_events_that_nobody_knows_are_passed_over(add: Add, update: Update, event: Any):
    assert update(add("xrd")["new_block_obj"], event).status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"file_id": 5},
        {"file_ids": "abc"},
        {"file_ids": [5]},
        {"title": ["a"]},
        {"freeform_comment": {}},
    ],
)
def test_a_block_is_never_made_unreadable(
    ada: TestClient, add: Add, update: Update, data: dict[str, Any]
):
    block = add("xrd")["new_block_obj"]
    failed(update(block, **data), 400)
    sent = {"blocks_obj": {block["block_id"]: {**block, **data}}}
    failed(ada.post("/save-item/", json={"item_id": "S-1", "data": sent}), 400)
    assert stored(ada)["blocks_obj"][block["block_id"]] == block


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"block_id": "{id}"}, 400),
        ({"item_id": "S-1"}, 400),
        ({"item_id": "S-1", "block_id": "nowhere"}, 400),
        ({"item_id": "nowhere", "block_id": "{id}"}, 404),
        ({"item_id": "S-1", "block_id": "{id}", "file_id": "f" * 24}, 404),
        ("block", 400),
        (None, 400),
    ],
)
def test_a_change_that_cannot_be_says_why(ada: TestClient, add: Add, data: Any, status: int):
    block_id = add("xrd")["new_block_obj"]["block_id"]
    if isinstance(data, dict):
        data = {k: v.format(id=block_id) for k, v in data.items()}
    failed(ada.post("/update-block/", json={"block_data": data}), status)


def test_whichever_of_file_id_and_file_ids_changed_is_meant(
    ada: TestClient, add: Add, update: Update
):
    one, two = (upload(ada, f"{n}.txt", b"%d" % n).json()["file_id"] for n in (1, 2))
    block = add("comment")["new_block_obj"]
    data = update(block, file_id=one).json()["new_block_data"]
    assert (data["file_id"], data["file_ids"]) == (one, [one])
    data = update(block, **{**data, "file_id": two}).json()["new_block_data"]
    assert (data["file_id"], data["file_ids"]) == (two, [two])
    data = update(block, **{**data, "file_ids": [one, two]}).json()["new_block_data"]
    assert (data["file_id"], data["file_ids"]) == (one, [one, two])
    data = update(block, file_id=None).json()["new_block_data"]
    assert data.get("file_id") is None
    assert data["file_ids"] == []


def test_a_block_is_deleted_once(ada: TestClient, add: Add):
    block_id = add()["new_block_obj"]["block_id"]
    body = {"item_id": "S-1", "block_id": block_id}
    assert ada.request("DELETE", "/blocks/", json=body).json() == {"status": "success"}
    assert stored(ada)["display_order"] == []
    failed(ada.post("/delete-block/", json=body), 400)
    failed(ada.post("/delete-block/", json={"item_id": "S-1"}), 400)


# Files


def test_an_upload_is_listed_and_downloaded(ada: TestClient):
    answer = upload(ada, "Ni(OH)₂ run.xy", b"1 2\n", type="x", relativePath="null", size="4")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["is_update"]) == ("success", False)
    file = body["file_information"]
    assert file["_id"] == file["immutable_id"] == body["file_id"]
    assert (file["name"], file["original_name"]) == ("NiOH2_run.xy", "Ni(OH)₂ run.xy")
    assert (file["location"], file["item_ids"]) == (None, ["S-1"])
    item = stored(ada)
    assert item["file_ObjectIds"] == [body["file_id"]]
    assert item["files"][0]["name"] == "NiOH2_run.xy"
    for name in ("NiOH2_run.xy", "Ni(OH)₂ run.xy"):
        assert ada.get(f"/files/{body['file_id']}/{name}").content == b"1 2\n"
    assert ada.get(f"/files/{body['file_id']}/{file['name']}", headers={"Range": "bytes=0-0"}).content == b"1"  # fmt: skip
    failed(ada.get(f"/files/{body['file_id']}/other.xy"), 404)
    failed(ada.get(f"/files/{'f' * 24}/NiOH2_run.xy"), 404)
    failed(ada.get("/files/nonsense/a"), 404)


def test_a_replacement_keeps_the_id_and_says_whether_anything_changed(ada: TestClient):
    file_id = upload(ada, raw=b"old").json()["file_id"]
    same = upload(ada, raw=b"old", replace_file=file_id)
    assert (same.status_code, same.content) == (304, b"")
    other = upload(ada, "other.txt", b"new", replace_file=file_id)
    assert (other.status_code, other.json()["is_update"]) == (201, True)
    assert other.json()["file_id"] == file_id
    assert other.json()["file_information"]["source"] == "uploaded"
    assert other.json()["file_information"]["revision"] == 2
    assert ada.get(f"/files/{file_id}/a.txt").content == b"new"


@pytest.mark.parametrize("replaced", ["", "null"])
def test_a_replacement_of_nothing_is_a_new_file(ada: TestClient, replaced: str):
    answer = upload(ada, replace_file=replaced)
    assert (answer.status_code, answer.json()["is_update"]) == (201, False)


def test_only_a_file_of_the_item_can_be_replaced(ada: TestClient):
    ada.post("/new-sample/", json={"type": "samples", "item_id": "S-2"})
    elsewhere = upload(ada, raw=b"there", item_id="S-2").json()["file_id"]
    for replaced in ("f" * 24, "no id", elsewhere):
        failed(upload(ada, raw=b"new", replace_file=replaced), 404)
    assert ada.get(f"/files/{elsewhere}/a.txt").content == b"there"
    assert stored(ada)["files"] == []


def test_an_upload_that_cannot_be_says_why(ada: TestClient, join: Callable[..., TestClient]):
    failed(upload(ada, item_id="nowhere"), 404)
    failed(upload(ada, item_id=""), 400)
    failed(upload(join("bob")), 404)
    file = {"file": ("a.txt", b"x")}
    failed(ada.post("/upload-file/", files=file), 400)
    failed(ada.post("/upload-file/", data={"item_id": "S-1"}), 400)
    failed(ada.post("/upload-file/", json={"item_id": "S-1"}), 400)
    assert ada.post("/upload-file/", data={"item_id": "S-1"}, files=file).status_code == 201


def test_a_detached_file_is_listed_no_more(ada: TestClient):
    file_id = upload(ada).json()["file_id"]
    body = {"item_id": "S-1", "file_id": file_id}
    answer = ada.post("/delete-file-from-sample/", json=body).json()
    assert answer["new_file_obj"][file_id]["name"] == "a.txt"
    assert stored(ada)["files"] == []
    failed(ada.post("/delete-file-from-sample/", json=body), 404)
    failed(ada.post("/delete-file-from-sample/", json={"item_id": "S-1", "file_id": "x"}), 404)
    failed(ada.post("/delete-file-from-sample/", json={"item_id": "S-1"}), 400)


def test_the_blocks_of_a_collection_are_answered(ada: TestClient, lab: Lab):
    """None can be added here; an existing lab may have some."""
    ada.put("/collections", json={"data": {"collection_id": "shelf"}})
    shelf = lab.store.collections.get(Is("collection_id", "shelf"), scope=Scope.all())
    blocks = {"b1": {"block_id": "b1", "blocktype": "comment", "freeform_comment": "hm"}}
    raised = {**shelf, "blocks_obj": blocks, "display_order": ["b1"], "edit": shelf["edit"] + 1}
    lab.store.collections.replace(raised, was=shelf["edit"], scope=Scope.all())
    data = ada.get("/collections/shelf").json()["data"]
    assert (data["blocks_obj"], data["display_order"]) == (blocks, ["b1"])
