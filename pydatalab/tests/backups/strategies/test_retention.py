"""Which backups stay: by number, and by day, week, month and year."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydatalab.backups.names import name_for, time_in
from pydatalab.backups.retention import Aged, kept
from pydatalab.models.strategies import Retention

BEGIN = datetime(2024, 1, 1, 4, 5, tzinfo=UTC)

MOMENTS = st.lists(
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    min_size=1,
    max_size=60,
)
"""Of backups in the order in which they were made; the clock may jump as it likes."""

RULES = st.builds(
    Retention,
    newest=st.integers(1, 5),
    daily=st.integers(0, 8),
    weekly=st.integers(0, 5),
    monthly=st.integers(0, 5),
    yearly=st.integers(0, 3),
)


def backups(moments: list[datetime]) -> list[Aged]:
    return [Aged(f"b{number:04}", at) for number, at in enumerate(moments)]


def daily(days: int) -> list[Aged]:
    return [
        Aged(f"{at:%Y-%m-%d}", at) for at in (BEGIN + timedelta(days=day) for day in range(days))
    ]


@given(MOMENTS, st.integers(1, 70))
def test_a_number_keeps_so_many_of_the_newest(moments: list[datetime], number: int):
    made = backups(moments)
    assert kept(made, Retention(newest=number)) == {one.name for one in made[-number:]}


@given(MOMENTS, RULES)
def test_the_newest_always_stays(moments: list[datetime], retention: Retention):
    made = backups(moments)
    assert made[-1].name in kept(made, retention)


@given(MOMENTS, RULES)
def test_what_stays_stays_when_it_is_asked_again(moments: list[datetime], retention: Retention):
    made = backups(moments)
    once = kept(made, retention)
    assert kept([one for one in made if one.name in once], retention) == once


@given(MOMENTS, RULES)
def test_no_more_stays_than_the_rules_allow(moments: list[datetime], retention: Retention):
    most = sum(retention.model_dump().values())
    assert len(kept(backups(moments), retention)) <= most


@given(MOMENTS, st.sampled_from(["daily", "weekly", "monthly", "yearly"]), st.integers(1, 9))
def test_a_rule_keeps_one_of_each_period_that_has_one(
    moments: list[datetime], rule: str, number: int
):
    length = {"daily": "%Y%m%d", "weekly": "%G%V", "monthly": "%Y%m", "yearly": "%Y"}[rule]
    made = backups(moments)
    periods = {f"{one.at:{length}}" for one in made}
    stays = kept(made, Retention(**{rule: number}))
    assert len({f"{one.at:{length}}" for one in made if one.name in stays}) == len(stays)
    assert len(stays) == min(number, len(periods))


def test_two_years_of_daily_backups_thin_out():
    # 2024-01-01 was a Monday; 731 days end on 2025-12-31, a Wednesday of week 2026-W01.
    stays = kept(daily(731), Retention(daily=3, weekly=2, monthly=2, yearly=2))
    assert sorted(stays) == [
        "2024-12-31",  # the year before
        "2025-11-30",  # the month before
        "2025-12-28",  # the week before, a Sunday
        "2025-12-29", "2025-12-30", "2025-12-31",
    ]  # fmt: skip


@given(MOMENTS)
def test_names_are_in_the_order_in_which_they_were_made_whatever_the_clock_says(
    moments: list[datetime],
):
    made: list[str] = []
    for at in moments:
        made.append(name_for("daily", at, made, ".tar.zst"))
    assert made == sorted(set(made))


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("daily-20261122T040500Z.tar.zst", True), ("daily-20261122T040500Z.tar", True),
        ("daily-20261122T040500Z.tar.gz.age", True), ("snapshots/daily-20261122T040500Z.json", True),
        ("daily-x-20261122T040500Z.tar.zst", False), ("daily-20261122T040500Z.tar.zst.part", False),
        ("xdaily-20261122T040500Z.tar", False), ("daily-20260231T040500Z.tar", False), ("daily.tar", False),
    ],
)  # fmt: skip
def test_only_backups_of_the_strategy_are_known_by_their_names(name: str, is_ours: bool):
    assert (time_in(name, "daily") is not None) == is_ours
