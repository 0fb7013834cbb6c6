"""A folder of things that can be made again."""

import os
import time
from pathlib import Path

import pytest

from pydatalab.compute.cache import Cache, key_of


def put(cache: Cache, key: str, size: int, age: float = 0) -> None:
    with cache.place(key) as path:
        path.write_bytes(b"x" * size)
    found = cache.find(key)
    assert found
    os.utime(found, (time.time() - age,) * 2)


def test_what_was_placed_is_found(tmp_path: Path):
    cache = Cache(tmp_path / "cache", 1000)
    assert cache.find("abcdef.json") is None
    with cache.place("abcdef.json") as path:
        path.write_text("content")
        assert cache.find("abcdef.json") is None
    found = cache.find("abcdef.json")
    assert found
    assert found.read_text() == "content"


def test_what_broke_off_is_not_there(tmp_path: Path):
    cache = Cache(tmp_path, 1000)
    with pytest.raises(KeyError), cache.place("abcdef") as path:
        path.write_text("half of it")
        raise KeyError
    assert cache.find("abcdef") is None
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_empty_file_left_by_a_power_cut_counts_as_missing(tmp_path: Path):
    cache = Cache(tmp_path, 1000)
    with cache.place("abcdef") as path:
        path.touch()
    assert cache.find("abcdef") is None


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path):
    cache = Cache(tmp_path, 1000)
    for number in range(15):
        put(cache, f"{number:02}key", 100, age=10_000 * (20 - number))
    cache.find("00key")  # used again
    cache.prune()
    kept = [number for number in range(15) if cache.find(f"{number:02}key")]
    assert kept == [0, 8, 9, 10, 11, 12, 13, 14]


def test_what_fits_is_left_alone(tmp_path: Path):
    cache = Cache(tmp_path, 1000)
    put(cache, "abcdef", 900, age=10**8)
    cache.prune()
    assert cache.find("abcdef")


def test_what_a_killed_worker_left_is_removed(tmp_path: Path):
    cache = Cache(tmp_path, 1000)
    put(cache, "abcdef", 1)
    old, fresh = tmp_path / "ab" / "1.part", tmp_path / "ab" / "2.part"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    os.utime(old, (time.time() - 7200,) * 2)
    cache.prune()
    assert not old.exists()
    assert fresh.exists()


def test_a_key_tells_apart_what_it_was_made_from():
    assert key_of("a", {"b": 1, "c": 2}) == key_of("a", {"c": 2, "b": 1})
    different = [
        key_of("a", "b"),
        key_of("ab"),
        key_of("a", 1),
        key_of("a", "1"),
        key_of("a", None),
    ]
    assert len(set(different)) == len(different)
