"""What the doctor says of those who run jobs, and of what tells them."""

from collections.abc import Iterator
from typing import Any

import pytest

from redis_server import REDIS, RedisServer


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis that runs."""
    if REDIS is None:
        pytest.skip("no Redis: install redis-server")
    server = RedisServer().start()
    yield server
    server.end()


def test_a_redis_that_answers_is_well_and_one_that_is_away_is_named(visit: Any, redis: RedisServer):
    visit.settings["REDIS_URI"] = redis.address
    assert visit.of("redis", "scheduler").level == "ok"
    redis.end()
    found = visit.of("redis-away", "scheduler")
    assert found.level == "warning"
    assert f"127.0.0.1:{redis.port}" in found.said
    assert found.said.endswith("refused.")
    assert ".." not in found.said
    assert "REDIS_URI" in found.to_do


def test_a_redis_that_does_not_let_us_in_is_named_without_its_password(
    visit: Any, redis: RedisServer
):
    visit.settings["REDIS_URI"] = f"redis://grey:open-sesame@127.0.0.1:{redis.port}/0"
    found = visit.of("redis-away", "scheduler")
    assert "invalid username-password" in found.said
    assert "open-sesame" not in found.said


def test_without_a_redis_nothing_is_said_of_one(visit: Any):
    assert not {"redis", "redis-away"} & visit.names("scheduler")
