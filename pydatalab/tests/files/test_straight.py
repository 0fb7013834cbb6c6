"""Files that go straight to the disk."""

import errno
import os
import random
import stat
from pathlib import Path

import pytest

from pydatalab.files.straight import PORTION, StraightFile, a_portion

SIZES = (0, 1, 4096, PORTION - 1, PORTION, PORTION + 1, 3 * PORTION, 3 * PORTION + 4097)


def written(path: Path, content: bytes, piece: int) -> None:
    file = StraightFile(path, len(content), a_portion())
    for start in range(0, len(content), piece):
        file.write(content[start : start + piece])
    file.end()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [70_001, PORTION, 5 * PORTION])
def test_a_file_has_the_bytes_that_came_in_whatever_pieces(tmp_path: Path, size: int, piece: int):
    content = random.Random(size).randbytes(size)
    written(tmp_path / "file", content, piece)
    assert (tmp_path / "file").read_bytes() == content
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o440


def test_a_file_system_that_lets_none_go_straight_gets_it_the_usual_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    content, write = random.Random(5).randbytes(2 * PORTION + 5), os.write
    refused = []

    def refuse(handle: int, part: memoryview) -> int:
        if not refused:
            refused.append(len(part))
            raise OSError(errno.EINVAL, "Invalid argument")
        return write(handle, part)

    monkeypatch.setattr(os, "write", refuse)
    written(tmp_path / "file", content, 65_536)
    assert refused == [PORTION]
    assert (tmp_path / "file").read_bytes() == content


def test_a_disk_that_takes_a_part_at_a_time_gets_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    content, write = random.Random(6).randbytes(2 * PORTION), os.write
    monkeypatch.setattr(os, "write", lambda handle, part: write(handle, part[: PORTION // 4]))
    written(tmp_path / "file", content, PORTION)
    assert (tmp_path / "file").read_bytes() == content


def open_in(folder: Path) -> list[Path]:
    """The files below a folder that this process holds open."""
    links = [one for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    return [path for path in map(Path.readlink, links) if path.is_relative_to(folder)]


def test_a_full_disk_is_an_error_and_closes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = StraightFile(tmp_path / "file", 4, a_portion())
    file.write(b"some")

    def full(handle: int, part: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        file.end()
    assert not open_in(tmp_path)
