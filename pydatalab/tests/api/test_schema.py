"""Whatever is asked, the answer is one that the OpenAPI document has: requests made up from it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.app import open_lab
from pydatalab.commands.openapi import document
from pydatalab.config import Config
from pydatalab.services import accounts, people

EXAMPLES = 8
"""Requests made up for each operation."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

SCHEMA = schemathesis.openapi.from_dict(json.loads(document()))
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}
for upload in ("POST /v1/items/{refcode}/files", "POST /v1/inventory/files"):
    del OPERATIONS[upload]  # bodies that are no JSON have tests of their own


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory, engines: Any) -> Iterator[TestClient]:
    """An administrator of a lab that all operations share."""
    folder = tmp_path_factory.mktemp("lab")
    with open_lab(Config(DATA_DIRECTORY=folder, **engines.of(folder))) as lab:
        person = people.add_person(lab, "Root", contact_email="root@lab.example", role="admin")
        key = accounts.make_api_key(lab, person["immutable_id"], "test")["key"]
        app = build(lab, folder / "page")
        client = TestClient(app, headers={"DATALAB-API-KEY": key}, raise_server_exceptions=False)
        yield client


@pytest.fixture
def known(admin: TestClient) -> dict[str, Any]:
    """What stands in a path where something is to be found."""
    item = admin.post("/v1/items", json={"type": "samples", "chemform": "LiCoO2"}).json()
    place = f"/v1/items/{item['refcode']}"
    file = admin.post(f"{place}/files?name=a.txt", content=b"words").json()
    block = admin.post(f"{place}/blocks", json={"technique": "comment"}).json()
    name = item["item_id"]
    admin.post("/v1/collections", json={"collection_id": name, "items": [item["refcode"]]})
    admin.post("/v1/groups", json={"group_id": name, "display_name": "Some"})
    somebody = admin.post("/v1/people", json={"display_name": "Somebody"}).json()
    twin = admin.post("/v1/people", json={"display_name": "Somebody"}).json()
    merge = f"/v1/people/{somebody['immutable_id']}/merge"
    job = admin.post(merge, json={"person_id": twin["immutable_id"]}).json()
    return {
        "refcode": item["refcode"],
        "file_id": file["file_id"],
        "block_id": block["block_id"],
        "collection_id": name,
        "group_id": name,
        "person_id": somebody["immutable_id"],
        "version": 1,
        "key_id": "0" * 24,
        "inner_id": name,
        "job_id": job["job_id"],
    }


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_the_document_has(
    label: str, admin: TestClient, known: dict[str, Any]
):
    """Every second request asks for what is there, the others for anything."""
    turn = iter(range(1_000_000))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy())
    def asked(case: schemathesis.Case) -> None:
        if next(turn) % 2:
            asked_for = case.path_parameters or {}
            found = {name: known.get(name, one) for name, one in asked_for.items()}
            case.path_parameters = found
        request = case.as_transport_kwargs(base_url="http://testserver")
        request.pop("cookies", None)
        if isinstance(request.get("data"), bytes | str):
            request["content"] = request.pop("data")
        answer = admin.request(**request)
        case.validate_response(answer, checks=CHECKS)

    asked()
