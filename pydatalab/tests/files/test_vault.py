"""The file store, in a local folder and in S3: both keep one promise."""

import hashlib
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from pydatalab.errors import NotFound, TooLarge, Unavailable
from pydatalab.files.vault import Blob, Vault

# Digests of "abc": RFC 1321, appendix A.5, and FIPS 180-2, appendix B.1.
ABC = b"abc"
ABC_MD5 = "900150983cd24fb0d6963f7d28e17f72"
ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture(params=["folder", "s3"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    root: str | Path = tmp_path / "files"
    if request.param == "s3":
        root = request.getfixturevalue("s3").url("lab")
    return Vault(root, largest=1_000_000, nearby=tmp_path / "nearby")


def keep(vault: Vault, *chunks: bytes) -> Blob:
    with vault.writer() as writer:
        for chunk in chunks:
            writer.write(chunk)
        return writer.finish()


def test_what_was_written_is_read_back_by_its_digest(vault: Vault):
    blob = keep(vault, b"a", b"bc")
    assert blob == Blob(ABC_SHA256, ABC_MD5, 3)
    with vault.open(ABC_SHA256) as stream:
        assert stream.read() == ABC
    assert vault.size(ABC_SHA256) == 3
    with vault.as_path(ABC_SHA256) as path:
        assert path.read_bytes() == ABC


def test_the_same_bytes_are_kept_once(vault: Vault):
    assert keep(vault, ABC) == keep(vault, b"ab", b"c")
    assert b"".join(vault.read_range(ABC_SHA256)) == ABC


def test_nothing_at_all_can_be_kept(vault: Vault):
    blob = keep(vault)
    assert blob.sha256 == hashlib.sha256().hexdigest()
    assert b"".join(vault.read_range(blob.sha256)) == b""


def test_a_range_is_what_was_asked_for(vault: Vault):
    blob = keep(vault, bytes(range(256)) * 20)
    whole = bytes(range(256)) * 20
    assert b"".join(vault.read_range(blob.sha256, 250, 20)) == whole[250:270]
    assert b"".join(vault.read_range(blob.sha256, 5000)) == whole[5000:]
    assert b"".join(vault.read_range(blob.sha256, 5110, 100)) == whole[5110:]


def test_a_removed_blob_is_gone(vault: Vault):
    keep(vault, ABC)
    vault.remove(ABC_SHA256)
    vault.remove(ABC_SHA256)
    assert not vault.exists(ABC_SHA256)


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", "BA78", "g" * 64])
def test_unknown_and_impossible_keys_are_not_found(vault: Vault, key: str):
    for look in (vault.open, vault.size, vault.path, vault.read_range):
        with pytest.raises(NotFound):
            look(key)
    with pytest.raises(NotFound), vault.as_path(key):
        pass


def test_a_blob_over_the_limit_is_refused_and_leaves_nothing(vault: Vault):
    with pytest.raises(TooLarge, match="1 MB"):
        keep(vault, bytes(600_000), bytes(600_000))
    assert not vault.exists(hashlib.sha256(bytes(1_200_000)).hexdigest())


def test_a_blob_of_exactly_the_limit_is_taken(vault: Vault):
    assert keep(vault, bytes(1_000_000)).size == 1_000_000


def test_a_writer_that_is_left_early_leaves_nothing(tmp_path: Path):
    vault = Vault(tmp_path, largest=100)
    with vault.writer() as writer:
        writer.write(ABC)
    with pytest.raises(KeyError), vault.writer() as writer:
        writer.write(ABC)
        raise KeyError
    assert files_in(tmp_path) == []


def test_large_blobs_have_the_digests_of_all_their_bytes(tmp_path: Path):
    chunk = os.urandom(999_983)
    blob = keep(Vault(tmp_path, largest=10**9), *[chunk] * 30)
    assert blob == Blob(
        hashlib.sha256(chunk * 30).hexdigest(), hashlib.md5(chunk * 30).hexdigest(), 30 * 999_983
    )


def test_threads_end_with_their_writer(tmp_path: Path):
    before = threading.active_count()
    vault = Vault(tmp_path, largest=10**9)
    for _ in range(3):
        with vault.writer() as writer:
            for _ in range(10):
                writer.write(bytes(1_000_000))
    assert threading.active_count() == before


def test_blobs_are_read_only_and_whole_where_the_layout_says(tmp_path: Path):
    keep(Vault(tmp_path, largest=100), ABC)
    path = tmp_path / "blobs" / ABC_SHA256[:2] / ABC_SHA256[2:]
    assert path.read_bytes() == ABC
    assert not stat.S_IMODE(path.stat().st_mode) & 0o222
    assert Vault(tmp_path, largest=100).path(ABC_SHA256) == path


def test_what_a_killed_process_left_is_swept_away_after_a_day(tmp_path: Path):
    Vault(tmp_path, largest=100)
    old, fresh = tmp_path / "incoming" / "old.part", tmp_path / "incoming" / "fresh.part"
    old.write_bytes(ABC)
    fresh.write_bytes(ABC)
    os.utime(old, (time.time() - 25 * 3600,) * 2)
    Vault(tmp_path, largest=100)
    assert not old.exists()
    assert fresh.exists()


def test_a_full_disk_is_said_and_nothing_stays(tmp_path: Path):
    vault = Vault(tmp_path, largest=100, keep_free=10**18)
    with pytest.raises(Unavailable, match="full"):
        keep(vault, ABC)
    assert files_in(tmp_path) == []


def test_the_size_of_a_file_is_refused_before_its_bytes_come(tmp_path: Path):
    vault = Vault(tmp_path, largest=10**17)
    with pytest.raises(Unavailable):
        vault.check_size(10**16)
    with pytest.raises(TooLarge, match="100 bytes") as caught:
        Vault(tmp_path, largest=100).check_size(101)
    assert caught.value.details == {"limit": 100}


def test_writers_at_the_same_time_do_not_meet(tmp_path: Path):
    vault = Vault(tmp_path, largest=10**9)
    contents = [bytes([number % 4]) * 2_000_000 for number in range(12)]
    threads = [threading.Thread(target=keep, args=(vault, one)) for one in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files_in(tmp_path)) == 4
    assert all(vault.exists(hashlib.sha256(one).hexdigest()) for one in contents)


def test_opening_a_local_store_loads_nothing_for_s3(tmp_path: Path):
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from pydatalab.files.vault import Vault;"
        f"Vault({str(tmp_path)!r}, 10); assert 'obstore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_blobs_are_listed_and_only_old_ones_removed(vault: Vault):
    before = time.time() - 1
    kept = {keep(vault, raw).sha256 for raw in (b"one", b"three")}
    found = {(one.sha256, one.size) for one in vault.blobs()}
    assert found == {(hashlib.sha256(raw).hexdigest(), len(raw)) for raw in (b"one", b"three")}
    assert all(one.written >= before for one in vault.blobs())
    gone, other = sorted(kept)
    assert not vault.remove_old(gone, before)
    assert vault.remove_old(gone, time.time() + 1)
    assert not vault.remove_old(gone, time.time() + 1)
    assert [one.sha256 for one in vault.blobs()] == [other]


def test_bytes_that_come_again_count_as_new(tmp_path: Path):
    vault = Vault(tmp_path, largest=1_000_000)
    blob = keep(vault, b"again")
    path = vault.path(blob.sha256)
    assert path
    os.utime(path, (1_000_000, 1_000_000))
    keep(vault, b"again")
    assert not vault.remove_old(blob.sha256, time.time() - 60)
    assert vault.exists(blob.sha256)


def test_right_bytes_take_the_place_of_a_blob_that_was_cut_short(tmp_path: Path):
    vault = Vault(tmp_path, largest=1_000_000)
    blob = keep(vault, b"all of it")
    path = vault.path(blob.sha256)
    assert path
    path.chmod(0o600)
    path.write_bytes(b"all")
    keep(vault, b"all of it")
    assert path.read_bytes() == b"all of it"
