"""Whether the server says that it is well."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab

ALIVE, READY = "/healthcheck/is_alive", "/healthcheck/is_ready"


@pytest.fixture
def sqlite(lab: Lab) -> Path:
    """The file of a lab that has one."""
    found = lab.folder / "datalab.db"
    if not found.exists():
        pytest.skip("this lab's documents are in MongoDB")
    return found


def test_it_is_alive_and_ready_to_anyone(anyone: TestClient):
    assert [anyone.get(path).status_code for path in (ALIVE, READY)] == [200, 200]


def test_it_is_not_ready_while_uploads_cannot_be_kept(anyone: TestClient, lab: Lab):
    files = lab.vault.incoming
    files.rename(away := files.with_name("away"))
    answer = anyone.get(READY)
    assert answer.status_code == 503
    assert "file store cannot be written to" in answer.json()["detail"]
    assert anyone.get(ALIVE).status_code == 200
    away.rename(files)
    assert anyone.get(READY).status_code == 200


def test_an_upload_is_told_that_the_file_store_is_away(ada: TestClient, lab: Lab):
    item = ada.post("/v1/items", json={"type": "samples", "item_id": "kept-nowhere"}).json()
    files = lab.vault.incoming
    files.rename(away := files.with_name("away"))
    answer = ada.post(f"/v1/items/{item['refcode']}/files?name=a.txt", content=b"1 2")
    assert answer.status_code == 503
    assert "file store cannot be written to" in answer.json()["detail"]
    away.rename(files)


def test_it_is_not_ready_once_its_database_was_removed(anyone: TestClient, sqlite: Path):
    sqlite.rename(away := sqlite.with_name("away"))
    answer = anyone.get(READY)
    assert answer.status_code == 503
    assert "datalab.db is gone" in answer.json()["detail"]
    away.rename(sqlite)


def test_measures_and_the_page_of_the_server_say_that_the_file_store_is_away(
    admin: TestClient, lab: Lab
):
    files = lab.vault.incoming
    files.rename(away := files.with_name("away"))
    told = admin.get("/metrics")
    assert told.status_code == 200
    assert "\npydatalab_file_store_up 0" in told.text
    assert "pydatalab_file_store_free_bytes" not in told.text
    storage = admin.get("/v1/administration/server").json()["storage"]
    assert (storage["files"], storage["files_reachable"]) == (None, False)
    away.rename(files)
    assert "\npydatalab_file_store_up 1" in admin.get("/metrics").text
    assert admin.get("/v1/administration/server").json()["storage"]["files_reachable"] is True
