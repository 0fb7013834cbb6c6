"""Numbers that several processes add to."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pydatalab.watch.numbers import HEAD, SharedNumbers

COUNTS = """
import sys
from pathlib import Path
from pydatalab.watch.numbers import SharedNumbers
numbers = SharedNumbers(Path(sys.argv[1]), frozenset({"now"}))
for _ in range(1_000):
    numbers.add(("asked", "GET"))
numbers.add(("now",), 3)
print("counted", flush=True)
sys.stdin.read()
"""

Counter = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    """Begins a process that has counted, and stays."""

    def begin() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", COUNTS, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout and process.stdout.readline() == "counted\n"
        return process

    return begin


def _end(process: "subprocess.Popen[str]", how: signal.Signals = signal.SIGKILL) -> None:
    process.send_signal(how)
    process.communicate()


def test_what_all_processes_counted_is_added_up_whoever_reads(counter: Counter, tmp_path: Path):
    mine = SharedNumbers(tmp_path, frozenset({"now"}))
    mine.add(("asked", "GET"), 5)
    others = [counter(), counter()]
    reading = mine.read()
    assert reading.values["asked", "GET"] == 2_005
    assert reading.values["now",] == 6
    assert {one.number for one in reading.living} == {os.getpid(), *(one.pid for one in others)}
    for one in others:
        _end(one)


def test_what_a_killed_process_counted_stays_and_what_it_was_doing_goes(
    counter: Counter, tmp_path: Path
):
    mine = SharedNumbers(tmp_path, frozenset({"now"}))
    mine.add(("asked", "GET"), 1)
    for expected in (1_001, 2_001):
        _end(counter())
        for _ in range(2):  # what was taken over is not taken over again
            reading = mine.read()
            assert reading.values["asked", "GET"] == expected
            assert "now" not in {name for name, *_ in reading.values}
            assert len(reading.living) == 1


def test_a_server_that_begins_when_all_are_gone_counts_from_nothing(
    counter: Counter, tmp_path: Path
):
    _end(counter())
    fresh = SharedNumbers(tmp_path)
    fresh.begin()
    assert fresh.read().values == {}
    assert sum(path.suffix == ".numbers" for path in tmp_path.iterdir()) == 1


def test_threads_lose_no_count_and_many_numbers_find_room(tmp_path: Path):
    numbers = SharedNumbers(tmp_path)

    def count() -> None:
        for one in range(3_000):
            numbers.add(("route", f"/some/long/template/of/a/route/{one}", "200"))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = numbers.read().values
    assert len(found) == 3_000
    assert set(found.values()) == {3.0}


def test_where_no_folder_can_be_made_a_process_counts_for_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").touch()
    numbers = SharedNumbers(tmp_path / "file" / "folder")
    numbers.add(("asked",), 2)
    assert numbers.read().values == {("asked",): 2.0}
    assert "measures for itself alone" in caplog.text


def test_the_folders_that_it_makes_are_their_owners_alone(tmp_path: Path):
    SharedNumbers(tmp_path / "data" / "measures").begin()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "measures").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "left",
    [
        b"",  # killed before anything was written
        b"\0" * 10,
        b"\0" * 64 * 1024,  # a power cut took what was not on the disk yet
        HEAD.pack(200, 1.8e9, 4000) + b"\0" * 300,
        HEAD.pack(2**40, 1.8e9, 4000) + b"\0" * 300,
        HEAD.pack(40, 1.8e9, 4000) + b"\4\0\0\0[[] \0\0\0\0\0\0\0\0",
        HEAD.pack(40, 1.8e9, 4000) + b"\4\0\0\0  7 \0\0\0\0\0\0\0\0",
    ],
)
def test_a_spoilt_file_of_a_process_that_is_gone_stops_nobody(tmp_path: Path, left: bytes):
    mine = SharedNumbers(tmp_path)
    mine.add(("asked",), 2)
    (tmp_path / "4000-0123abcd.numbers").write_bytes(left)
    assert mine.read().values == {("asked",): 2.0}
    assert len(list(tmp_path.glob("*.numbers"))) == 1
    (tmp_path / "4000-0123abcd.numbers").write_bytes(left)
    later = SharedNumbers(tmp_path)
    later.add(("asked",), 3)
    assert later.read().values == {("asked",): 5.0}


FULL = """
import resource, sys
from pathlib import Path
from pydatalab.watch.numbers import SharedNumbers
numbers = SharedNumbers(Path(sys.argv[1]), frozenset({"now"}))
if sys.argv[2] == "later":
    numbers.begin()
print("begun", flush=True)
sys.stdin.read()
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
numbers.add(("asked", "GET"))
for _ in range(2):
    reading = numbers.read()
    print(sum(reading.values.values()), len(reading.living))
"""


@pytest.mark.parametrize(
    ("full", "told"),
    [("from the start", "1.0 1\n" * 2), ("later", "1001.0 1\n" * 2)],
)
def test_a_full_disk_stops_no_measuring(counter: Counter, tmp_path: Path, full: str, told: str):
    other = counter()
    process = subprocess.Popen(
        [sys.executable, "-c", FULL, str(tmp_path), full],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    _end(other)
    said, _ = process.communicate()
    assert said == told
    begun = 0 if full == "from the start" else 1
    assert len(list(tmp_path.glob("*.numbers"))) == 1 + begun
