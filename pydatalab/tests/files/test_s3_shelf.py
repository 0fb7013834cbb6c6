"""What a file store in S3 does besides what every file store does."""

import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files import s3_shelf
from pydatalab.files.nearby import Nearby
from pydatalab.files.s3_shelf import S3Shelf
from pydatalab.files.vault import Vault

AGO = 1_000_000

LARGE = random.Random(1).randbytes(20_000_001)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def root(s3: Any) -> Path:
    """Where the server keeps the objects of the store."""
    folder: Path = s3.folder / s3.bucket / "lab"
    return folder


@pytest.fixture
def vault(s3: Any, tmp_path: Path) -> Vault:
    return Vault(s3.url("lab"), 10**9, nearby=tmp_path / "nearby", largest_nearby=50_000_000)


@pytest.fixture
def shelf(s3: Any, tmp_path: Path) -> S3Shelf:
    return S3Shelf(s3.url("lab"), Nearby(tmp_path / "other", 10**9))


def keep(vault: Vault, content: bytes) -> str:
    with vault.writer() as writer:
        for start in range(0, len(content), 1_000_000):
            writer.write(content[start : start + 1_000_000])
        return writer.finish().sha256


def object_of(root: Path, sha256: str) -> Path:
    return root / "blobs" / sha256[:2] / sha256[2:]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_large_file_goes_there_in_parts_and_nothing_of_it_stays_here(
    vault: Vault, root: Path, tmp_path: Path
):
    kept = keep(vault, LARGE)
    assert object_of(root, kept).read_bytes() == LARGE
    assert files_in(tmp_path / "nearby") == []


def test_reading_may_jump_about(vault: Vault):
    kept = keep(vault, LARGE)
    jumps = random.Random(2)
    with vault.open(kept) as stream:
        for _ in range(40):
            at, length = jumps.randrange(len(LARGE)), jumps.randrange(2_000_000)
            stream.seek(at)
            assert stream.read(length) == LARGE[at : at + length]
        assert stream.seek(-5, os.SEEK_END) == len(LARGE) - 5
        assert stream.read() == LARGE[-5:]
        stream.seek(len(LARGE) + 10)
        assert stream.read() == b""


def test_bytes_that_come_again_count_as_new(vault: Vault, root: Path):
    kept = keep(vault, b"again")
    os.utime(object_of(root, kept), (AGO, AGO))
    keep(vault, b"again")
    assert not vault.remove_old(kept, time.time() - 60)
    assert vault.exists(kept)


def test_a_delivery_brings_old_bytes_again(vault: Vault, root: Path):
    kept = keep(vault, b"again")
    os.utime(object_of(root, kept), (AGO, AGO))
    with vault.delivery() as delivery:
        delivery.add(kept, 5, [b"again"])
        assert len(delivery.settle()) == 1
    assert not vault.remove_old(kept, time.time() - 60)


def test_right_bytes_take_the_place_of_altered_ones(vault: Vault, root: Path):
    short, altered = keep(vault, b"all of it"), keep(vault, b"as it was")
    object_of(root, short).write_bytes(b"all")
    object_of(root, altered).write_bytes(b"as it xxx")
    keep(vault, b"all of it")
    with vault.delivery() as delivery:
        delivery.add(altered, 9, [b"as it was"])
        delivery.settle()
    assert object_of(root, short).read_bytes() == b"all of it"
    assert object_of(root, altered).read_bytes() == b"as it was"


def test_whoever_brings_what_somebody_removes_as_old_keeps_it(
    vault: Vault, shelf: S3Shelf, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    kept = keep(vault, b"wanted again")
    os.utime(object_of(root, kept), (AGO, AGO))
    looked, sent = threading.Event(), threading.Event()

    def remove_slowly(sha256: str) -> None:
        looked.set()
        sent.wait(20)
        S3Shelf.remove(shelf, sha256)

    monkeypatch.setattr(shelf, "remove", remove_slowly)
    remover = threading.Thread(target=shelf.remove_old, args=(kept, time.time() - 60))
    remover.start()
    assert looked.wait(20)
    bringer = threading.Thread(target=keep, args=(vault, b"wanted again"))
    bringer.start()
    while object_of(root, kept).stat().st_mtime < AGO + 1:
        time.sleep(0.01)
    sent.set()
    remover.join()
    bringer.join()
    assert object_of(root, kept).read_bytes() == b"wanted again"
    assert files_in(root / "leaving") == []


def test_a_remover_that_died_holds_nobody_up_for_long(
    vault: Vault, root: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(s3_shelf, "REMOVED_WITHIN", 0.5)
    (root / "leaving").mkdir(parents=True)
    (root / "leaving" / sha(b"abc")).touch()
    assert vault.exists(keep(vault, b"abc"))


def test_who_needs_a_path_gets_a_copy_that_is_fetched_once(vault: Vault, root: Path):
    kept = keep(vault, LARGE)
    with vault.as_path(kept) as path, vault.as_path(kept) as again:
        assert path != again and path.samefile(again)
        assert path.read_bytes() == LARGE
        first = path.stat().st_ino
    assert not path.exists() and not again.exists()
    with vault.as_path(kept) as path:
        assert path.stat().st_ino == first


def test_copies_take_no_more_room_than_they_may(vault: Vault, tmp_path: Path):
    kept = [keep(vault, bytes([one]) + LARGE) for one in range(4)]
    with vault.as_path(kept[0]) as first:
        for one in kept[1:]:
            with vault.as_path(one):
                pass
            os.utime(next((tmp_path / "nearby").rglob(f"kept/{one}")), (AGO, AGO))
        held = files_in(tmp_path / "nearby" / "blobs" / "kept")
        assert sum(path.stat().st_size for path in held) <= 50_000_000
        assert first.read_bytes()[1:] == LARGE  # whoever has it keeps it


def test_a_copy_that_was_cut_short_is_fetched_anew(vault: Vault, tmp_path: Path):
    kept = keep(vault, b"all of it")
    with vault.as_path(kept):
        pass
    (copy,) = files_in(tmp_path / "nearby" / "blobs" / "kept")
    copy.chmod(0o600)
    copy.write_bytes(b"all")
    with vault.as_path(kept) as path:
        assert path.read_bytes() == b"all of it"


def test_a_server_that_is_away_is_said_to_be(
    vault: Vault, s3: Any, monkeypatch: pytest.MonkeyPatch
):
    kept = keep(vault, b"abc")
    s3.end()
    monkeypatch.setattr(s3_shelf, "PATIENCE", 1)
    away = Vault(s3.url("lab"), 10**9, nearby=vault.incoming.parent)
    for ask in (away.open, away.exists, away.size, away.remove):
        with pytest.raises(Unavailable, match="is away") as said:
            ask(kept)
        assert str(s3.port) not in said.value.message  # where the server is, people need not know
    with pytest.raises(Unavailable, match="is away"):
        keep(away, b"other")
    with pytest.raises(Unavailable, match="is away"):
        list(away.blobs())
    assert files_in(vault.incoming) == []
    s3.start()
    assert away.exists(kept)


def test_a_place_for_copies_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path):
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(Unavailable, match=r"data/nearby .*PYDATALAB_DATA_DIRECTORY"):
        Vault("s3://lab/files", 10**9, nearby=tmp_path / "data" / "nearby")


def test_a_wrong_account_is_told_from_bytes_that_are_gone(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not the one")
    with pytest.raises(Unavailable, match="AWS_SECRET_ACCESS_KEY"):
        Vault(s3.url("lab"), 10, nearby=tmp_path).exists(sha(b"abc"))
    with pytest.raises(NotFound):
        Vault(s3.url("lab"), 10, nearby=tmp_path).exists("../secret")


SENDER = """
import resource, sys
from pathlib import Path
from pydatalab.files.vault import Vault
vault = Vault(sys.argv[1], largest=10**9, nearby=Path(sys.argv[2]))
with vault.writer() as writer:
    writer.write(b"x")
    writer.finish()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chunk = bytes(1_000_000)
with vault.writer() as writer:
    for _ in range(160):
        writer.write(chunk)
    print("sends", flush=True)
    kept = writer.finish().sha256
with vault.as_path(kept) as path:
    size = path.stat().st_size
for _ in vault.read_range(kept):
    pass
print(size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_file_goes_and_comes_in_little_memory(s3: Any, tmp_path: Path):
    said = subprocess.run(
        [sys.executable, "-c", SENDER, s3.url("lab"), tmp_path / "nearby"],
        check=True,
        capture_output=True,
        text=True,
    )
    size, more = map(int, said.stdout.split()[1:])
    assert size == 160_000_000
    assert more * 1024 < 100_000_000


def test_what_a_killed_process_was_sending_never_appears(s3: Any, root: Path, tmp_path: Path):
    for pause in (0.0, 0.05, 0.2):
        sender = subprocess.Popen(
            [sys.executable, "-c", SENDER, s3.url("lab"), tmp_path / "nearby"],
            stdout=subprocess.PIPE,
        )
        assert sender.stdout
        sender.stdout.readline()
        time.sleep(pause)
        sender.kill()
        sender.communicate()
        whole = sha(bytes(160_000_000))
        if object_of(root, whole).exists():
            assert object_of(root, whole).stat().st_size == 160_000_000
            object_of(root, whole).unlink()
    assert Vault(s3.url("lab"), 10**9, nearby=tmp_path / "nearby").exists(sha(b"x"))
