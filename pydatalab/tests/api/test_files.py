"""Files of items: uploaded in both ways, sent back as they are, detached and attached again."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.lab import Lab
from pydatalab.services import access, files
from pydatalab.store.query import Is

Make = Callable[..., dict[str, Any]]
Join = Callable[..., TestClient]

RAW = bytes(range(256)) * 40


@pytest.fixture
def place(ada: TestClient, make: Make) -> str:
    return f"/v1/items/{make(ada, item_id='S-1')['refcode']}"


def upload(client: TestClient, place: str, name: str = "a.bin", raw: bytes = RAW, **query: str):
    return client.post(f"{place}/files", params={"name": name, **query}, content=raw)


def test_both_ways_of_uploading_give_the_same_record(ada: TestClient, place: str):
    raw = upload(ada, place, "one.xy", b"1 2\n")
    form = ada.post(f"{place}/files", files={"anything": ("two.xy", b"3 4\n")})
    assert raw.status_code == form.status_code == 201
    assert raw.json().keys() == form.json().keys()
    record = raw.json()
    assert (record["name"], record["extension"], record["size"]) == ("one.xy", ".xy", 4)
    assert record["checksums"]["sha256"] == hashlib.sha256(b"1 2\n").hexdigest()
    assert record["checksums"]["md5"] == hashlib.md5(b"1 2\n").hexdigest()
    assert (record["already_attached"], record["revision"]) == (False, 1)
    item = ada.get(place).json()
    assert item["file_ids"] == [record["file_id"], form.json()["file_id"]]
    assert [one["name"] for one in item["files"]] == ["one.xy", "two.xy"]
    assert item["edit"] == 3


def test_techniques_that_can_read_a_file_are_named_best_first(ada: TestClient, place: str):
    pattern = b"".join(b"%d %d\n" % (n, n % 7) for n in range(10, 90))
    assert upload(ada, place, "a.xy", pattern).json()["techniques"][0] == "xrd"


def test_a_technique_that_an_upgrade_brings_is_named_beside_older_files(
    lab: Lab, ada: TestClient, place: str
):
    pattern = b"".join(b"%d %d\n" % (n, n % 7) for n in range(10, 90))
    made = upload(ada, place, "a.xy", pattern).json()
    where = Is("immutable_id", made["file_id"])
    older = {"techniques": ["tabular"], "recognised_by": "the release before"}
    stored = lab.store.files.get(where)
    lab.store.files.replace(stored | older)
    assert ada.get(place).json()["files"][0]["techniques"] == made["techniques"]
    assert ada.get(f"/v1/files/{made['file_id']}").json()["techniques"] == made["techniques"]
    assert lab.store.files.get(where) == stored


def test_an_older_file_whose_bytes_are_gone_keeps_what_was_known(
    lab: Lab, ada: TestClient, place: str
):
    made = upload(ada, place, "a.xy", b"1 2\n").json()
    stored = lab.store.files.get(Is("immutable_id", made["file_id"]))
    gone = {"checksums": {"md5": "0" * 32, "sha256": "0" * 64}}
    older = {"techniques": ["tabular"], "recognised_by": "the release before"}
    lab.store.files.replace(stored | gone | older)
    assert ada.get(place).json()["files"][0]["techniques"] == ["tabular"]


def test_a_file_says_who_uploaded_it(
    ada: TestClient, place: str, join: Callable[..., TestClient], make: Make
):
    file = upload(ada, place).json()
    assert [one["display_name"] for one in file["creators"]] == ["ada"]
    mine = make(join("bob"), creator_ids=[ada.person_id])  # type: ignore[attr-defined]
    borrowed = ada.put(f"/v1/items/{mine['refcode']}/files/{file['file_id']}").json()
    assert [one["display_name"] for one in borrowed["creators"]] == ["ada"]


def test_bytes_that_the_item_has_are_said_and_not_doubled(ada: TestClient, place: str):
    first = upload(ada, place, "one.bin").json()
    again = upload(ada, place, "two.bin")
    assert (again.status_code, again.json()["already_attached"]) == (200, True)
    assert again.json()["file_id"] == first["file_id"]
    assert ada.get(place).json()["edit"] == 2


def test_a_name_that_the_item_has_asks_what_is_to_become_of_it(ada: TestClient, place: str):
    first = upload(ada, place, "a.bin", b"1").json()
    refused = upload(ada, place, "a.bin", b"2", same_name="refuse")
    assert refused.status_code == 409
    assert refused.json()["existing"]["file_id"] == first["file_id"]
    replaced = upload(ada, place, "a.bin", b"2", same_name="replace").json()
    assert (replaced["file_id"], replaced["revision"]) == (first["file_id"], 2)
    assert ada.get(f"/v1/files/{first['file_id']}/content").content == b"2"
    both = upload(ada, place, "a.bin", b"3").json()
    assert both["file_id"] != first["file_id"]
    assert [one["name"] for one in ada.get(place).json()["files"]] == ["a.bin", "a.bin"]
    assert upload(ada, place, "a.bin", b"4", same_name="ask").status_code == 422


def test_a_taken_name_tells_the_other_items_that_hold_the_file_but_no_hidden_one(
    lab: Lab, ada: TestClient, place: str, join: Join, make: Make
):
    file_id = upload(ada, place, "a.bin", b"1").json()["file_id"]
    other = make(ada, item_id="S-2")["refcode"]
    assert ada.put(f"/v1/items/{other}/files/{file_id}").status_code == 200
    hidden = make(join("bob"), item_id="H-1")["refcode"]
    files.attach_existing(lab, access.OPERATOR, hidden, file_id)

    refused = upload(ada, place, "a.bin", b"2", same_name="refuse")
    assert refused.json()["also_in"] == [{"refcode": other, "item_id": "S-2"}]
    in_full = ada.get(f"/v1/files/{file_id}")
    assert sorted(one["item_id"] for one in in_full.json()["held_by"]) == ["S-1", "S-2"]
    assert hidden not in refused.text + in_full.text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\lab\\a.xy", "a.xy"),
        ("2θ µm ⚗️.xy", "2θ µm ⚗️.xy"),
        ('quo"te;a.xy', "quo_te;a.xy"),
        ("a\r\nX-Evil: 1.xy", "aX-Evil_ 1.xy"),
        ("..", "file"),
        ("   ", "file"),
        ("con.txt", "_con.txt"),
    ],
)
def test_nasty_names_are_made_safe_and_come_back_in_full(
    ada: TestClient, place: str, sent: str, kept: str
):
    file = upload(ada, place, sent).json()
    assert file["name"] == kept
    answer = ada.get(f"/v1/files/{file['file_id']}/content?download=1")
    assert answer.content == RAW
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert "x-evil" not in answer.headers
    assert ada.get(f"/files/{file['file_id']}/{kept}").content == RAW


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("/files", b"nameless", 422),
        ("/files?name=", b"nameless", 422),
        ("/files?name=a", b"", 201),
    ],
)
def test_a_raw_body_needs_a_name(
    ada: TestClient, place: str, path: str, content: bytes, status: int
):
    assert ada.post(place + path, content=content).status_code == status


def test_an_upload_to_nowhere_is_not_found(ada: TestClient):
    assert upload(ada, "/v1/items/lab:NOSUCH").status_code == 404


# Sending back


@pytest.fixture
def content(ada: TestClient, place: str) -> str:
    return f"/v1/files/{upload(ada, place, 'a.png').json()['file_id']}/content"


def test_the_bytes_come_back_as_they_were(ada: TestClient, content: str):
    answer = ada.get(content)
    assert answer.content == RAW
    assert answer.headers["content-length"] == str(len(RAW))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.js", "a"])
def test_what_could_run_in_a_browser_is_only_saved(ada: TestClient, place: str, name: str):
    file = upload(ada, place, name, b"<svg onload='alert(1)'/>").json()
    answer = ada.get(f"/v1/files/{file['file_id']}/content")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=10200-", 10_200, 10_240),
        ("bytes=10000-99999", 10_000, 10_240),
        ("bytes=-40", 10_200, 10_240),
    ],
)
def test_a_range_is_sent_alone(ada: TestClient, content: str, asked: str, start: int, end: int):
    answer = ada.get(content, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == RAW[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(RAW)}"


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-", "bytes=-0"])
def test_a_range_outside_of_the_file_is_416(ada: TestClient, content: str, asked: str):
    answer = ada.get(content, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(RAW)}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=" + "9" * 5_000 + "-"]
)  # fmt: skip
def test_what_is_no_range_is_passed_over(ada: TestClient, content: str, asked: str):
    answer = ada.get(content, headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (200, len(RAW))


def test_bytes_that_the_caller_has_are_not_sent_again(ada: TestClient, content: str):
    etag = ada.get(content).headers["etag"]
    again = ada.get(content, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    stale = ada.get(content, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert stale.status_code == 200


def test_head_says_what_get_would_send(ada: TestClient, content: str, place: str):
    for path in (content, place, f"{place}/files.zip", "/samples/", "/v1/items"):
        answer = ada.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert ada.head(content).headers["content-length"] == str(len(RAW))
    assert ada.head(content, headers={"Range": "bytes=0-9"}).headers["content-length"] == "10"
    assert ada.head("/v1/items/lab:NOSUCH").status_code == 404


def test_all_files_come_in_one_archive(ada: TestClient, place: str):
    for name, raw in (("a.xy", b"1"), ("a.xy", b"2"), ("2θ.xy", RAW)):
        upload(ada, place, name, raw)
    answer = ada.get(f"{place}/files.zip")
    assert "S-1.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == 3
        assert {"a.xy", "2θ.xy"} < set(names)
        assert archive.read("2θ.xy") == RAW


def test_files_in_an_archive_have_the_dates_of_their_bytes(ada: TestClient, lab: Lab, place: str):
    file_id = upload(ada, place, "a.xy", RAW).json()["file_id"]

    def dated(changed: str | None) -> tuple[int, ...]:
        file = lab.store.files.get(Is("immutable_id", file_id))
        lab.store.files.replace({**file, "last_modified": changed})
        with zipfile.ZipFile(io.BytesIO(ada.get(f"{place}/files.zip").content)) as archive:
            return archive.getinfo("a.xy").date_time

    assert dated("2024-03-01T23:30:15.250000-02:00") == (
        2024,
        3,
        2,
        1,
        30,
        14,
    )  # to two seconds, in UTC
    assert dated("1971-01-01T00:00:00+00:00")[0] == dated(None)[0] == 1980  # the first that zip has
    assert dated("9999-01-01T00:00:00+00:00")[0] == 2107


# Detaching, attaching


def test_a_detached_file_is_gone_until_it_is_put_back(ada: TestClient, place: str):
    file_id = upload(ada, place).json()["file_id"]
    assert ada.delete(f"{place}/files/{file_id}").json()["file_id"] == file_id
    assert ada.get(place).json()["files"] == []
    assert ada.get(f"/v1/files/{file_id}/content").status_code == 404
    assert ada.delete(f"{place}/files/{file_id}").status_code == 404
    assert ada.post(f"{place}/files/{file_id}/restore").status_code == 200
    assert ada.get(place).json()["file_ids"] == [file_id]
    assert ada.post(f"{place}/files/{file_id}/restore").status_code == 404


def test_one_file_may_belong_to_several_items(ada: TestClient, place: str, make: Make):
    file_id = upload(ada, place).json()["file_id"]
    other = make(ada, item_id="S-2")
    there = f"/v1/items/{other['refcode']}/files/{file_id}"
    assert ada.put(there).status_code == 200
    assert ada.put(there).status_code == 200
    assert ada.get(f"/v1/items/{other['refcode']}").json()["file_ids"] == [file_id]
    assert len(ada.get(f"/v1/files/{file_id}").json()["refcodes"]) == 2
    ada.delete(f"{place}/files/{file_id}")
    assert ada.get(f"/v1/files/{file_id}/content").content == RAW


@pytest.mark.parametrize("file_id", ["0" * 24, "nonsense", "%00", "a%2Fb"])
def test_a_file_that_is_not_there_is_not_found(ada: TestClient, place: str, file_id: str):
    for method, path in (
        ("GET", f"/v1/files/{file_id}"),
        ("GET", f"/v1/files/{file_id}/content"),
        ("PUT", f"{place}/files/{file_id}"),
        ("DELETE", f"{place}/files/{file_id}"),
        ("POST", f"{place}/files/{file_id}/restore"),
    ):
        assert ada.request(method, path).status_code in {404, 405}
