"""Leases: one holder at a time, over threads and processes, whatever the clock does."""

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from pydatalab.errors import Conflict
from pydatalab.jobs.leases import holder_of, lease
from pydatalab.jobs.processes import has_died, process_now
from pydatalab.models.times import as_text
from pydatalab.store.port import Store
from pydatalab.store.query import Is

LONG = 0.3


def put_end(store: Store, name: str, hours: float) -> None:
    """Let a lease end that far from now, as after a change of the clock."""
    held = store.leases.get(Is("name", name))
    ends = as_text(datetime.now(UTC) + timedelta(hours=hours))
    store.leases.replace(held | {"expires_at": ends})


def abandon(store: Store, name: str) -> None:
    """Leave a lease behind as a process that was killed does."""
    with lease(store, name, seconds=LONG):
        left = store.leases.get(Is("name", name))
    store.leases.add(left)


def test_a_lease_has_one_holder_who_is_named(store: Store):
    with lease(store, "backup daily"):
        said = r"process \d+ is at this \(backup daily\) since 20"
        with pytest.raises(Conflict, match=said), lease(store, "backup daily"):
            pass
        with lease(store, "backup weekly"):
            assert holder_of(store, "backup weekly")
    with lease(store, "backup daily"):
        pass
    assert holder_of(store, "backup daily") is None


def test_a_holder_keeps_it_for_longer_than_it_lasts(store: Store):
    with lease(store, "long", seconds=LONG):
        time.sleep(2 * LONG)
        with pytest.raises(Conflict), lease(store, "long", seconds=LONG):
            pass


def test_the_lease_of_a_dead_holder_runs_out(store: Store):
    abandon(store, "dead")
    with pytest.raises(Conflict), lease(store, "dead", seconds=LONG):
        pass
    time.sleep(LONG)
    with lease(store, "dead", seconds=LONG):
        assert holder_of(store, "dead")


def test_a_holder_of_this_machine_that_is_seen_to_be_dead_lets_go_at_once(store: Store):
    with lease(store, "killed", seconds=600):
        left = store.leases.get(Is("name", "killed"))
    child = subprocess.Popen(["sleep", "60"])
    process = process_now(child.pid)
    assert process is not None
    assert not has_died(process)
    child.kill()
    child.wait()
    store.leases.add(left | {"process": process})
    with lease(store, "killed"):
        assert holder_of(store, "killed")


def test_a_process_of_another_machine_is_never_dead_for_sure():
    here = process_now(os.getpid())
    assert here is not None
    assert not has_died(here | {"machine": "elsewhere", "number": 1 << 22})


def test_a_clock_set_forward_takes_no_lease_from_its_holder(store: Store):
    with lease(store, "held", seconds=LONG):
        put_end(store, "held", hours=-1)
        with pytest.raises(Conflict), lease(store, "held", seconds=LONG):
            pass


def test_a_clock_set_back_does_not_keep_the_lease_of_a_dead_holder(store: Store):
    abandon(store, "dead")
    put_end(store, "dead", hours=1)
    with pytest.raises(Conflict), lease(store, "dead", seconds=LONG):
        pass
    time.sleep(LONG)
    with lease(store, "dead", seconds=LONG):
        pass
