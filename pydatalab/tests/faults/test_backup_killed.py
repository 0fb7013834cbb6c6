"""Backups and restores that are killed, or run out of disk: before or after, never between."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.backups.archive import compression_of, create_archive
from pydatalab.backups.restore import restore_archive, undo_restore
from pydatalab.backups.verify import verify_archive
from pydatalab.config import Config
from pydatalab.errors import Unavailable
from pydatalab.lab import Lab
from pydatalab.models.derived import item_derived
from pydatalab.models.files import held_blobs
from pydatalab.models.progress import Silent
from pydatalab.store.kinds import LASTING_KINDS
from pydatalab.store.query import EVERYTHING, Scope

MAKER = Path(__file__).parent / "jobs" / "backup_maker.py"
KILLS = 8
QUIET = Silent()
ITEMS, FILES, SIZE = 150, 40, 100_000


def fill(lab: Lab, state: str) -> None:
    """Items that say which state of the lab they belong to, and a file for some."""
    lab.store.items.add_all([item(number, state) for number in range(ITEMS)])
    chance = random.Random(state)
    for number in range(FILES):
        with lab.vault.writer() as writer:
            writer.write(chance.randbytes(SIZE))
            blob = writer.finish()
        lab.store.files.add(
            {
                "immutable_id": f"{number:024x}",
                "name": f"{number}.dat",
                "size": blob.size,
                "checksums": {"sha256": blob.sha256, "md5": blob.md5},
            }
        )


def item(number: int, state: str) -> dict[str, Any]:
    made = {
        "immutable_id": f"{number:024x}",
        "type": "samples",
        "item_id": f"{state}-{number}",
        "refcode": f"lab:{number:06}",
        "name": state,
        "status": "active",
        "date": None,
        "last_modified": "2026-01-01T00:00:00.000000+00:00",
        "creator_ids": ["a" * 24],
        "file_ObjectIds": [f"{number:024x}"] if number < FILES else [],
        "edit": 1,
    }
    return made | {"derived": item_derived(made)}


@contextmanager
def opened(folder: Path) -> Iterator[Lab]:
    with open_lab(Config(DATA_DIRECTORY=folder)) as lab:
        yield lab


def back_up(lab: Lab, path: Path) -> None:
    create_archive(lab, path, settings={}, compression=compression_of(path.name), progress=QUIET)


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lab ``then``, the lab ``now`` and the archive ``then.tar.zst``."""
    folder = tmp_path_factory.mktemp("labs")
    for state in ("then", "now"):
        with opened(folder / state) as lab:
            fill(lab, state)
            if state == "then":
                back_up(lab, folder / "then.tar.zst")
    return folder


def seconds_of(what: str, folder: Path, archive: Path) -> float:
    """How long it takes when nobody kills it."""
    with subprocess.Popen(
        [sys.executable, MAKER, what, folder, archive], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        begun = time.monotonic()
        assert process.stdout.readline() == b"ended\n"
        return time.monotonic() - begun


def killed(what: str, folder: Path, archive: Path, seconds: float) -> bool:
    """Let a process do it, and kill it so long after its beginning; whether it had ended."""
    with subprocess.Popen(
        [sys.executable, MAKER, what, folder, archive], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        return process.stdout.readline() == b"ended\n"


def test_a_backup_that_is_killed_leaves_no_archive_and_the_next_one_is_clean(
    labs: Path, tmp_path: Path
):
    kept = tmp_path / "kept"
    long = seconds_of("backup", labs / "then", kept / "first.tar.zst")
    for number in range(KILLS):
        path = kept / f"{number}.tar.zst"
        killed("backup", labs / "then", path, seconds=long * number / KILLS)
        if path.exists():
            assert verify_archive(path, progress=QUIET).ok
            path.unlink()
        assert [one.name for one in kept.iterdir() if ".tar" in one.name] == ["first.tar.zst"]
    with opened(labs / "then") as lab:
        back_up(lab, kept / "last.tar.zst")
    assert sorted(one.name for one in kept.iterdir()) == ["first.tar.zst", "last.tar.zst"]
    assert verify_archive(kept / "last.tar.zst", progress=QUIET).ok


def test_a_restore_that_is_killed_is_either_done_or_never_was(labs: Path, tmp_path: Path):
    shutil.copytree(labs / "now", tmp_path / "measured")
    long = seconds_of("restore", tmp_path / "measured", labs / "then.tar.zst")
    found = []
    for number in range(KILLS):
        folder = tmp_path / f"lab-{number}"
        shutil.copytree(labs / "now", folder)
        killed("restore", folder, labs / "then.tar.zst", seconds=long * number / KILLS)
        with opened(folder) as lab:
            found.append(state_of(lab))
            restore_archive(lab, labs / "then.tar.zst", replace=True, progress=QUIET)
            assert state_of(lab) == "then"
            assert list((lab.folder / "files" / "incoming").iterdir()) == []
        shutil.rmtree(folder)
    assert set(found) <= {"then", "now"}
    assert found[0] == "now"


def state_of(lab: Lab) -> str:
    """Which state a lab is in; all of it must be in the same, with the bytes of its files."""
    with lab.store.snapshot() as snapshot:
        documents = {kind.name: list(snapshot.documents(kind.name)) for kind in LASTING_KINDS}
    (state,) = {one["name"] for one in documents["items"]}
    assert len(documents["items"]) == lab.store.items.count(EVERYTHING, scope=Scope.all()) == ITEMS
    assert len(documents["files"]) == FILES
    for file in documents["files"]:
        for sha256, _ in held_blobs(file):
            with lab.vault.open(sha256) as stream:
                assert hashlib.sha256(stream.read()).hexdigest() == sha256
    return str(state)


def test_a_restore_that_was_killed_can_be_undone_once_it_had_happened(labs: Path, tmp_path: Path):
    shutil.copytree(labs / "now", tmp_path / "lab")
    seconds_of("restore", tmp_path / "lab", labs / "then.tar.zst")
    with opened(tmp_path / "lab") as lab:
        assert state_of(lab) == "then"
        undo_restore(lab, QUIET)
        assert state_of(lab) == "now"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB: less than the files of a lab have."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]
    if os.geteuid() or subprocess.run(command, check=False).returncode:
        pytest.skip("nothing can be mounted here, so no disk can be filled")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tar.zst"])
def test_a_backup_on_a_full_disk_says_so_and_leaves_nothing(
    labs: Path, small_disk: Path, ending: str
):
    with opened(labs / "then") as lab:
        with pytest.raises(Unavailable, match=r"full|free"):
            back_up(lab, small_disk / f"b{ending}")
        assert list(small_disk.iterdir()) == []
        assert state_of(lab) == "then"


def test_a_restore_on_a_full_disk_says_so_and_changes_nothing(
    labs: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
):
    with opened(small_disk / "lab") as lab:
        monkeypatch.setattr(lab.vault, "_space", _without_reserve(lab))
        with pytest.raises(Unavailable, match="full"):
            restore_archive(lab, labs / "then.tar.zst", progress=QUIET)
        with lab.store.snapshot() as snapshot:
            assert not any(snapshot.count(kind.name) for kind in LASTING_KINDS)
        assert list((lab.folder / "files" / "incoming").iterdir()) == []


def _without_reserve(lab: Lab) -> Any:
    """The space of a lab's file store, that may be used up entirely."""
    from dataclasses import replace

    return replace(lab.vault._space, keep_free=0)
