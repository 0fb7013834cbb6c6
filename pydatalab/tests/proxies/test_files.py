"""Files on their way through a proxy: in at once, and out whole, in ranges, and to those who may."""

import hashlib
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from behind_proxy import Deployed

SIZE = 50_000_000
GULP = 1_000_000
NAME = "Röntgen 2θ.xy"


@pytest.fixture(scope="module")
def sent() -> bytes:
    return random.Random(7).randbytes(SIZE)


@pytest.fixture(scope="module")
def item(admin: httpx2.Client) -> str:
    """Refcode of an item."""
    made = admin.post("/v1/items", json={"type": "samples", "item_id": "LCO-1"})
    assert made.status_code == 201, made.text
    refcode: str = made.json()["refcode"]
    return refcode


@pytest.fixture(scope="module")
def file(lab: Deployed, admin: httpx2.Client, item: str, sent: bytes) -> dict[str, Any]:
    """A file of 50 MB, uploaded by the page; half way, half of it had arrived behind the proxy."""

    def body() -> Iterator[bytes]:
        for start in range(0, SIZE, GULP):
            yield sent[start : start + GULP]
            if start == SIZE // 2:
                arrived.append(_grows_to(lab.files / "incoming", SIZE // 4))

    arrived: list[bool] = []
    answer = admin.post(
        f"/v1/items/{item}/files",
        params={"name": NAME},
        content=body(),
        headers={"Content-Length": str(SIZE), "Content-Type": "application/octet-stream"},
    )
    assert answer.status_code == 201, answer.text
    assert arrived == [True]
    found: dict[str, Any] = answer.json()
    return found


def _grows_to(folder: Path, size: int) -> bool:
    """Whether an upload in a folder becomes that large within a few seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if sum(one.stat().st_size for one in folder.iterdir()) >= size:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def content(admin: httpx2.Client, file: dict[str, Any]) -> str:
    """Address of its bytes."""
    return f"/v1/files/{file['file_id']}/content"


def test_an_upload_of_50_mb_arrives_as_it_is_sent(
    admin: httpx2.Client, file: dict[str, Any], content: str, sent: bytes
):
    assert file["size"] == SIZE
    answer = admin.get(content)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(sent).digest()


def test_what_is_said_of_a_file_arrives_too(
    lab: Deployed, admin: httpx2.Client, content: str, sent: bytes
):
    asked = {"Origin": lab.page, "Range": "bytes=0-9"}
    said = admin.get(content, params={"download": True}, headers=asked).headers
    assert said["etag"] == f'"{hashlib.sha256(sent).hexdigest()}"'
    assert said["content-disposition"].startswith("attachment; filename=")
    assert "R%C3%B6ntgen%202%CE%B8.xy" in said["content-disposition"]
    assert said["x-content-type-options"] == "nosniff"
    assert said["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert said["cache-control"] == "private, no-cache"
    assert said["access-control-allow-origin"] == lab.page
    assert said["access-control-allow-credentials"] == "true"
    assert "Content-Range" in said["access-control-expose-headers"]
    assert "Origin" in said["vary"]
    assert "last-modified" not in said
    assert "x-accel-redirect" not in said
    assert said["x-request-id"]
    assert "max-age" in said["strict-transport-security"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("0-9", 0, 10),
        ("100-", 100, SIZE),
        ("-5", SIZE - 5, SIZE),
        ("49999990-99999999", SIZE - 10, SIZE),
    ],
)
def test_ranges(admin: httpx2.Client, content: str, sent: bytes, asked: str, start: int, end: int):
    answer = admin.get(content, headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.content == sent[start:end]


def test_it_is_said_once_that_ranges_can_be_asked_for(admin: httpx2.Client, content: str):
    assert admin.head(content).headers.get_list("accept-ranges") == ["bytes"]


def test_a_range_behind_the_end_is_refused(admin: httpx2.Client, content: str):
    answer = admin.get(content, headers={"Range": f"bytes={SIZE}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{SIZE}")


def test_a_broken_download_goes_on_unless_the_bytes_are_others(
    admin: httpx2.Client, content: str, sent: bytes
):
    etag = f'"{hashlib.sha256(sent).hexdigest()}"'
    asked = {"Range": "bytes=49999995-"}
    went_on = admin.get(content, headers={**asked, "If-Range": etag})
    assert (went_on.status_code, went_on.content) == (206, sent[-5:])
    others = {**asked, "If-Range": '"others"'}
    with admin.stream("GET", content, headers=others) as begun_again:
        assert begun_again.status_code == 200
        assert begun_again.headers["content-length"] == str(SIZE)


def test_what_a_browser_has_is_not_sent_again(admin: httpx2.Client, content: str, sent: bytes):
    etag = f'"{hashlib.sha256(sent).hexdigest()}"'
    answer = admin.get(content, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    other = admin.get(content, headers={"If-None-Match": '"others"', "Range": "bytes=0-0"})
    assert other.status_code == 206


def test_only_the_head(admin: httpx2.Client, content: str):
    answer = admin.head(content)
    assert (answer.status_code, answer.headers["content-length"]) == (200, str(SIZE))


def test_existing_clients_read_files_too(
    lab: Deployed, admin: httpx2.Client, file: dict[str, Any], sent: bytes
):
    answer = admin.get(f"/files/{file['file_id']}/{NAME}", headers={"Range": "bytes=0-99"})
    assert (answer.status_code, answer.content) == (206, sent[:100])


def test_nginx_sends_what_datalab_hands_over(
    lab: Deployed, admin: httpx2.Client, content: str, sent: bytes
):
    cookies = {"datalab_session": admin.cookies["datalab_session"]}
    past = f"http://127.0.0.1:{lab.ports.api}"
    with (
        httpx2.Client(base_url=past, cookies=cookies, trust_env=False) as client,
        client.stream("GET", content) as answer,
    ):
        said = answer.headers
    sha256 = hashlib.sha256(sent).hexdigest()
    handed_over = (f"/x-accel/blobs/{sha256[:2]}/{sha256[2:]}", "0")
    itself = (None, str(SIZE))
    told = (said.get("x-accel-redirect"), said["content-length"])
    assert told == (handed_over if lab.hands_over else itself)


def test_who_may_not_see_it_gets_nothing(lab: Deployed, content: str, sent: bytes):
    sha256 = hashlib.sha256(sent).hexdigest()
    stored = f"/x-accel/blobs/{sha256[:2]}/{sha256[2:]}"
    with lab.client(**{"DATALAB-API-KEY": lab.key("Stranger")}) as stranger:
        assert stranger.get(content).status_code == 404
        assert stranger.get(stored).status_code == 404
    with lab.client() as nobody:
        assert nobody.get(content).status_code == 401
        assert nobody.get(stored, headers={"Accept": "*/*"}).status_code == 404


def test_an_archive_of_all_files_is_made_while_it_is_sent(
    admin: httpx2.Client, item: str, file: dict[str, Any], tmp_path: Path
):
    archive = tmp_path / "all.zip"
    archive.write_bytes(admin.get(f"/v1/items/{item}/files.zip").content)
    with zipfile.ZipFile(archive) as opened:
        assert [one.file_size for one in opened.infolist()] == [SIZE]


def test_an_upload_over_the_limit_is_refused_with_a_sentence(admin: httpx2.Client, item: str):
    more = iter([bytes(GULP)] * 51)
    length = {"Content-Length": str(51 * GULP)}
    answer = admin.post(
        f"/v1/items/{item}/files", params={"name": "huge.bin"}, content=more, headers=length
    )
    assert (answer.status_code, "50 MB" in answer.json()["detail"]) == (413, True)
