"""Lines that wait on the disk."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from pydatalab.backups.spool import TOGETHER, Spool


@pytest.fixture
def files_of_a_page() -> Iterator[None]:
    """No file may have more than 4 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_one_that_could_not_be_written_is_let_go_of_without_another_error(
    tmp_path: Path, files_of_a_page: None
):
    before = _open_files()
    spool = Spool(tmp_path)
    spool.add(os.urandom(6000).hex())
    with pytest.raises(OSError):
        spool.end()
    spool.close()
    assert _open_files() == before


def test_lines_come_back_as_they_went_in(tmp_path: Path):
    words = ["lithium" * 10, "μ" * TOGETHER, ""]
    spool = Spool(tmp_path)
    for word in words:
        spool.add(word)
    spool.end()
    assert [line.decode().strip('"') for line in spool.lines()] == words
    assert spool.size == sum(len(f'"{word}"\n'.encode()) for word in words)
    spool.close()
