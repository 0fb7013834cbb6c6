"""Backups over HTTP: for administrators alone, with what the page shows and its buttons do."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pydatalab.app import HANDLERS, open_lab
from pydatalab.backups.records import change
from pydatalab.backups.runs import run_strategy
from pydatalab.commands.drills import drill_backups
from pydatalab.config import Config
from pydatalab.jobs.queue import find_jobs
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent


@pytest.fixture
def lab(tmp_path: Path, engine: dict[str, str]) -> Iterator[Lab]:
    """A lab with a strategy that makes archives, and one that keeps a repository."""
    strategies = {
        "daily": {"location": tmp_path / "kept", "frequency": "5 4 * * *", "retention": 7},
        "steps": {"location": tmp_path / "steps", "incremental": True, "active": False},
    }
    settings = {
        name: fields | {"location": str(fields["location"])} for name, fields in strategies.items()
    }
    config = Config.model_validate(
        {"DATA_DIRECTORY": tmp_path / "data", "BACKUP_STRATEGIES": settings, **engine}
    )
    with open_lab(config) as opened:
        yield opened


def strategy(admin: TestClient, name: str) -> dict[str, Any]:
    found = admin.get("/v1/backups/strategies").json()["strategies"]
    return next(one for one in found if one["name"] == name)


ROUTES = [
    ("GET", "/v1/backups/strategies", None),
    ("GET", "/v1/backups", None),
    ("POST", "/v1/backups", {"strategy": "daily"}),
    ("POST", "/v1/backups/drills", {}),
    ("GET", "/v1/backups/{id}", None),
    ("POST", "/v1/backups/{id}/verify", None),
    ("POST", "/v1/backups/{id}/items", {"refcode": "lab:AAAAAA"}),
    ("GET", "/v1/backups/{id}/content", None),
]


@pytest.mark.parametrize(("method", "address", "body"), ROUTES)
def test_backups_are_for_administrators_alone(
    lab: Lab, ada: TestClient, admin: TestClient, anyone: TestClient,
    method: str, address: str, body: Any,
):  # fmt: skip
    made = run_strategy(lab, "daily", progress=Silent())
    address = address.format(id=made["immutable_id"])
    assert anyone.request(method, address, json=body).status_code == 401
    assert ada.request(method, address, json=body).status_code == 403
    assert admin.request(method, address, json=body).status_code in (200, 202)


def test_strategies_are_shown_with_what_is_there_and_when_the_next_comes(
    lab: Lab, admin: TestClient
):
    before = strategy(admin, "daily")
    assert (before["newest"], before["last_run"], before["kept"]) == (None, None, 0)
    assert (before["retention"], before["frequency"]) == ({"newest": 7}, "5 4 * * *")
    assert len(before["next_times"]) == 3
    made = run_strategy(lab, "daily", progress=Silent())
    after = strategy(admin, "daily")
    assert after["newest"]["name"] == made["name"]
    assert (after["kept"], after["size"]) == (1, made["size"])
    assert strategy(admin, "steps")["next_times"] == []


def test_runs_are_listed_newest_first(lab: Lab, admin: TestClient):
    first = run_strategy(lab, "daily", progress=Silent())
    second = run_strategy(lab, "steps", progress=Silent())
    listed = admin.get("/v1/backups").json()["items"]
    assert [one["name"] for one in listed] == [second["name"], first["name"]]
    listed = admin.get("/v1/backups?strategy=daily").json()["items"]
    assert [one["name"] for one in listed] == [first["name"]]


def test_what_made_room_is_left_out_if_asked_and_what_is_damaged_says_so(
    lab: Lab, admin: TestClient
):
    gone, kept = (run_strategy(lab, "daily", progress=Silent()) for _ in range(2))
    change(lab, gone["immutable_id"], {"removed_at": "2026-11-22T04:05:00+00:00"})
    change(lab, kept["immutable_id"], {"damage": "is empty"})
    assert len(admin.get("/v1/backups").json()["items"]) == 2
    (left,) = admin.get("/v1/backups?removed=false&limit=1").json()["items"]
    assert (left["name"], left["damage"]) == (kept["name"], "is empty")


def test_a_backup_that_is_asked_for_becomes_one_job(lab: Lab, admin: TestClient):
    job = admin.post("/v1/backups", json={"strategy": "daily"}).json()
    assert (job["name"], job["state"]) == ("create-backup", "waiting")
    again = admin.post("/v1/backups", json={"strategy": "daily"}).json()
    assert again["job_id"] == job["job_id"]
    assert strategy(admin, "daily")["job_id"] == job["job_id"]
    arguments = find_jobs(lab.store)[0]["arguments"]
    assert arguments == {"strategy": "daily", "asked_by": admin.person_id}  # type: ignore[attr-defined]


def test_every_job_has_somebody_who_does_it(lab: Lab, admin: TestClient):
    made = run_strategy(lab, "daily", progress=Silent())["immutable_id"]
    for address, body in (
        ("/v1/backups", {"strategy": "daily"}),
        ("/v1/backups/drills", {"strategy": "daily"}),
        (f"/v1/backups/{made}/verify", None),
        (f"/v1/backups/{made}/items", {"refcode": "lab:AAAAAA"}),
    ):
        assert admin.post(address, json=body).json()["name"] in HANDLERS


def test_a_strategy_that_is_not_there_is_not_found_and_the_others_are_named(admin: TestClient):
    answer = admin.post("/v1/backups", json={"strategy": "hourly"})
    assert answer.status_code == 404
    assert "daily, steps" in answer.json()["detail"]


def test_a_drill_is_shown(lab: Lab, admin: TestClient, make: Callable[..., dict[str, Any]]):
    make(admin, item_id="S-1")
    run_strategy(lab, "daily", progress=Silent())
    drill_backups(lab, {"strategy": "daily"}, Silent())
    newest = strategy(admin, "daily")["newest"]
    assert newest["health"] == "healthy"
    assert (newest["drill"]["ok"], newest["drill"]["items_opened"]) == (True, 1)


@pytest.mark.parametrize("name", ["daily", "steps"])
def test_a_backup_is_downloaded_as_an_archive(
    lab: Lab, admin: TestClient, make: Callable[..., dict[str, Any]], name: str
):
    make(admin, item_id="S-1")
    made = run_strategy(lab, name, progress=Silent())
    answer = admin.get(f"/v1/backups/{made['immutable_id']}/content")
    assert answer.status_code == 200
    ending = ".tar" if name == "steps" else ".tar.zst"
    assert answer.headers["content-disposition"].endswith(ending)
    if name == "steps":
        with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
            assert "manifest.json" in archive.getnames()
    else:
        assert len(answer.content) == made["size"]


def test_a_backup_that_was_removed_cannot_be_downloaded(
    lab: Lab, admin: TestClient, tmp_path: Path
):
    made = run_strategy(lab, "daily", progress=Silent())
    (tmp_path / "kept" / made["name"]).unlink()
    run_strategy(lab, "daily", progress=Silent())
    answer = admin.get(f"/v1/backups/{made['immutable_id']}/content")
    assert answer.status_code == 409
    assert admin.get("/v1/backups/0123456789abcdef01234567/content").status_code == 404
