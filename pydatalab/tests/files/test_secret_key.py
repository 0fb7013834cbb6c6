"""A key that nobody set."""

from multiprocessing import get_context
from pathlib import Path

from pydatalab.files.secret_key import NAME, kept_key


def test_processes_that_start_at_once_share_one_key(tmp_path: Path):
    with get_context("spawn").Pool(4) as processes:
        keys = set(processes.map(kept_key, [tmp_path] * 16))
    assert keys == {kept_key(tmp_path)}
    assert len(keys.pop()) == 64
    assert [one.name for one in tmp_path.iterdir()] == [NAME]


def test_only_its_owner_reads_the_key(tmp_path: Path):
    kept_key(tmp_path)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


def test_two_labs_have_two_keys(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir(), other.mkdir()
    assert kept_key(one) != kept_key(other)
