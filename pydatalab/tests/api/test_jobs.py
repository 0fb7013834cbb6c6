"""Jobs over HTTP: who sees them, who ends them. None runs here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.app import HANDLERS
from pydatalab.jobs.queue import add_job, claim_job, end_job
from pydatalab.jobs.schedule import Schedule
from pydatalab.lab import Lab
from pydatalab.models.jobs import Maintenance
from pydatalab.store.query import Is

Join = Callable[..., TestClient]


def asked(lab: Lab, who: TestClient | None = None, name: str = "check-items") -> str:
    person = who.person_id if who else None  # type: ignore[attr-defined]
    job_id: str = add_job(lab.store, name, {"secret": "x"}, asked_by=person)["immutable_id"]
    return job_id


def test_a_job_shows_its_state_and_not_what_it_was_told(lab: Lab, ada: TestClient):
    job_id = asked(lab, ada)
    job = ada.get(f"/v1/jobs/{job_id}").json()
    assert (job["job_id"], job["state"], job["asked_by_name"]) == (job_id, "waiting", "ada")
    assert job["progress"] == {"doing": "", "done": 0, "total": None}
    assert "secret" not in str(job)
    claim_job(lab.store, {}, "here")
    end_job(lab.store, job_id, 1, "done", result={"failed": 2})
    job = ada.get(f"/v1/jobs/{job_id}").json()
    assert (job["state"], job["result"]) == ("done", {"failed": 2})
    assert job["created_at"] <= job["started_at"] <= job["ended_at"]


def test_people_see_and_end_the_jobs_that_they_asked_for_and_administrators_all(
    lab: Lab, ada: TestClient, join: Join, admin: TestClient
):
    bob = join("bob")
    hers, nobodys = asked(lab, ada), asked(lab)
    assert [job["job_id"] for job in ada.get("/v1/jobs").json()["items"]] == [hers]
    assert bob.get("/v1/jobs").json()["items"] == []
    assert {job["job_id"] for job in admin.get("/v1/jobs").json()["items"]} == {hers, nobodys}
    for who, job_id in ((bob, hers), (ada, nobodys), (admin, "0" * 24)):
        hidden = who.get(f"/v1/jobs/{job_id}")
        assert hidden.status_code == who.post(f"/v1/jobs/{job_id}/cancel").status_code == 404
    assert ada.post(f"/v1/jobs/{hers}/cancel").json()["state"] == "cancelled"
    assert admin.post(f"/v1/jobs/{nobodys}/cancel").json()["state"] == "cancelled"


def test_hidden_and_missing_jobs_look_the_same(lab: Lab, ada: TestClient, join: Join):
    hidden = join("bob").get(f"/v1/jobs/{asked(lab, ada)}")
    missing = ada.get(f"/v1/jobs/{'0' * 24}")
    assert hidden.json()["detail"] == missing.json()["detail"]


def test_what_has_ended_cannot_be_cancelled(lab: Lab, ada: TestClient):
    job_id = asked(lab, ada)
    claim_job(lab.store, {}, "here")
    end_job(lab.store, job_id, 1, "done")
    assert ada.post(f"/v1/jobs/{job_id}/cancel").status_code == 409


def test_jobs_are_listed_by_name_and_state(lab: Lab, admin: TestClient):
    one, other = asked(lab), asked(lab, name="rebuild")
    admin.post(f"/v1/jobs/{other}/cancel")
    by_name = admin.get("/v1/jobs?name=rebuild").json()["items"]
    by_state = admin.get("/v1/jobs?state=waiting").json()["items"]
    assert [job["job_id"] for job in by_name] == [other]
    assert [job["job_id"] for job in by_state] == [one]
    assert admin.get("/v1/jobs?state=asleep").status_code == 422


def test_administrators_see_when_schedules_come_next(
    lab: Lab, ada: TestClient, admin: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TZ", "Europe/London")
    nightly = Schedule("nightly", "5 4 * * *", "create-backup", {"strategy": "nightly"})
    made = add_job(lab.store, "create-backup", {}, schedule="nightly")
    app = build(replace(lab, schedules=(nightly,)), tmp_path / "page")
    (shown,) = TestClient(app, headers=admin.headers).get("/v1/schedules").json()["items"]
    assert (shown["name"], shown["time_zone"]) == ("nightly", "Europe/London")
    assert shown["last_job"]["job_id"] == made["immutable_id"]
    first, second, _ = map(datetime.fromisoformat, shown["next_times"])
    assert first.astimezone(ZoneInfo("Europe/London")).strftime("%H:%M") == "04:05"
    assert datetime.now(UTC) < first < second
    assert ada.get("/v1/schedules").status_code == 403


def test_administrators_have_the_lab_looked_after_once_at_a_time(
    lab: Lab, ada: TestClient, admin: TestClient
):
    answer = admin.post("/v1/maintenance/check-items", json={"figures": True})
    assert answer.status_code == 202
    again = admin.post("/v1/maintenance/check-items", json={})
    assert again.json()["job_id"] == answer.json()["job_id"]
    assert lab.store.jobs.get(Is("name", "check-items"))["arguments"]["figures"] is True
    assert admin.post("/v1/maintenance/remove-unused-blobs", json={"days": 0}).status_code == 422
    assert admin.post("/v1/maintenance/drop-everything", json={}).status_code == 422
    assert ada.post("/v1/maintenance/check-items", json={}).status_code == 403


@pytest.mark.parametrize("name", get_args(Maintenance))
def test_each_thing_that_can_be_done_has_somebody_who_does_it(name: str):
    module, _, function = HANDLERS[name].place.partition(":")
    assert callable(getattr(import_module(module), function))
