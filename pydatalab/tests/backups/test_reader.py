"""The bytes of archives as they are read."""

import io
import os
import random
from pathlib import Path
from threading import Thread

import pytest

from pydatalab.backups.reader import GULP, LET_GO, gulps_once


def test_what_was_read_of_a_file_is_let_go_of_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "archive"
    portion = random.Random(1).randbytes(GULP)
    path.write_bytes(portion * 70 + b"end")
    gone: list[tuple[int, int, int]] = []

    def noted(handle: int, start: int, length: int, advice: int) -> None:
        gone.append((start, length, advice))

    monkeypatch.setattr(os, "posix_fadvise", noted)
    with path.open("rb") as stream:
        assert b"".join(gulps_once(stream)) == portion * 70 + b"end"
    advice = os.POSIX_FADV_DONTNEED
    assert gone == [(0, LET_GO, advice), (LET_GO, LET_GO, advice)]


def test_what_is_no_file_is_read_all_the_same():
    content = bytes(LET_GO + GULP)
    out, into = os.pipe()

    def fill() -> None:
        with os.fdopen(into, "wb") as end:
            end.write(content)

    Thread(target=fill).start()
    with os.fdopen(out, "rb") as pipe:
        assert b"".join(gulps_once(pipe)) == content
    assert b"".join(gulps_once(io.BytesIO(content))) == content
