"""A lab that was adopted in place, as existing scripts see it: the public client, with an old key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from datalab_api import DatalabClient

from existing_lab import ADA, KEY, NOTES, OLD_KEY, PATTERN, SALT, SCAN, TOKEN

# The client opens a connection for each request and closes none of them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def client(adopted: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("DATALAB_API_KEY", KEY)
    monkeypatch.setattr(DatalabClient, "interactive", False)
    with DatalabClient(adopted.address) as found:
        yield found


def test_old_keys_open_the_door_to_the_same_people(adopted: Any, client: Any):
    ada = client.authenticate()
    assert (ada["immutable_id"], ada["display_name"], ada["role"]) == (str(ADA), "Ada", "admin")
    assert [group["group_id"] for group in ada["groups"]] == ["greys"]
    with adopted.client(OLD_KEY) as bob:
        assert bob.get("/get-current-user/").json()["display_name"] == "Bob"


def test_nobody_is_asked_to_become_the_first_administrator(adopted: Any):
    assert adopted.first_run_link is None


@pytest.mark.parametrize(
    ("kind", "ids"),
    [("samples", {"jdb-1"}), ("cells", {"cell-1"}), ("starting_materials", {"powder-1"}),
     ("equipment", {"furnace"})],
)  # fmt: skip
def test_each_item_is_listed_and_found(client: Any, kind: str, ids: set[str]):
    assert ids <= {row["item_id"] for row in client.get_items(kind)}
    for item_id in ids:
        found = client.search_items(item_id, item_types=(kind,))
        assert item_id in {row["item_id"] for row in found}


def test_an_item_has_its_ids_blocks_and_links(client: Any):
    salt = client.get_item("jdb-1", load_blocks=True)
    assert (salt["immutable_id"], salt["refcode"], salt["version"]) == (
        str(SALT),
        "grey:ABCDEF",
        2,
    )
    assert client.get_item(refcode="grey:ABCDEF")["name"] == "Rock salt"
    assert salt["display_order"] == ["b1", "b2"]
    pattern = next(one for one in salt["blocks_obj"].values() if one["block_id"] == "b1")
    assert (pattern["file_id"], pattern["wavelength"]) == (str(SCAN), 1.54)
    assert "errors" not in pattern
    assert salt["synthesis_constituents"][0]["item"]["name"] == "Powder"
    assert [one["collection_id"] for one in salt["collections"]] == ["batch-3"]
    assert [one["display_name"] for one in salt["creators"]] == ["Ada"]
    edges = client.get_item_graph("jdb-1")["edges"]
    assert ("powder-1", "jdb-1") in {(e["data"]["source"], e["data"]["target"]) for e in edges}


def test_collections_have_their_members(client: Any):
    batch, children = client.get_collection("batch-3")
    assert batch["title"] == "Batch 3"
    assert [child["item_id"] for child in children] == ["jdb-1"]


def test_files_come_as_they_were(adopted: Any):
    with adopted.client(KEY) as ada:
        scan = ada.get(f"/files/{SCAN}/my_scan.xy")
        assert (scan.status_code, scan.content) == (200, PATTERN)
        assert ada.get(f"/files/{NOTES}/notes.txt").content == b"weighed twice\n"


def test_versions_are_listed_shown_and_brought_back(adopted: Any):
    with adopted.client(KEY) as ada:
        listed = ada.get("/items/grey:ABCDEF/versions/").json()["versions"]
        assert [one["version"] for one in listed][-2:] == [2, 1]
        first = listed[-1]["_id"]
        shown = ada.get(f"/items/grey:ABCDEF/versions/{first}/").json()["version"]
        assert (shown["data"]["name"], shown["action"]) == ("Salt 1", "manual_save")


def test_a_token_opens_its_item_alone(adopted: Any):
    with httpx2.Client(base_url=adopted.address) as anybody:
        opened = anybody.get("/items/grey:ABCDEF", params={"at": TOKEN})
        assert opened.json()["item_data"]["item_id"] == "jdb-1"
        assert anybody.get("/items/grey:CELLAA", params={"at": TOKEN}).status_code == 401


def test_work_goes_on(client: Any, tmp_path: Path):
    path = tmp_path / "second.xy"
    path.write_bytes(PATTERN + b"95 100\n")
    assert client.update_item("jdb-1", {"description": "white"})["status"] == "success"
    file_id = client.upload_file("jdb-1", path)["file_id"]
    made = client.create_data_block("jdb-1", "xrd", file_ids=file_id)
    assert "errors" not in made
    client.create_item(item_id="jdb-2", item_data={"name": "Next"})
    assert client.get_item("jdb-1")["version"] > 2
