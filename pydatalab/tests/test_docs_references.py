"""Pages of the reference that are made from the code are those of this code."""

import json
from pathlib import Path

from pydatalab.commands import api_reference, technique_reference
from pydatalab.commands.openapi import document
from pydatalab.techniques.registry import techniques

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_reference_of_the_api_is_that_of_its_routes():
    made = api_reference.page(json.loads(document()))
    kept = (REFERENCE / "api.md").read_text(encoding="utf-8")
    assert kept == made, "Run pydatalab dev.write-api-reference."


def test_the_table_of_techniques_is_that_of_the_registry():
    documented = frozenset(one.stem for one in (REFERENCE / "techniques").glob("*.md"))
    made = technique_reference.page(techniques().values(), documented)
    kept = (REFERENCE / "techniques" / "README.md").read_text(encoding="utf-8")
    assert kept == made, "Run pydatalab dev.write-technique-reference."
