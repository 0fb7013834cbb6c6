"""The committed OpenAPI document, from which the page's client is made, is that of the server."""

from pathlib import Path

from pydatalab.commands.openapi import document

COMMITTED = Path(__file__).parents[2] / "webapp" / "openapi.json"


def test_the_committed_document_is_that_of_the_routes():
    assert COMMITTED.read_text(encoding="utf-8") == document(), "run `make openapi`"
