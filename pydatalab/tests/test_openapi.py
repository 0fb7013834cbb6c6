"""The committed OpenAPI document, from which the page's client is made, is that of the server."""

from pydatalab.api.info import DOCUMENT
from pydatalab.commands.openapi import document


def test_the_committed_document_is_that_of_the_routes():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `make openapi`"
