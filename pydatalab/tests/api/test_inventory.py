"""Inventories over HTTP: uploaded, looked at, imported by a job, undone; and what items show of them."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services.inventory import handlers
from pydatalab.store.query import Is

TABLE = "Stoff;Strichcode;CAS-Nr.;Lagerort;Projekt\nAceton;B1;67-64-1;Regal 1;X\nWasser;B2;7732-18-5;Regal 2;\n"
SMILES = "CC(C)=O"


def upload(client: TestClient, text: str = TABLE) -> dict[str, Any]:
    answer = client.post("/v1/inventory/files?name=lager.csv", content=text.encode())
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def done(lab: Lab, job: dict[str, Any]) -> dict[str, Any]:
    """What a job of the queue gives, run here."""
    document = lab.store.jobs.get(Is("immutable_id", job["job_id"]))
    work = {"import-inventory": handlers.import_inventory, "undo-import": handlers.undo_import}
    return dict(work[job["name"]](lab, document["arguments"], Silent()))


@pytest.fixture
def importing(lab: Lab, admin: TestClient) -> Callable[..., dict[str, Any]]:
    """``importing(text, dry_run=…)``: an upload that is imported by the mapping ``lager``."""

    def imported(text: str = TABLE, **more: Any) -> dict[str, Any]:
        file = upload(admin, text)
        columns = {one["heading"]: one["field"] for one in file["columns"]}
        admin.put("/v1/inventory/mappings/lager", json={"columns": columns})
        asked = {
            "sha256": file["sha256"],
            "file_name": file["file_name"],
            "mapping": "lager",
            **more,
        }
        answer = admin.post("/v1/inventory/imports", json=asked)
        assert answer.status_code == 202, answer.text
        return done(lab, answer.json())

    return imported


def test_an_uploaded_table_is_understood(admin: TestClient):
    file = upload(admin)
    assert {one["heading"]: one["field"] for one in file["columns"]} == {
        "Stoff": "name", "Strichcode": "barcode", "CAS-Nr.": "CAS", "Lagerort": "location", "Projekt": None,
    }  # fmt: skip
    assert file["columns"][0]["samples"] == ["Aceton", "Wasser"]
    again = admin.get(f"/v1/inventory/files/{file['sha256']}?name=lager.csv&mapping=cheminventory")
    assert again.status_code == 422 or all(one["field"] is None for one in again.json()["columns"])


def test_a_file_that_is_no_table_is_refused_in_words(admin: TestClient):
    answer = admin.post("/v1/inventory/files?name=a.xlsx", content=b"\x7fELF\0\0")
    assert answer.status_code == 422
    assert "neither a workbook" in answer.json()["detail"]


def test_mappings_are_saved_changed_and_forgotten(admin: TestClient):
    address = "/v1/inventory/mappings/My lab"
    assert admin.put(address, json={"columns": {"A": "name", "B": None}}).status_code == 200
    assert admin.put(address, json={"columns": {"A": "CAS"}}).json()["columns"] == {"A": "CAS"}
    names = [one["name"] for one in admin.get("/v1/inventory/mappings").json()["items"]]
    assert names == ["cheminventory", "My lab"]
    assert admin.delete(address).status_code == 204
    assert admin.delete(address).status_code == 404
    for wrong in ({"A": "name", "B": "name"}, {"A": "colour"}, {}):
        assert admin.put(address, json={"columns": wrong}).status_code == 422
    taken = admin.put("/v1/inventory/mappings/cheminventory", json={"columns": {"A": "name"}})
    assert taken.status_code == 409


def test_a_dry_run_shows_each_change_and_changes_nothing(
    admin: TestClient, importing: Callable[..., dict[str, Any]]
):
    looked = importing(dry_run=True)
    assert looked["counts"] == {"rows": 2, "new": 2, "faults": 0}
    assert admin.get("/v1/items").json()["items"] == []
    assert admin.get("/v1/inventory/imports").json()["items"] == []
    one = admin.get(f"/v1/inventory/imports/{looked['import_id']}").json()
    assert (one["state"], one["parts"]) == ("preview", 1)
    part = admin.get(f"/v1/inventory/imports/{looked['import_id']}/parts/0").json()
    assert part["changes"][0]["fields"]["location"] == [None, "Regal 1"]


def test_an_import_is_listed_shown_and_undone(
    lab: Lab, admin: TestClient, importing: Callable[..., dict[str, Any]]
):
    importing()
    changed = importing(TABLE.replace("Regal 1", "Regal 9"))
    assert changed["counts"]["changed"] == 1
    listed = admin.get("/v1/inventory/imports").json()["items"]
    assert [(one["state"], one["person"]) for one in listed] == [("done", "root")] * 2
    job = admin.post(f"/v1/inventory/imports/{changed['import_id']}/undo")
    assert job.status_code == 202
    assert done(lab, job.json())["counts"] == {"restored": 1, "removed": 0, "kept": 0}
    rows = admin.get("/v1/items?type=starting_materials").json()["items"]
    assert {row["item_id"]: row["location"] for row in rows} == {"B1": "Regal 1", "B2": "Regal 2"}


def test_an_item_shows_what_its_inventory_says_and_that_it_is_gone(
    ada: TestClient, importing: Callable[..., dict[str, Any]]
):
    importing()
    rows = ada.get("/v1/items?type=starting_materials").json()["items"]
    codes = {row["item_id"]: row["refcode"] for row in rows}
    (said,) = ada.get(f"/v1/items/{codes['B1']}/inventory").json()["items"]
    assert said == {"source": "lager", "row": 2, "extra": {"Projekt": "X"}, "vanished_at": None}
    importing(TABLE.replace("Wasser;B2;7732-18-5;Regal 2;\n", ""))
    marks = ada.get("/v1/inventory/marks", params={"refcode": list(codes.values())}).json()["items"]
    assert [(one["refcode"], one["source"]) for one in marks] == [(codes["B2"], "lager")]
    assert ada.get("/v1/items/lab:QQQQQQ/inventory").status_code == 404


def test_hazards_are_told_in_words_and_pictograms(ada: TestClient):
    told = ada.get("/v1/hazards?codes=H225, H319; H999").json()
    assert [one["code"] for one in told["hazards"]] == ["H225", "H319"]
    assert [one["code"] for one in told["pictograms"]] == ["GHS02", "GHS07"]
    assert told["unknown"] == ["H999"]
    assert all(one["statement"] for one in told["hazards"])


def test_a_structure_is_drawn_by_a_worker(ada: TestClient):
    for _ in range(2):
        told = ada.get("/v1/structures", params={"smiles": SMILES}).json()
        assert (told["formula"], told["inchi_key"]) == ("C3H6O", "CSCPPACGZOOCGX-UHFFFAOYSA-N")
        assert told["svg"].startswith("<svg")
    assert ada.get("/v1/structures?smiles=water").status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/inventory/files?name=a.csv"), ("GET", f"/v1/inventory/files/{'0' * 64}"),
        ("GET", "/v1/inventory/mappings"), ("DELETE", "/v1/inventory/mappings/a"),
        ("GET", "/v1/inventory/imports"), ("GET", "/v1/inventory/imports/a"),
        ("GET", "/v1/inventory/imports/a/parts/0"), ("POST", "/v1/inventory/imports/a/undo"),
    ],
)  # fmt: skip
def test_only_administrators_import(ada: TestClient, anyone: TestClient, method: str, path: str):
    assert ada.request(method, path).status_code == 403
    assert anyone.request(method, path).status_code == 401


def test_only_administrators_begin_imports_and_save_mappings(ada: TestClient):
    asked = {"sha256": "0" * 64, "file_name": "a.csv", "mapping": "cheminventory"}
    assert ada.post("/v1/inventory/imports", json=asked).status_code == 403
    assert ada.put("/v1/inventory/mappings/a", json={"columns": {"A": "name"}}).status_code == 403
