"""What is due when: crontab lines, missed runs, several servers, and clocks that are changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pydatalab.errors import Invalid
from pydatalab.jobs import schedule
from pydatalab.jobs.queue import find_jobs
from pydatalab.jobs.schedule import (
    Schedule,
    last_due,
    local_zone,
    make_due,
    next_times,
    valid_crontab,
)
from pydatalab.store.port import Store

DAILY = Schedule("daily", "5 4 * * *", "create-backup", {"strategy": "daily"})
LONDON = ZoneInfo("Europe/London")


class Clock:
    """The clock of a server, which can be set."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def now(self, zone: tzinfo) -> datetime:
        return self.time.astimezone(zone)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    set_clock = Clock()

    class Datetime(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return set_clock.now(tz)

    monkeypatch.setattr(schedule, "datetime", Datetime)
    yield set_clock


def made(store: Store, *schedules: Schedule) -> list[Any]:
    return list(make_due(store, schedules or (DAILY,), UTC))


def test_a_new_schedule_begins_with_its_next_time(store: Store, clock: Clock):
    assert made(store) == []
    clock.time += timedelta(hours=16, minutes=5)
    (job,) = made(store)
    assert (job["name"], job["arguments"]) == ("create-backup", {"strategy": "daily"})
    assert job["due_at"] == "2026-03-03T04:05:00.000000+00:00"
    assert job["late_since"] is None
    assert made(store) == []


def test_runs_that_were_missed_are_made_up_for_once(store: Store, clock: Clock):
    made(store)
    clock.time += timedelta(days=5)
    (job,) = made(store)
    assert job["late_since"] == job["due_at"] == "2026-03-07T04:05:00.000000+00:00"
    assert made(store) == []


def test_two_servers_make_one_job(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    made(store)
    clock.time += timedelta(days=1)
    monkeypatch.setattr(schedule, "_note", lambda *_: None)  # the other has not come so far yet
    first, second = made(store), made(store)
    assert first == second
    assert len(find_jobs(store)) == 1


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=3), timedelta(days=2)])
def test_a_clock_that_is_set_back_makes_no_second_run(store: Store, clock: Clock, back: timedelta):
    made(store)
    for _ in range(3):
        clock.time += timedelta(days=1)
        made(store)
    before = len(find_jobs(store))
    clock.time -= back
    while back > timedelta(0):
        made(store)
        clock.time += timedelta(minutes=20)
        back -= timedelta(minutes=20)
    made(store)
    assert len(find_jobs(store)) == before


def test_a_clock_that_was_a_year_ahead_does_not_stop_the_schedule(store: Store, clock: Clock):
    made(store)
    clock.time += timedelta(days=365)
    made(store)
    clock.time -= timedelta(days=365)
    made(store)
    clock.time += timedelta(days=1)
    assert [job["due_at"][:10] for job in made(store)] == ["2026-03-03"]


def test_a_schedule_with_another_line_begins_with_its_next_time(store: Store, clock: Clock):
    made(store)
    clock.time += timedelta(hours=1)
    assert made(store, Schedule("daily", "30 12 * * *", "create-backup")) == []


def test_times_are_meant_where_the_server_is():
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert next_times("5 4 * * *", summer, LONDON, 1) == ["2026-07-01T03:05:00.000000+00:00"]
    winter = datetime(2026, 12, 1, tzinfo=UTC)
    assert next_times("5 4 * * *", winter, LONDON, 1) == ["2026-12-01T04:05:00.000000+00:00"]


def test_a_time_that_the_clocks_leave_out_comes_once_and_one_that_comes_twice_too():
    # In 2026 clocks go forward on 29 March from 01:00 and back on 25 October from 02:00.
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        times = next_times("30 1 * * *", day - timedelta(hours=2), LONDON, 2)
        first, second = (datetime.fromisoformat(time) for time in times)
        assert first - day in (timedelta(minutes=30), timedelta(hours=1))
        assert second.astimezone(LONDON).day == day.day + 1


@pytest.mark.parametrize("line", ["5 4 * * *", "*/20 * * * *", "0 2 * * SUN", "30 1 1 * *"])
@pytest.mark.parametrize("zone", [UTC, LONDON, ZoneInfo("Australia/Lord_Howe")])
def test_the_last_time_is_the_one_after_which_no_other_came(line: str, zone: tzinfo):
    at = datetime(2026, 3, 28, 9, 7, 11, tzinfo=UTC)
    for _ in range(30):
        at += timedelta(hours=2)
        due = last_due(line, at, zone)
        assert due is not None
        then = datetime.fromisoformat(due)
        assert then <= at < datetime.fromisoformat(next_times(line, then, zone, 1)[0])


@pytest.mark.parametrize(
    "line", ["", "daily", "5 4 * *", "61 4 * * *", "0 0 31 2 *", "* * * * * *"]
)
def test_a_line_without_meaning_is_refused(line: str):
    with pytest.raises(Invalid, match="no crontab line"):
        valid_crontab(line)


def test_the_zone_is_the_servers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TZ", "Europe/London")
    assert str(local_zone()) == "Europe/London"
    monkeypatch.setenv("TZ", "Nowhere/Land")
    assert str(local_zone()) == "UTC"
    monkeypatch.delenv("TZ")
    assert str(local_zone())
