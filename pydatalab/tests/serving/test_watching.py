"""A lab that several processes serve, watched: one log, one set of measures, reports of mistakes."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest
from prometheus_client import parser

from waiting import until

PROCESSES = 3
TOKEN = "T7k2Wq9zLm4XbV8d"
PATTERN = "".join(f"{10 + n / 50} {100 + n}\n" for n in range(200)).encode()


@pytest.fixture
def watched(server: Any) -> Iterator[Any]:
    """A lab below gunicorn that writes its log as JSON to a file."""
    yield server.start_many(
        PROCESSES,
        PYDATALAB_LOG_FORMAT="json",
        PYDATALAB_LOG_FILE=str(server.data.parent / "logs" / "datalab.log"),
        PYDATALAB_METRICS_TOKEN=TOKEN,
    )


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    """Closes clients that are put into it."""
    with ExitStack() as stack:
        yield stack


def _lines(server: Any) -> list[dict[str, Any]]:
    """The lines of the log; each is whole, or this fails."""
    log = server.data.parent / "logs" / "datalab.log"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def _metrics(server: Any) -> dict[tuple[str, ...], float]:
    told = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx2.get(f"{server.address}/metrics", headers=told, timeout=60)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in parser.text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def _asked(server: Any) -> float:
    """How many requests for ``/v1/info`` were counted."""
    return _metrics(server).get(("pydatalab_requests_total", "GET", "/v1/info", "200"), 0.0)


def _ask(server: Any, number: int) -> None:
    def once(_: int) -> None:
        assert httpx2.get(f"{server.address}/v1/info", timeout=60).status_code == 200

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(once, range(number)))


def test_whichever_process_is_asked_all_are_counted_even_one_that_was_killed(
    watched: Any, children: Callable[[int], list[int]]
):
    until(lambda: _metrics(watched)["pydatalab_processes",] == PROCESSES)
    _ask(watched, 40)
    assert {_asked(watched) for _ in range(10)} == {40.0}
    serving = {line["process"] for line in _lines(watched) if line.get("path") == "/v1/info"}
    os.kill(min(serving), signal.SIGKILL)
    until(lambda: _metrics(watched)["pydatalab_processes",] == PROCESSES)
    assert _asked(watched) == 40
    assert _metrics(watched)["pydatalab_requests_in_flight",] == 1
    _ask(watched, 10)
    assert _asked(watched) == 50


def test_one_request_is_followed_from_its_caller_to_worker_and_job(
    watched: Any, clients: ExitStack
):
    key = watched.key("Ada", "admin")
    client = clients.enter_context(watched.client(key))
    item = client.post("/v1/items", json={"type": "samples", "item_id": "S-1"}).json()["refcode"]
    file = client.post(f"/v1/items/{item}/files?name=a.xy", content=PATTERN).json()["file_id"]
    block = client.post(
        f"/v1/items/{item}/blocks", json={"technique": "xrd", "file_ids": [file]}
    ).json()
    figure = f"/v1/items/{item}/blocks/{block['block_id']}/figure"
    drawn = client.get(figure, headers={"X-Request-ID": "drawing-1"})
    assert drawn.status_code == 200, drawn.text
    assert drawn.headers["x-request-id"] == "drawing-1"
    job = client.post("/v1/maintenance/rebuild", json={}, headers={"X-Request-ID": "job-1"}).json()
    until(lambda: client.get(f"/v1/jobs/{job['job_id']}").json()["state"] == "done")

    lines = until(
        lambda: found if len(found := [x for x in _lines(watched) if x.get("request_id")]) else None
    )
    drawing = [one for one in lines if one["request_id"] == "drawing-1"]
    assert {one.get("route") for one in drawing} >= {"/v1/items/{refcode}/blocks/{block_id}/figure"}
    worked = [one for one in drawing if one.get("function")]
    assert worked[0]["function"] == "pydatalab.compute.job:make_figure"
    assert len({one["process"] for one in drawing}) == 2
    of_job = [one for one in lines if one["request_id"] == "job-1" and "job_id" in one]
    assert {one["job_id"] for one in of_job} == {job["job_id"]}
    assert any("rebuild" in one["message"] for one in of_job)

    found = until(
        lambda: (
            told
            if ("pydatalab_job_seconds_sum", "rebuild") in (told := _metrics(watched))
            else None
        )
    )
    assert found["pydatalab_jobs_run_total", "rebuild", "done"] == 1
    assert found["pydatalab_figures_total", "xrd", "miss"] == 1
    assert found["pydatalab_work_seconds_count", "xrd"] == 1
    assert found["pydatalab_work_done_total",] >= 1
    assert found["pydatalab_workers_up",] == 1
    assert found["pydatalab_upload_bytes_total",] == len(PATTERN)


def test_neither_keys_nor_links_nor_tokens_come_into_the_log(watched: Any, clients: ExitStack):
    key = watched.key("Ada", "admin")
    client = clients.enter_context(watched.client(key))
    client.get("/v1/me")
    item = client.post("/v1/items", json={"type": "samples", "item_id": "S-1"}).json()["refcode"]
    token = client.post(f"/items/{item}/issue-access-token").json()["token"]
    assert httpx2.get(f"{watched.address}/items/{item}?at={token}", timeout=60).status_code == 200
    person = client.get("/v1/me").json()["immutable_id"]
    link = client.post(f"/v1/people/{person}/sign-in-link").json()
    address = next((v for v in link.values() if isinstance(v, str) and "token=" in v), "")
    secret = address.partition("token=")[2]
    opened = httpx2.get(f"{watched.address}/sign-in/link?token={secret}", timeout=60)
    session = opened.cookies.get("datalab_session")
    httpx2.get(
        f"{watched.address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
    )
    until(lambda: any(one.get("path") == "/sign-in/link" for one in _lines(watched)))
    written = (watched.data.parent / "logs" / "datalab.log").read_text()
    terminal = watched.log.read_text()
    assert "first-run?token=…" in written
    for one in (key, token, secret, session, TOKEN):
        assert one
        assert one not in written
        assert one not in terminal


def test_a_log_that_was_moved_away_goes_on_in_a_new_one(watched: Any):
    _ask(watched, 12)
    log = watched.data.parent / "logs" / "datalab.log"
    moved = log.with_suffix(".1")
    log.rename(moved)
    before = moved.read_bytes()
    _ask(watched, 12)
    until(lambda: sum(one.get("path") == "/v1/info" for one in _lines(watched)) == 12)
    assert moved.read_bytes() == before
