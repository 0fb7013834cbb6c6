"""Doing each thing once, for however many ask for it at the same time."""

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest

from pydatalab.compute import once
from pydatalab.compute.once import Once
from pydatalab.errors import LimitExceeded, Unavailable, UnreadableFile


def test_all_who_ask_at_once_get_what_one_of_them_does():
    done: list[int] = []
    gate = threading.Event()
    only = Once()

    def make() -> None:
        gate.wait()
        done.append(1)

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(only.do, "key", make) for _ in range(8)]
        time.sleep(0.1)
        gate.set()
        assert [one.result() for one in asked] == [None] * 8
    assert done == [1]
    only.do("key", make)
    assert done == [1, 1]


@pytest.mark.parametrize("kind", [UnreadableFile, LimitExceeded])
def test_what_failed_over_a_file_is_not_tried_again_at_once(
    kind: type[UnreadableFile], monkeypatch: pytest.MonkeyPatch
):
    tried: list[int] = []

    def make() -> None:
        tried.append(1)
        raise kind("It is damaged.")

    only = Once()
    for _ in range(3):
        with pytest.raises(kind, match="damaged"):
            only.do("key", make)
    assert tried == [1]
    now = time.monotonic()
    monkeypatch.setattr(once.time, "monotonic", lambda: now + 1000)
    with pytest.raises(kind):
        only.do("key", make)
    assert tried == [1, 1]


def test_what_failed_for_another_reason_is_tried_again():
    tried: list[int] = []

    def make() -> None:
        tried.append(1)
        raise Unavailable("Killed.")

    only = Once()
    for _ in range(3):
        with pytest.raises(Unavailable):
            only.do("key", make)
    assert tried == [1, 1, 1]


def test_those_who_wait_never_take_all_threads():
    only = Once()
    gate = threading.Event()
    with ThreadPoolExecutor(once.MOST_CALLERS) as threads:
        waiting = [
            threads.submit(only.do, str(number % 3), gate.wait)
            for number in range(once.MOST_CALLERS)
        ]
        time.sleep(0.1)
        with pytest.raises(Unavailable, match="busy"):
            only.do("another", gate.wait)
        gate.set()
        assert [one.result() for one in waiting] == [None] * once.MOST_CALLERS
    only.do("another", gate.wait)


def test_a_failure_told_many_times_keeps_nothing_of_those_who_asked():
    only = Once()

    def fail() -> None:
        raise UnreadableFile("This is no file.")

    lengths = []
    for _ in range(50):
        with pytest.raises(UnreadableFile) as told:
            only.do("key", fail)
        lengths.append(len(list(traceback.walk_tb(told.value.__traceback__))))
    assert lengths[-1] == lengths[1]
