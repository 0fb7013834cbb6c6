"""Work on a thread of its own."""

import threading
from contextlib import closing

import pytest

from pydatalab.files.lane import AHEAD, TOGETHER, Lane


def test_work_is_done_in_the_order_in_which_it_was_asked_for():
    done: list[int] = []
    with closing(Lane("test")) as lane:
        for number in range(1000):
            lane.add(lambda number=number: done.append(number), TOGETHER // 10)
        lane.finish()
        assert done == list(range(1000))


def test_little_work_is_done_at_the_end_if_nobody_waits_before():
    done: list[str] = []
    lane = Lane("test")
    lane.add(lambda: done.append(threading.current_thread().name), 1)
    assert not done
    lane.close()
    lane.close()  # nothing is left to do
    assert [name.startswith("test") for name in done] == [True]


def test_whoever_hands_over_too_much_waits():
    may_go, far = threading.Event(), threading.Event()
    lane = Lane("test")

    def hand_over() -> None:
        lane.add(may_go.wait, TOGETHER)
        for _ in range(AHEAD - 1):
            lane.add(lambda: None, TOGETHER)
        far.set()
        lane.add(lambda: None, TOGETHER)
        lane.close()

    caller = threading.Thread(target=hand_over)
    caller.start()
    assert far.wait(10)
    caller.join(0.2)
    assert caller.is_alive()
    may_go.set()
    caller.join(10)
    assert not caller.is_alive()


def test_what_goes_wrong_is_raised_by_a_later_call():
    with closing(Lane("test")) as lane:
        lane.add(lambda: 1 / 0, TOGETHER)
        with pytest.raises(ZeroDivisionError):
            lane.finish()
