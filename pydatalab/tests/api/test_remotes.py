"""Remote folders over HTTP: who may look into them, page by page, and what one that is away answers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.errors import Cancelled, Forbidden
from pydatalab.files.remotes.browser import RemoteFolders
from pydatalab.jobs.queue import find_jobs
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.services import remote_copies
from pydatalab.services.following import follow_files

SCAN = b"".join(b"%.2f %d\n" % (10 + n / 50, 100 + n % 7) for n in range(500))

Join = Callable[..., TestClient]
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "mounted"
    (root / "runs" / "deep").mkdir(parents=True)
    (root / "scan.xy").write_bytes(SCAN)
    (root / "runs" / "log.txt").write_text("x")
    return root


@pytest.fixture
def lab(tmp_path: Path, folder: Path, engine: dict[str, Any]) -> Iterator[Lab]:
    places = (
        RemoteFilesystem(name="XRD/lab 2", path=str(folder)),
        RemoteFilesystem(
            name="away", path="smb://robot@127.0.0.1:1/share", secret_file=tmp_path / "k"
        ),
    )
    (tmp_path / "k").write_text("opensesame")
    config = Config(
        DATA_DIRECTORY=tmp_path / "data",
        REMOTE_FILESYSTEMS=places,
        REMOTE_CACHE_MIN_AGE=0,
        **engine,
    )
    with open_lab(config) as opened:
        yield opened


HERE = {"remote": "XRD/lab 2"}


def entries(who: TestClient, **query: Any) -> Any:
    return who.get("/v1/remotes/entries", params=HERE | query)


def test_a_folder_is_listed_with_its_age(ada: TestClient):
    found = entries(ada).json()
    assert [(one["name"], one["path"], one["kind"]) for one in found["entries"]] == [
        ("runs", "runs", "folder"),
        ("scan.xy", "scan.xy", "file"),
    ]
    assert (found["total"], found["age_seconds"], found["is_whole"]) == (2, 0, True)
    inside = entries(ada, path="runs").json()
    assert [one["path"] for one in inside["entries"]] == ["runs/deep", "runs/log.txt"]


def test_a_listing_is_remembered_and_can_be_refreshed(ada: TestClient, folder: Path):
    read_at = entries(ada).json()["read_at"]
    (folder / "new.txt").touch()
    again = entries(ada).json()
    assert (again["read_at"], again["total"]) == (read_at, 2)
    assert entries(ada, refresh="true").json()["total"] == 3


def test_a_huge_folder_comes_in_pages_and_can_be_filtered(ada: TestClient, folder: Path):
    for number in range(250):
        (folder / "runs" / f"scan_{number:03}.xy").touch()
    page = entries(ada, path="runs", offset=200, limit=100).json()
    assert (page["total"], len(page["entries"])) == (252, 52)
    assert entries(ada, path="runs", words="SCAN_12").json()["total"] == 11


def test_one_that_is_away_is_an_answer_of_its_own(ada: TestClient):
    away = ada.get("/v1/remotes/entries?remote=away")
    assert away.status_code == 503
    assert "away" in away.json()["detail"]
    assert entries(ada).status_code == 200


@pytest.mark.parametrize("path", ["..", "../data", "/etc", "nothing", "scan.xy/a"])
def test_what_leads_out_is_not_there(ada: TestClient, path: str):
    assert entries(ada, path=path).status_code == 404
    assert entries(ada, remote="elsewhere").status_code == 404


ROUTES = [
    ("GET", "/v1/remotes", 200, 200),
    ("GET", "/v1/remotes/entries?remote=XRD/lab 2", 200, 200),
    ("GET", "/v1/remotes/states", 403, 200),
    ("GET", "/v1/remotes/live-files", 403, 200),
    ("POST", "/v1/remotes/follow", 403, 202),
    ("GET", "/list-remote-directories", 200, 200),
    ("GET", "/remotes/XRD/lab 2", 200, 200),
]


@pytest.mark.parametrize(("method", "path", "person", "administrator"), ROUTES)
def test_active_people_look_into_remote_folders_and_administrators_after_them(
    anyone: TestClient, join: Join, admin: TestClient,
    method: str, path: str, person: int, administrator: int,
):  # fmt: skip
    assert anyone.request(method, path).status_code == 401
    assert join("una", status="unverified").request(method, path).status_code in (401, 403)
    assert join("dan", status="deactivated").request(method, path).status_code == 401
    assert join("bob").request(method, path).status_code == person
    assert admin.request(method, path).status_code == administrator


def test_a_file_is_attached_by_those_who_may_write_the_item(
    ada: TestClient, join: Join, make: Make
):
    item = make(ada, item_id="S-1")
    address, wanted = f"/v1/items/{item['refcode']}/remote-files", HERE | {"path": "scan.xy"}
    answer = ada.post(address, json=wanted)
    assert answer.status_code == 201
    file = answer.json()
    assert file["origin"]["is_live"] is True
    assert (file["origin"]["remote"], file["origin"]["path"]) == ("XRD/lab 2", "scan.xy")
    assert file["techniques"][0] == "xrd"
    assert ada.post(address, json=wanted).status_code == 200
    assert join("bob").post(address, json=wanted).status_code == 404
    assert ada.post(address, json=wanted | {"path": "../k"}).status_code == 404
    assert ada.post(address, json=wanted | {"remote": "away"}).status_code == 503
    group = join("root", role="admin").post(
        "/v1/groups", json={"group_id": "g", "display_name": "G"}
    )
    assert group.status_code == 201


def test_a_large_file_is_copied_by_a_job_of_who_asked_and_cancelled_within(
    lab: Lab, ada: TestClient, join: Join, make: Make, folder: Path
):
    (folder / "large.raw").write_bytes(bytes(range(256)) * 40_000)
    item = make(ada, item_id="S-1")
    address, wanted = f"/v1/items/{item['refcode']}/remote-copies", HERE | {"path": "large.raw"}
    job = ada.post(address, json=wanted)
    assert (job.status_code, job.json()["state"]) == (202, "waiting")
    bob = join("bob")
    assert bob.post(address, json=wanted).status_code == 404
    assert bob.get(f"/v1/jobs/{job.json()['job_id']}").status_code == 404
    (arguments,) = [one["arguments"] for one in find_jobs(lab.store)]
    told: list[int] = []

    class Stopping:
        def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
            told.append(done)
            if len(told) == 4:
                raise Cancelled("enough")

    with pytest.raises(Cancelled):
        remote_copies.copy(lab, arguments, Stopping())
    assert 0 < told[-1] < 10_240_000
    assert ada.get(f"/v1/items/{item['refcode']}").json()["files"] == []
    result = remote_copies.copy(lab, arguments, Silent())
    assert (result["file"]["size"], result["file"]["already_attached"]) == (10_240_000, False)
    assert [one["name"] for one in ada.get(f"/v1/items/{item['refcode']}").json()["files"]] == [
        "large.raw"
    ]


def test_a_job_copies_nothing_for_an_account_that_was_closed_meanwhile(
    lab: Lab, ada: TestClient, admin: TestClient, make: Make
):
    item = make(ada, item_id="S-1")
    ada.post(f"/v1/items/{item['refcode']}/remote-copies", json=HERE | {"path": "scan.xy"})
    (arguments,) = [one["arguments"] for one in find_jobs(lab.store)]
    place = f"/v1/people/{ada.person_id}"  # type: ignore[attr-defined]
    closed = admin.patch(place, json={"account_status": "deactivated"})
    assert closed.status_code == 200, closed.text
    with pytest.raises(Forbidden, match="not active"):
        remote_copies.copy(lab, arguments, Silent())
    shown = admin.get(f"/v1/items/{item['refcode']}?sudo=1").json()
    assert shown["files"] == []


def test_a_reader_of_an_item_may_not_attach(ada: TestClient, join: Join, make: Make):
    mate = join("mate")
    joined = join("root", role="admin")
    group = joined.post("/v1/groups", json={"group_id": "m", "display_name": "M"}).json()
    joined.put(f"/v1/groups/m/members/{mate.person_id}")  # type: ignore[attr-defined]
    shared = {"collection_id": "C", "groups": [{"immutable_id": group["immutable_id"]}]}
    ada.put("/collections", json={"data": shared})
    item = make(ada, item_id="S-1", collections=["C"])
    address = f"/v1/items/{item['refcode']}"
    assert mate.get(address).status_code == 200
    for way in ("remote-files", "remote-copies"):
        refused = mate.post(f"{address}/{way}", json=HERE | {"path": "scan.xy"})
        assert refused.status_code == 403


def test_a_file_lists_its_versions_by_hash_and_gives_each(
    lab: Lab, ada: TestClient, make: Make, folder: Path
):
    item = make(ada, item_id="S-1")
    first = (folder / "scan.xy").read_bytes()
    wanted = HERE | {"path": "scan.xy"}
    file_id = ada.post(f"/v1/items/{item['refcode']}/remote-files", json=wanted).json()["file_id"]
    (folder / "scan.xy").write_bytes(first + b"20.00 130\n")
    follow_files(lab, Silent())
    file = ada.get(f"/v1/files/{file_id}").json()
    assert [one["revision"] for one in file["revisions"]] == [2, 1]
    assert file["revisions"][0]["sha256"] == file["checksums"]["sha256"]
    old = ada.get(f"/v1/files/{file_id}/content?revision=1")
    assert (old.status_code, old.content) == (200, first)
    part = ada.get(f"/v1/files/{file_id}/content?revision=1", headers={"Range": "bytes=-5"})
    assert (part.status_code, part.content) == (206, first[-5:])
    assert ada.get(f"/v1/files/{file_id}/content").content == first + b"20.00 130\n"
    assert ada.get(f"/v1/files/{file_id}/content?revision=9").status_code == 404


def test_administrators_see_how_each_does(admin: TestClient, ada: TestClient, make: Make):
    item = make(ada, item_id="S-1")
    entries(ada)
    ada.post(f"/v1/items/{item['refcode']}/remote-files", json=HERE | {"path": "scan.xy"})
    here, away = admin.get("/v1/remotes/states").json()["items"]
    assert (here["is_reachable"], here["num_listings"], here["num_live_files"]) == (True, 1, 1)
    assert here["latency_ms"] >= 0
    assert (away["is_reachable"], away["latency_ms"]) == (False, None)
    assert "away" in away["problem"]
    (live,) = admin.get("/v1/remotes/live-files").json()["items"]
    assert (live["name"], live["origin"]["path"]) == ("scan.xy", "scan.xy")
    job = admin.post("/v1/remotes/follow").json()
    assert admin.post("/v1/remotes/follow").json()["job_id"] == job["job_id"]


def test_accounts_and_secrets_of_the_server_are_in_no_answer(
    lab: Lab, admin: TestClient, caplog: pytest.LogCaptureFixture
):
    asked = ["/v1/remotes", "/v1/remotes/states", "/v1/remotes/entries?remote=away", "/remotes"]
    said = "".join(admin.get(path).text for path in asked) + caplog.text
    assert "opensesame" not in said
    assert "robot" not in said
    assert isinstance(lab.remotes, RemoteFolders)


def test_old_clients_get_whole_trees(ada: TestClient, folder: Path):
    (folder / "runs" / "up").symlink_to("..")
    answer = ada.get("/list-remote-directories/").json()
    assert [one["name"] for one in answer["meta"]["remotes"]] == ["XRD/lab 2", "away"]
    assert answer["meta"]["oldest_cache_update"][:2] == "20"
    here, away = answer["data"]
    assert (here["type"], here["status"]) == ("toplevel", "updated")
    runs, scan = here["contents"]
    assert (runs["type"], runs["relative_path"]) == ("directory", "runs")
    assert [(one["type"], one["relative_path"]) for one in runs["contents"]] == [
        ("directory", "runs/deep"),
        ("link", "runs/up"),
        ("file", "runs/log.txt"),
    ]
    assert (scan["type"], scan["size"], scan["time"].isdecimal()) == ("file", len(SCAN), True)
    assert (away["status"], away["contents"][0]["type"]) == ("error", "error")
    again = ada.get("/remotes").json()["data"][0]
    assert (again["status"], again["last_updated"]) == ("cached", here["last_updated"])
    assert ada.get("/remotes?invalidate_cache=1").json()["data"][0]["status"] == "updated"
    assert ada.get("/remotes?invalidate_cache=2").status_code == 400


def test_old_clients_get_one_tree_by_a_name_with_slashes(ada: TestClient):
    answer = ada.get("/remotes/XRD/lab 2").json()
    assert answer["meta"]["remote"]["name"] == answer["data"]["name"] == "XRD/lab 2"
    missing = ada.get("/remotes/nothing")
    assert missing.status_code == 404
    assert {"status", "title", "detail"} <= missing.json().keys()


def test_old_clients_attach_a_leaf_of_the_tree(ada: TestClient, make: Make):
    make(ada, item_id="S-1")
    leaf = ada.get("/remotes/XRD/lab 2").json()["data"]["contents"][1]
    body = {"item_id": "S-1", "file_entry": leaf | {"toplevel_name": "XRD/lab 2"}}
    answer = ada.post("/add-remote-file-to-sample/", json=body)
    assert answer.status_code == 201
    information = answer.json()["file_information"]
    assert (information["source"], information["source_server_name"]) == ("remote", "XRD/lab 2")
    assert (information["is_live"], information["item_ids"]) == (True, ["S-1"])


def test_a_lab_without_remote_folders_says_so_to_old_clients(
    tmp_path: Path, ada: TestClient, lab: Lab
):
    lab.remotes.places.clear()
    assert "data" not in ada.get("/remotes").json()
    assert ada.get("/v1/remotes").json()["items"] == []
