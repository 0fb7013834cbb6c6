"""Jobs as documents: claimed once, ended once, begun again where that is allowed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from pydatalab.errors import Conflict, Invalid, NotFound
from pydatalab.jobs.queue import (
    KEPT_OF_A_NAME,
    Handler,
    add_job,
    cancel_job,
    change_job,
    claim_job,
    end_job,
    find_jobs,
    get_job,
    interrupt_job,
    prune_jobs,
    put_back,
)
from pydatalab.models.times import as_text
from pydatalab.store.port import Store

HANDLERS = {
    "count": Handler("counting:count"),
    "pay": Handler("paying:pay"),
    "move": Handler("moving:move", alone=True),
}


def claimed(store: Store) -> str | None:
    job = claim_job(store, HANDLERS, "here")
    return job["immutable_id"] if job else None


def test_jobs_are_claimed_in_the_order_in_which_they_fell_due(store: Store):
    earlier = as_text(datetime.now(UTC) - timedelta(hours=1))
    later = as_text(datetime.now(UTC) + timedelta(hours=1))
    add_job(store, "count", {}, due_at=later)
    second = add_job(store, "count", {"to": 2})
    first = add_job(store, "count", {}, due_at=earlier)
    assert [claimed(store) for _ in range(3)] == [
        first["immutable_id"],
        second["immutable_id"],
        None,
    ]
    assert get_job(store, second["immutable_id"])["arguments"] == {"to": 2}


def test_a_second_job_of_the_same_key_is_the_first(store: Store):
    first = add_job(store, "count", {"to": 1}, key="daily@monday")
    assert add_job(store, "count", {"to": 2}, key="daily@monday") == first
    assert add_job(store, "count", {}) != add_job(store, "count", {})


def test_each_job_has_one_runner_however_many_ask_at_once(store: Store):
    made = {add_job(store, "count", {})["immutable_id"] for _ in range(40)}
    with ThreadPoolExecutor(8) as threads:
        got = [one for one in threads.map(lambda _: claimed(store), range(60)) if one]
    got += list(iter(lambda: claimed(store), None))
    assert sorted(got) == sorted(made)


def test_of_what_runs_alone_the_next_waits_for_the_end_of_the_one(store: Store):
    first, second = (add_job(store, "move", {})["immutable_id"] for _ in range(2))
    other = add_job(store, "count", {})["immutable_id"]
    assert [claimed(store) for _ in range(3)] == [first, other, None]
    end_job(store, first, 1, "done", result={})
    assert claimed(store) == second


def test_what_ended_stays_as_it_ended(store: Store):
    job_id = add_job(store, "count", {})["immutable_id"]
    claimed(store)
    end_job(store, job_id, 1, "done", result={"counted": 3})
    end_job(store, job_id, 1, "failed", error="too late")
    interrupt_job(store, job_id, 1, "gone", repeatable=True)
    assert get_job(store, job_id)["state"] == "done"
    assert get_job(store, job_id)["result"] == {"counted": 3}
    with pytest.raises(Conflict, match="ended already"):
        cancel_job(store, job_id)


def test_a_job_that_waits_is_cancelled_at_once_and_one_that_runs_is_asked(store: Store):
    waits, runs = (add_job(store, "count", {})["immutable_id"] for _ in range(2))
    assert claimed(store) == waits
    waits, runs = runs, waits
    assert cancel_job(store, waits)["state"] == "cancelled"
    asked = cancel_job(store, runs)
    assert (asked["state"], asked["cancel_asked"]) == ("running", True)
    assert put_back(store, runs, 1)["state"] == "cancelled"
    with pytest.raises(NotFound):
        cancel_job(store, "0" * 24)


def test_a_repeatable_job_is_begun_three_times_and_no_more(store: Store):
    job_id = add_job(store, "count", {})["immutable_id"]
    for attempt in (1, 2, 3):
        assert claimed(store) == job_id
        interrupt_job(store, job_id, attempt, "its process ended by signal 9.", repeatable=True)
    job = get_job(store, job_id)
    assert (job["state"], job["interruptions"]) == ("failed", 3)
    assert job["error"] == "It was interrupted: its process ended by signal 9."


def test_a_job_that_may_not_be_repeated_fails_when_it_is_interrupted(store: Store):
    job_id = add_job(store, "pay", {})["immutable_id"]
    claimed(store)
    assert interrupt_job(store, job_id, 1, "gone", repeatable=False)["state"] == "failed"
    assert claimed(store) is None


def test_an_earlier_attempt_has_no_say_any_more(store: Store):
    job_id = add_job(store, "count", {})["immutable_id"]
    claimed(store)
    interrupt_job(store, job_id, 1, "silent", repeatable=True)
    claimed(store)
    end_job(store, job_id, 1, "failed", error="the first attempt wakes up")
    assert get_job(store, job_id)["state"] == "running"
    assert end_job(store, job_id, 2, "done")["state"] == "done"


def test_jobs_are_listed_newest_first_by_what_they_are(store: Store):
    made = [add_job(store, name, {}, asked_by="ann") for name in ("count", "pay", "count")]
    ids = [job["immutable_id"] for job in made]
    assert [one["immutable_id"] for one in find_jobs(store)][-1] == ids[0]
    assert {one["immutable_id"] for one in find_jobs(store, name="count")} == {ids[0], ids[2]}
    assert find_jobs(store, asked_by="bob") == []
    assert len(find_jobs(store, state="waiting", limit=2)) == 2
    with pytest.raises(Invalid, match="waiting, running"):
        find_jobs(store, state="asleep")


def test_old_jobs_are_forgotten_and_those_under_way_are_not(store: Store):
    long_ago = as_text(datetime.now(UTC) - timedelta(days=91))
    old, fresh, waiting = (add_job(store, "count", {})["immutable_id"] for _ in range(3))
    for job_id in (old, waiting):
        change_job(store, job_id, lambda job: job | {"created_at": long_ago})
    for job_id in (old, fresh):
        change_job(store, job_id, lambda job: job | {"state": "done"})
    assert prune_jobs(store) == 1
    assert {one["immutable_id"] for one in find_jobs(store)} == {fresh, waiting}


def test_a_frequent_job_pushes_only_its_own_kind_out(store: Store):
    rare = add_job(store, "pay", {})["immutable_id"]
    frequent = [add_job(store, "count", {})["immutable_id"] for _ in range(KEPT_OF_A_NAME + 3)]
    for job_id in (rare, *frequent):
        change_job(store, job_id, lambda job: job | {"state": "done"})
    assert prune_jobs(store) == 3
    assert get_job(store, rare)
