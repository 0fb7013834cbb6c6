"""The public client ``datalab-api``, unchanged, against a really running server."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datalab_api import DatalabClient, DuplicateItemError
from datalab_api._base import DatalabAPIError

# The client opens a connection for each request and closes none of them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore:`collection_id` is deprecated:DeprecationWarning"),
]

PATTERN = "".join(f"{n / 10} {100 + n % 17}\n" for n in range(100, 900))


@pytest.fixture(scope="module")
def key(running: Any) -> str:
    found: str = running.key("Ada")
    return found


@pytest.fixture
def client(running: Any, key: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("DATALAB_API_KEY", key)
    monkeypatch.setattr(DatalabClient, "interactive", False)
    with DatalabClient(running.address) as found:
        yield found


@pytest.fixture
def pattern(tmp_path: Path) -> Path:
    path = tmp_path / "pattern one.xy"
    path.write_text(PATTERN)
    return path


def test_it_knows_the_server_and_who_it_is(client: Any):
    assert client.get_info()["attributes"]["identifier_prefix"] == "lab"
    assert client.authenticate()["display_name"] == "Ada"
    blocks = {block["id"]: block["attributes"] for block in client.get_block_info()}
    assert {"xrd", "cycle", "nmr", "uv-vis"} <= blocks.keys()
    assert ".xrdml" in blocks["xrd"]["accepted_file_extensions"]


@pytest.mark.parametrize("kind", ["samples", "cells", "starting_materials", "equipment"])
def test_it_makes_lists_and_finds_items_of_each_type(client: Any, kind: str):
    item_id = f"list-{kind.replace('_', '-')}"
    made = client.create_item(item_id=item_id, item_type=kind, item_data={"name": f"One of {kind}"})
    assert made["item_id"] == item_id
    rows = client.get_items(kind)
    assert item_id in [row["item_id"] for row in rows]
    row = next(row for row in rows if row["item_id"] == item_id)
    for field in ("type", "refcode", "name", "nblocks", "collections", "creators"):
        assert row[field] is not None
    found = client.search_items(item_id, item_types=(kind,))
    assert [one["item_id"] for one in found] == [item_id]


def test_it_makes_an_item_without_an_id_which_is_then_that_of_its_refcode(client: Any):
    made = client.create_item(item_data={"name": "nameless"})
    assert made["refcode"] == f"lab:{made['item_id']}"


def test_a_molar_mass_is_there_at_once(client: Any):
    made = client.create_item(item_id="mass", item_data={"chemform": "CuSO4.5H2O"})
    assert made["molar_mass"] == pytest.approx(249.68, abs=0.01)


def test_the_same_id_twice_is_a_duplicate(client: Any):
    client.create_item(item_id="twice")
    with pytest.raises(DuplicateItemError):
        client.create_item(item_id="twice")


def test_it_puts_items_into_collections_that_it_makes_on_the_way(client: Any):
    client.create_item(item_id="gathered", collection_id="heap")
    collection, children = client.get_collection("heap")
    assert collection["collection_id"] == "heap"
    assert [child["item_id"] for child in children] == ["gathered"]
    made = client.create_collection("pile", {"title": "A pile"})
    assert made["title"] == "A pile"
    assert {"heap", "pile"} <= {one["collection_id"] for one in client.get_items("collections")}


def test_it_shares_with_groups(running: Any, client: Any):
    admin = running.client(running.key("Root", "admin"))
    admin.post("/v1/groups", json={"group_id": "xray", "display_name": "X-ray people"})
    assert client.get_group("xray")["display_name"] == "X-ray people"
    made = client.create_item(item_id="shared", group_ids=["xray"])
    assert [group["group_id"] for group in made["groups"]] == ["xray"]


def test_a_whole_item_sent_back_as_it_came_changes_nothing(client: Any, pattern: Path):
    client.create_item(item_id="round", item_data={"chemform": "LiCoO2"}, collection_id="heap")
    file_id = client.upload_file("round", pattern)["file_id"]
    client.create_data_block("round", "xrd", file_ids=file_id)
    item = client.get_item("round", load_blocks=True)
    assert client.update_item("round", item)["unchanged"] is True
    assert client.update_item("round", {"name": "new"})["status"] == "success"
    assert client.get_item("round")["name"] == "new"
    assert client.get_item(refcode=item["refcode"])["item_id"] == "round"


def test_what_was_made_from_what_shows_on_both_sides_and_in_the_graph(client: Any):
    client.create_item(item_id="salt", item_type="starting_materials", item_data={"name": "Salt"})
    part = {"item": {"item_id": "salt", "type": "starting_materials"}, "quantity": 1, "unit": "g"}
    client.create_item(item_id="product", item_data={"synthesis_constituents": [part]})
    graph = client.get_item_graph("product")
    assert {node["data"]["id"] for node in graph["nodes"]} == {"salt", "product"}
    assert [(e["data"]["source"], e["data"]["target"]) for e in graph["edges"]] == [
        ("salt", "product")
    ]
    assert client.get_item("product")["synthesis_constituents"][0]["item"]["name"] == "Salt"
    everything = {node["data"]["id"] for node in client.get_item_graph()["nodes"]}
    assert {"salt", "product"} <= everything


def test_it_uploads_replaces_and_downloads_files(
    client: Any, pattern: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    client.create_item(item_id="files")
    first = client.upload_file("files", pattern)
    assert first["not_modified"] is False
    assert first["file_information"]["name"] == "pattern_one.xy"
    again = client.upload_file("files", pattern, replace_file_id=first["file_id"])
    assert again["not_modified"] is True
    pattern.write_text(PATTERN + "95 100\n")
    assert (
        client.upload_file("files", pattern, replace_file_id=first["file_id"])["is_update"] is True
    )
    folder = tmp_path / "downloads"
    folder.mkdir()
    monkeypatch.chdir(folder)
    client.get_item_files("files")
    assert [path.name for path in folder.iterdir()] == ["pattern_one.xy"]
    assert (folder / "pattern_one.xy").read_text() == pattern.read_text()


def test_it_makes_draws_and_changes_blocks_key_by_key(client: Any, pattern: Path):
    client.create_item(item_id="blocks")
    file_id = client.upload_file("blocks", pattern)["file_id"]
    made = client.create_data_block("blocks", "xrd", file_ids=file_id)
    assert made["file_id"] == file_id
    assert "errors" not in made
    changed = client.update_data_block("blocks", made["block_id"], "xrd", {"wavelength": 0.7})
    assert (changed["wavelength"], changed["file_id"], changed["title"]) == (
        0.7,
        file_id,
        made["title"],
    )
    read = client.get_block("blocks", made["block_id"], block_data=changed)
    assert read["block_id"] == made["block_id"]
    client.create_data_block("blocks", "comment")
    assert len(client.get_item("blocks", load_blocks=True)["blocks_obj"]) == 2
    client.check_tasks()


def test_several_files_are_compared_in_one_block(client: Any, tmp_path: Path):
    client.create_item(item_id="several")
    ids = []
    for number in (1, 2):
        path = tmp_path / f"{number}.xy"
        path.write_text(PATTERN + f"95 {number}\n")
        ids.append(client.upload_file("several", path)["file_id"])
    made = client.create_data_block("several", "xrd", file_ids=ids)
    assert made["file_ids"] == ids
    assert "errors" not in made


def test_a_file_that_cannot_be_read_is_said_on_the_block(client: Any, tmp_path: Path):
    client.create_item(item_id="broken")
    path = tmp_path / "broken.xrdml"
    path.write_text("<xrdMeasurements>")
    file_id = client.upload_file("broken", path)["file_id"]
    made = client.create_data_block("broken", "xrd", file_ids=file_id)
    assert len(made["errors"]) == 1


def test_what_is_not_there_is_an_error_with_a_message(client: Any):
    with pytest.raises(DatalabAPIError, match="no such item"):
        client.get_item("nowhere")
    with pytest.raises(DatalabAPIError, match="No group"):
        client.get_group("nobody")
    with pytest.raises(DatalabAPIError, match="Invalid block type"):
        client.create_item(item_id="kindless")
        client.create_data_block("kindless", "nonsense")


def test_an_address_that_ends_with_a_slash_works(running: Any, key: str):
    os.environ["DATALAB_API_KEY"] = key
    try:
        with DatalabClient(f"{running.address}/") as found:
            assert found.authenticate()["display_name"] == "Ada"
    finally:
        del os.environ["DATALAB_API_KEY"]


@pytest.mark.parametrize("prefix", ["", "/v0", "/v0.1", "/v0.1.0"])
@pytest.mark.parametrize("path", ["/samples", "/samples/", "/get-current-user/", "//info"])
def test_every_spelling_of_an_address_answers_without_a_redirect(
    running: Any, key: str, prefix: str, path: str
):
    with running.client(key) as client:
        assert client.get(running.address + prefix + path).status_code == 200
