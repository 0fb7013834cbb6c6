"""Which files nginx is told to send, and which we send ourselves."""

import hashlib
from pathlib import Path

import pytest
from fastapi import Request

from pydatalab.api.accel import place_for_nginx
from pydatalab.errors import NotFound
from pydatalab.files.vault import Vault

WORDS = b"2theta counts"
SHA256 = hashlib.sha256(WORDS).hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "files", largest=100, keep_free=0)
    with vault.writer() as writer:
        writer.write(WORDS)
        writer.finish()
    return vault


def _request(*, asked: bool) -> Request:
    return Request({"type": "http", "headers": [], **({"x_accel": True} if asked else {})})


def test_a_whole_blob_is_named_by_its_place_in_the_store(vault: Vault, tmp_path: Path):
    place = place_for_nginx(_request(asked=True), vault, SHA256, len(WORDS))
    assert place == f"/x-accel/blobs/{SHA256[:2]}/{SHA256[2:]}"
    assert (tmp_path / "files" / place.removeprefix("/x-accel/")).read_bytes() == WORDS


def test_we_send_what_is_but_the_beginning_of_a_blob(vault: Vault):
    assert place_for_nginx(_request(asked=True), vault, SHA256, len(WORDS) - 1) is None


def test_we_send_all_where_nobody_asked_for_nginx(vault: Vault):
    assert place_for_nginx(_request(asked=False), vault, SHA256, len(WORDS)) is None


def test_what_is_gone_is_said_to_be(vault: Vault):
    with pytest.raises(NotFound):
        place_for_nginx(_request(asked=True), vault, hashlib.sha256(b"").hexdigest(), 0)
