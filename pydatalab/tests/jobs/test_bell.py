"""The bell: whoever runs jobs hears of new ones at once, and does without it, too."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pydatalab.errors import Invalid
from pydatalab.jobs import bell
from pydatalab.jobs.bell import NoBell, RedisBell
from redis_server import REDIS, RedisServer


@pytest.fixture
def server() -> Iterator[RedisServer]:
    if not REDIS:
        pytest.skip("no Redis here: apt-get install redis-server")
    started = RedisServer().start()
    yield started
    started.end()


def waited(ears: bell.Bell, seconds: float, then: Callable[[], object]) -> float:
    """How long somebody waits while, a little later, something happens."""
    over = threading.Event()
    later = threading.Timer(0.3, then)
    later.start()
    begun = time.monotonic()
    ears.wait(over, seconds)
    later.join()
    return time.monotonic() - begun


def test_who_listens_hears_it_at_once(server: RedisServer):
    ears, other = (RedisBell(server.address, "grey") for _ in range(2))
    ears.wait(threading.Event(), 0.1)  # it listens from now on
    assert 0.2 < waited(ears, 10, other.ring) < 5
    other.ring()  # nobody waits just now
    begun = time.monotonic()
    ears.wait(threading.Event(), 10)
    assert time.monotonic() - begun < 5


def test_labs_that_share_a_redis_do_not_wake_each_other(server: RedisServer):
    ears, other = RedisBell(server.address, "grey"), RedisBell(server.address, "blue")
    ears.wait(threading.Event(), 0.1)
    assert waited(ears, 1, other.ring) >= 1


def test_it_goes_on_without_redis_and_with_it_when_it_is_back(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bell, "SILENT_FOR", 0.2)
    ears, other = (RedisBell(server.address, "grey") for _ in range(2))
    ears.wait(threading.Event(), 0.1)
    server.end()
    begun = time.monotonic()
    other.ring()
    ears.wait(threading.Event(), 0.5)
    assert 0.4 < time.monotonic() - begun < 8
    server.start()
    time.sleep(0.3)
    until = time.monotonic() + 20
    while waited(ears, 2, other.ring) > 1.5:
        assert time.monotonic() < until


def test_without_one_it_is_waited_for_as_long_as_was_said():
    silent = NoBell()
    silent.ring()
    assert waited(silent, 0.5, silent.ring) >= 0.5


def test_what_is_no_address_is_refused():
    with pytest.raises(Invalid, match="REDIS_URI"):
        RedisBell("http://localhost", "grey")
