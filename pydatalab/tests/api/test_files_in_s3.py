"""A lab whose files are in S3: people, workers, backups and those who look after it notice nothing."""

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.app import open_lab
from pydatalab.backups.archive import compression_of, create_archive
from pydatalab.backups.restore import restore_archive
from pydatalab.config import Config
from pydatalab.files import s3_shelf
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.services import accounts, people
from pydatalab.services.maintenance.blobs import (
    DAY,
    SEEN,
    list_unused_blobs,
    remove_unused_blobs,
)
from pydatalab.services.maintenance.files import check_files
from pydatalab.services.maintenance.space import show_space

PATTERN = b"".join(b"%.1f %d\n" % (n / 10, 100 + n % 17) for n in range(100, 900))
LARGE = bytes(range(256)) * 80_000


@pytest.fixture
def lab(tmp_path: Path, engine: dict[str, str], s3: Any) -> Iterator[Lab]:
    """An empty lab whose files are in S3."""
    place = {"DATA_DIRECTORY": tmp_path / "data", "FILE_DIRECTORY": s3.url("lab")}
    with open_lab(Config.model_validate(place | engine)) as opened:
        yield opened


@pytest.fixture
def place(ada: TestClient) -> str:
    made = ada.post("/v1/items", json={"type": "samples", "item_id": "S-1"}).json()
    return f"/v1/items/{made['refcode']}"


def upload(client: TestClient, place: str, name: str, raw: bytes) -> dict[str, Any]:
    answer = client.post(f"{place}/files", params={"name": name}, content=raw)
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()
    return file


def objects(s3: Any, below: str = "lab/blobs") -> dict[str, Path]:
    """The objects in S3, by their hash."""
    root = s3.folder / s3.bucket / below
    return {path.parent.name + path.name: path for path in root.glob("*/*")}


def test_what_is_uploaded_is_there_once_and_comes_back_whole_and_in_ranges(
    ada: TestClient, place: str, s3: Any, tmp_path: Path
):
    file = upload(ada, place, "large.bin", LARGE)
    form = ada.post(f"{place}/files", files={"file": ("scan.xy", PATTERN)})
    assert form.json()["techniques"][0] == "xrd"
    content = f"/v1/files/{file['file_id']}/content"
    assert ada.get(content).content == LARGE
    part = ada.get(content, headers={"Range": "bytes=9999990-10000009"})
    assert (part.status_code, part.content) == (206, LARGE[9_999_990:10_000_010])
    assert ada.get(content, headers={"Range": "bytes=-7"}).content == LARGE[-7:]
    with zipfile.ZipFile(io.BytesIO(ada.get(f"{place}/files.zip").content)) as archive:
        assert archive.testzip() is None
        assert archive.read("large.bin") == LARGE
    assert set(objects(s3)) == {hashlib.sha256(raw).hexdigest() for raw in (LARGE, PATTERN)}
    assert not (tmp_path / "data" / "files").exists()


def test_a_zip_archive_is_known_by_the_names_in_it(ada: TestClient, place: str):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("1/acqus", "1/fid", "1/pdata/1/procs", "1/pdata/1/1r"):
            archive.writestr(name, os.urandom(200_000))
    assert upload(ada, place, "run.zip", packed.getvalue())["techniques"][0] == "nmr"


def test_workers_draw_what_is_there(ada: TestClient, place: str):
    file = upload(ada, place, "scan.xy", PATTERN)
    new = {"technique": "xrd", "file_ids": [file["file_id"]]}
    block = ada.post(f"{place}/blocks", json=new).json()
    answer = ada.get(f"{place}/blocks/{block['block_id']}/figure")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]


def test_a_backup_brings_all_of_it_into_another_lab(
    ada: TestClient, place: str, lab: Lab, s3: Any, tmp_path: Path
):
    file = upload(ada, place, "large.bin", LARGE)
    upload(ada, place, "scan.xy", PATTERN)
    path = tmp_path / "all.tar.zst"
    create_archive(lab, path, settings={}, compression=compression_of(path.name), progress=Silent())
    config = Config(DATA_DIRECTORY=tmp_path / "other", FILE_DIRECTORY=s3.url("other"))
    with open_lab(config) as other:
        restore_archive(other, path, progress=Silent())
        client = TestClient(build(other, tmp_path / "page"), headers=ada.headers)
        assert client.get(f"/v1/files/{file['file_id']}/content").content == LARGE
        assert check_files(other, Silent())["num_faults"] == 0
    assert set(objects(s3, "other/blobs")) == set(objects(s3))


def test_missing_and_altered_files_are_found(ada: TestClient, place: str, lab: Lab, s3: Any):
    gone, altered, right = (
        upload(ada, place, name, name.encode() * 100) for name in ("gone", "altered", "right")
    )
    there = objects(s3)
    there[hashlib.sha256(b"gone" * 100).hexdigest()].unlink()
    there[hashlib.sha256(b"altered" * 100).hexdigest()].write_bytes(bytes(700))
    found = check_files(lab, Silent())
    assert {(one["file_id"], one["problem"]) for one in found["faults"]} == {
        (gone["file_id"], "missing"),
        (altered["file_id"], "altered"),
    }
    assert ada.get(f"/v1/files/{gone['file_id']}/content").status_code == 404
    assert ada.get(f"/v1/files/{right['file_id']}/content").status_code == 200


def test_what_nothing_refers_to_is_removed_after_days_of_grace(
    ada: TestClient, place: str, lab: Lab, s3: Any
):
    upload(ada, place, "used.bin", b"used")
    for content in (b"old", b"new"):
        with lab.vault.writer() as writer:
            writer.write(content)
            writer.finish()
    old = hashlib.sha256(b"old").hexdigest()
    then = time.time() - 40 * DAY
    os.utime(objects(s3)[old], (then, then))
    assert list_unused_blobs(lab, Silent(), days=30)["num_unused"] == 2
    (lab.folder / SEEN).write_text(f'{{"{old}": {then}}}')
    assert remove_unused_blobs(lab, Silent(), days=30)["num_removed"] == 1
    assert set(objects(s3)) == {hashlib.sha256(one).hexdigest() for one in (b"used", b"new")}
    assert show_space(lab, Silent())["places"]["files"]["bytes"] == 7


def test_a_store_that_is_away_is_said_to_be_and_all_works_when_it_is_back(
    tmp_path: Path, s3: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(s3_shelf, "PATIENCE", 1)
    config = Config(DATA_DIRECTORY=tmp_path / "data", FILE_DIRECTORY=s3.url("lab"))
    s3.end()
    with open_lab(config) as lab:  # it starts without, too
        ada = people.add_person(lab, "ada")["immutable_id"]
        key = accounts.make_api_key(lab, ada, "k")["key"]
        client = TestClient(
            build(lab, tmp_path / "page"),
            headers={"DATALAB-API-KEY": key},
            raise_server_exceptions=False,
        )
        refcode = client.post("/v1/items", json={"type": "samples"}).json()["refcode"]
        refused = client.post(f"/v1/items/{refcode}/files?name=a.bin", content=b"abc")
        assert refused.status_code == 503
        assert "away" in refused.json()["detail"]
        assert client.get(f"/v1/items/{refcode}").json()["files"] == []
        s3.start()
        assert upload(client, f"/v1/items/{refcode}", "a.bin", b"abc")["size"] == 3
