"""The reference is that of this code: pages made from it, and pages kept by hand."""

import json
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from pydatalab.api.compat.server import ROOMS
from pydatalab.commands import api_reference, technique_reference
from pydatalab.commands.openapi import document
from pydatalab.techniques.registry import techniques

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
OLD_PATHS = sorted(
    {route.path for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)}
)


def test_the_reference_of_the_api_is_that_of_its_routes():
    made = api_reference.page(json.loads(document()))
    kept = (REFERENCE / "api.md").read_text(encoding="utf-8")
    assert kept == made, "Run pydatalab dev.write-api-reference."


def test_the_table_of_techniques_is_that_of_the_registry():
    documented = frozenset(one.stem for one in (REFERENCE / "techniques").glob("*.md"))
    made = technique_reference.page(techniques().values(), documented)
    kept = (REFERENCE / "techniques" / "README.md").read_text(encoding="utf-8")
    assert kept == made, "Run pydatalab dev.write-technique-reference."


@pytest.mark.parametrize("technique_id", sorted(techniques()))
def test_every_technique_has_a_page(technique_id: str):
    assert (REFERENCE / "techniques" / f"{technique_id}.md").is_file()


@pytest.mark.parametrize("path", OLD_PATHS)
def test_every_route_of_existing_clients_is_listed(path: str):
    listed = (REFERENCE / "old-clients.md").read_text(encoding="utf-8")
    served = listed.partition("## Not served")[0]
    named = re.findall(r"/[a-z][\w/<>-]*", re.sub(r"<\w+>", "<>", served))
    assert re.sub(r"\{\w+(:path)?\}", "<>", path) in named
