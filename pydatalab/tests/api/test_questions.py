"""What an address of the resource API may ask: each route by its own names, and by no other."""

import json
import re

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from pydatalab.api.info import DOCUMENT
from pydatalab.api.server import load_v1
from pydatalab.lab import Lab
from pydatalab.watch.measures import REQUESTS

ROUTES = [route for room in load_v1() for route in room.router.routes]

OPERATIONS = [
    (method, f"/v1{route.path}")
    for route in ROUTES
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
]


def test_all_routes_of_the_resource_api_are_known_here():
    assert [route for route in ROUTES if not isinstance(route, APIRoute)] == []
    documented = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    told = {
        (method.upper(), path)
        for path, some in documented.items()
        if path.startswith("/v1/")
        for method in some
    }
    assert told == set(OPERATIONS) - {("GET", "/v1/openapi.json")}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_unknown_name_is_refused_by_every_route(admin: TestClient, method: str, path: str):
    refused = admin.request(method, re.sub(r"\{.*?\}", "1", path), params={"nonsense": "1"})
    assert refused.status_code == 422, refused.text
    assert "'nonsense'" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/items/GREY-1", "refcode"),  # stands in the path
        ("/v1/items/GREY-1", "datalab_session"),  # a cookie
        ("/v1/items/GREY-1", "if-none-match"),  # a header
        ("/v1/files/0123", "file_id"),
    ],
)
def test_what_stands_elsewhere_in_a_request_is_no_question(ada: TestClient, path: str, name: str):
    refused = ada.get(path, params={name: "1"})
    assert refused.status_code == 422, refused.text
    assert repr(name) in refused.json()["detail"]


def test_a_question_about_a_file_that_is_spelt_wrongly_is_told_rightly(ada: TestClient):
    misspelt = ada.get("/v1/files/0123/content?revison=1")
    assert misspelt.status_code == 422
    assert "Is revision meant?" in misspelt.json()["detail"]


def test_the_document_of_the_api_is_open_to_all_and_counted_by_its_address(
    lab: Lab, anyone: TestClient
):
    found = anyone.get("/v1/openapi.json?sudo=1")
    assert ("GET", "/v1/openapi.json", "200") in lab.measures.read().of(REQUESTS.name)
    assert found.headers["content-type"] == "application/json"
    assert found.json()["openapi"].startswith("3.")
