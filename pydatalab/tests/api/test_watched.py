"""Requests by a name, their measures, and who may read those."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import parser
from starlette.testclient import TestClient

from pydatalab.api.server import build
from pydatalab.backups.records import begin
from pydatalab.errors import DatabaseAway
from pydatalab.lab import BackupPlan, Lab
from pydatalab.models.strategies import Strategy
from pydatalab.models.times import as_text
from pydatalab.services import items

TOKEN = "4f1c9be2a7d05638"
LOCAL = {"client": ("127.0.0.1", 4000), "base_url": "http://localhost:5001"}


def value(text: str, name: str, **labels: str) -> float | None:
    """The number of one sample of an answer of ``/metrics``; ``None`` where there is none."""
    found = [
        sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    assert len(found) < 2, found
    return found[0] if found else None


def metrics(client: TestClient) -> str:
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def break_listing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(items, "get_item", broken)


def test_a_request_has_an_id_of_its_own_or_that_of_its_caller(anyone: TestClient):
    first, second = (anyone.get("/v1/info").headers["x-request-id"] for _ in range(2))
    assert first != second
    assert len(first) == 16
    told = anyone.get("/v1/info", headers={"X-Request-ID": "nginx-7f3a.1:2"})
    assert told.headers["x-request-id"] == "nginx-7f3a.1:2"


@pytest.mark.parametrize("told", ["two words", "a" * 65, '"quoted"', "<b>", "", "\u00e9", "a\tb"])
def test_an_id_that_is_not_fit_to_be_written_anywhere_is_not_taken_over(
    anyone: TestClient, told: str
):
    answer = anyone.get("/v1/info", headers={"X-Request-ID": told.encode("latin-1")})
    assert answer.headers["x-request-id"] != told
    assert len(answer.headers["x-request-id"]) == 16


@pytest.mark.parametrize("path", ["/v1/items/lab:AAAAAA", "/items/lab:AAAAAA"])
def test_a_mistake_names_its_request_in_answer_header_and_log(
    ada: TestClient,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    break_listing(monkeypatch, ZeroDivisionError("by us"))
    with caplog.at_level(logging.ERROR):
        answer = ada.get(path, headers={"X-Request-ID": "from-proxy-1"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "from-proxy-1"
    assert answer.json()["mistake"] == "from-proxy-1"
    assert "by us" not in answer.text
    mistakes = [one for one in caplog.records if "A mistake at" in one.message]
    assert len(mistakes) == 1
    trace = mistakes[0].trace  # type: ignore[attr-defined]
    assert trace.request_id == "from-proxy-1"
    assert trace.route == path.replace("lab:AAAAAA", "{refcode}")


def test_requests_are_counted_by_route_method_and_status(
    ada: TestClient, make: Callable[..., dict[str, Any]], admin: TestClient
):
    refcode = make(ada)["refcode"]
    for name in (refcode, refcode, "lab:QQQQQQ"):
        ada.get(f"/v1/items/{name}")
    ada.get("/samples/")
    ada.get("/no/such/thing")
    text = metrics(admin)
    name, item = "pydatalab_requests_total", "/v1/items/{refcode}"
    assert value(text, name, route=item, method="GET", status="200") == 2
    assert value(text, name, route=item, method="GET", status="404") == 1
    assert value(text, name, route="/samples", method="GET", status="200") == 1
    assert value(text, "pydatalab_request_seconds_count", route=item, method="GET") == 3
    assert value(text, "pydatalab_requests_in_flight") == 1  # the one that asks


def test_made_up_methods_and_paths_make_no_new_numbers(anyone: TestClient, admin: TestClient):
    for n in range(5):
        anyone.request(f"BREW{n}", f"/v1/coffee/{n}")
    text = metrics(admin)
    assert "BREW" not in text
    assert "coffee" not in text
    assert value(text, "pydatalab_requests_total", method="OTHER", route="none") == 5


def test_uploads_and_jobs_are_counted(
    ada: TestClient, make: Callable[..., dict[str, Any]], admin: TestClient
):
    refcode = make(ada)["refcode"]
    ada.post(f"/v1/items/{refcode}/files?name=a.bin", content=b"12345")
    job = admin.post(
        "/v1/maintenance/rebuild", json={}, headers={"X-Request-ID": "asked-for-1"}
    ).json()
    assert job["request_id"] == "asked-for-1"
    text = metrics(admin)
    assert value(text, "pydatalab_upload_bytes_total") == 5
    assert value(text, "pydatalab_jobs", state="waiting") == 1
    assert value(text, "pydatalab_store_up") == 1
    assert (value(text, "pydatalab_file_store_free_bytes") or 0) > 0
    assert (value(text, "process_resident_memory_bytes") or 0) > 10_000_000


def test_a_database_that_is_away_is_counted(
    ada: TestClient, admin: TestClient, monkeypatch: pytest.MonkeyPatch
):
    break_listing(monkeypatch, DatabaseAway("It is away."))
    assert ada.get("/v1/items/lab:AAAAAA").status_code == 503
    assert value(metrics(admin), "pydatalab_store_errors_total", reason="away") == 1


def test_people_read_metrics_only_if_they_administer(anyone: TestClient, ada: TestClient):
    assert anyone.get("/metrics").status_code == 401
    assert ada.get("/metrics").status_code == 403


def test_a_token_reads_metrics_from_anywhere(lab: Lab, tmp_path: Path):
    app = build(replace(lab, metrics_token=TOKEN), tmp_path)
    client = TestClient(app, client=("203.0.113.9", 4000))
    statuses = {
        told: client.get("/metrics", headers={"Authorization": told}).status_code
        for told in (f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "")
    }
    assert list(statuses.values()) == [200, 200, 401, 401, 401]


def test_without_a_token_no_empty_one_opens_metrics(anyone: TestClient):
    for told in ("Bearer", "Bearer ", "Bearer None"):
        assert anyone.get("/metrics", headers={"Authorization": told}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Forwarded-For": "203.0.113.9"}, 401),
        ({"Forwarded": "for=203.0.113.9"}, 401),
        ({"X-Real-IP": "203.0.113.9"}, 401),
        ({"Host": "lab.example"}, 401),
    ],
)
def test_programs_of_this_machine_read_metrics_unless_for_somebody_else(
    lab: Lab, tmp_path: Path, headers: dict[str, str], status: int
):
    client = TestClient(build(lab, tmp_path), **LOCAL)  # type: ignore[arg-type]
    assert client.get("/metrics", headers=headers).status_code == status


def test_somebody_elses_machine_is_not_this_one(lab: Lab, tmp_path: Path):
    client = TestClient(
        build(lab, tmp_path), client=("203.0.113.9", 4000), base_url="http://localhost:5001"
    )
    assert client.get("/metrics").status_code == 401


def test_administrators_alone_see_how_the_server_does(
    anyone: TestClient, ada: TestClient, admin: TestClient
):
    address = "/v1/administration/server"
    assert anyone.get(address).status_code == 401
    assert ada.get(address).status_code == 403
    seen = admin.get(address).json()
    assert seen["requests"]["number"] >= 2
    assert seen["requests"]["refused"] >= 2
    assert seen["database"]["reachable"]
    assert seen["storage"]["files"]["free"] <= seen["storage"]["files"]["total"]
    assert seen["machine"]["memory_available"] <= seen["machine"]["memory_total"]
    assert address in {one["route"] for one in seen["requests"]["slowest"]}


def test_the_slowest_routes_come_first(ada: TestClient, admin: TestClient):
    for path in ("/v1/info", "/v1/me", "/v1/items"):
        ada.get(path)
    slowest = admin.get("/v1/administration/server").json()["requests"]["slowest"]
    means = [one["mean_seconds"] for one in slowest]
    assert means == sorted(means, reverse=True)


def test_each_request_has_a_line_but_those_of_monitors_and_of_the_page(
    anyone: TestClient, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO, "pydatalab.requests"):
        for path in (
            "/v1/info?token=s3cr3t",
            "/healthcheck/is_alive",
            "/healthcheck/is_ready",
            "/",
        ):
            anyone.get(path, headers={"Accept": "text/html"})
    said = [one for one in caplog.records if one.name == "pydatalab.requests"]
    assert [one.about["path"] for one in said] == ["/v1/info"]  # type: ignore[attr-defined]
    assert "s3cr3t" not in caplog.text
    assert said[0].about["status"] == 422  # type: ignore[attr-defined]


def test_backups_tell_their_age_their_health_and_how_the_last_run_ended(lab: Lab, tmp_path: Path):
    strategies = {
        name: Strategy.model_validate({"active": True, "location": str(tmp_path / name)})
        for name in ("nightly", "weekly")
    }
    planned = replace(lab, metrics_token=TOKEN, backup_plan=BackupPlan(strategies=strategies))
    made = as_text(datetime.now(UTC) - timedelta(hours=2))
    begin(planned, "nightly", state="done", made_at=made, health="healthy")
    begin(planned, "nightly", state="failed", ended_at=as_text(datetime.now(UTC)))
    client = TestClient(build(planned, tmp_path), headers={"Authorization": f"Bearer {TOKEN}"})
    text = metrics(client)
    age = value(text, "pydatalab_backup_age_seconds", strategy="nightly")
    assert age == pytest.approx(7_200, abs=60)
    assert value(text, "pydatalab_backup_health", strategy="nightly", health="healthy") == 1
    assert value(text, "pydatalab_backup_last_run_failed", strategy="nightly") == 1
    assert value(text, "pydatalab_backup_last_run_failed", strategy="weekly") == 0
    assert value(text, "pydatalab_backup_age_seconds", strategy="weekly") is None
