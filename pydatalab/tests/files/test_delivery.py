"""Many blobs on their way into the file store."""

import errno
import hashlib
import os
import random
from pathlib import Path

import pytest

from pydatalab.errors import Unavailable
from pydatalab.files.vault import Vault

ONE, TWO = b"one blob" * 1000, b"another"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(params=["folder", "s3"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    root: str | Path = tmp_path / "files"
    if request.param == "s3":
        root = request.getfixturevalue("s3").url("lab")
    return Vault(root, largest=10**9, nearby=tmp_path / "nearby")


def content_of(vault: Vault, sha256: str) -> bytes:
    with vault.open(sha256) as stream:
        return stream.read()


def test_nothing_is_in_the_store_until_all_is_settled(vault: Vault):
    with vault.delivery() as delivery:
        for content in (ONE, TWO):
            delivery.add(sha(content), len(content), [content[:3], content[3:]])
        assert not vault.exists(sha(ONE))
        assert len(delivery.settle()) == 2
    assert [content_of(vault, sha(content)) for content in (ONE, TWO)] == [ONE, TWO]


def test_what_is_not_settled_is_gone(vault: Vault, tmp_path: Path):
    with pytest.raises(RuntimeError), vault.delivery() as delivery:
        delivery.add(sha(ONE), len(ONE), [ONE])
        raise RuntimeError("the archive ends here")
    assert not vault.exists(sha(ONE))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_blob_whose_hash_nobody_knew_is_told_it(vault: Vault):
    with vault.delivery() as delivery:
        first = delivery.take(len(ONE), [ONE])
        again = delivery.take(len(ONE), [ONE])
        assert len(delivery.settle()) == 1
    assert first == again
    assert (first.sha256, first.md5, first.size) == (
        sha(ONE), hashlib.md5(ONE).hexdigest(), len(ONE),
    )  # fmt: skip
    assert content_of(vault, first.sha256) == ONE


def test_blobs_that_nobody_wants_in_the_end_are_dropped(vault: Vault):
    with vault.delivery() as delivery:
        for content in (ONE, TWO):
            delivery.add(sha(content), len(content), [content])
        delivery.keep({sha(TWO)})
        assert len(delivery.settle()) == 1
    assert not vault.exists(sha(ONE))


def test_the_next_delivery_clears_away_one_that_was_killed(tmp_path: Path):
    vault = Vault(tmp_path, largest=10**9)
    if (pid := os.fork()) == 0:
        vault.delivery().add(sha(ONE), len(ONE), [ONE])
        os._exit(9)
    os.waitpid(pid, 0)
    assert len(list((tmp_path / "incoming").iterdir())) == 1
    with vault.delivery():
        assert len(list((tmp_path / "incoming").iterdir())) == 1
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_blob_that_was_altered_is_put_right(tmp_path: Path):
    vault = Vault(tmp_path, largest=10**9)
    with vault.writer() as writer:
        writer.write(ONE)
        blob = writer.finish()
    path = vault.path(blob.sha256)
    assert path
    path.chmod(0o600)
    path.write_bytes(bytes(len(ONE)))
    with vault.delivery() as delivery:
        delivery.add(blob.sha256, len(ONE), [ONE])
        assert len(delivery.settle()) == 1
        delivery.add(blob.sha256, len(ONE), [ONE])  # it is there now
        assert len(delivery.settle()) == 0
    assert content_of(vault, blob.sha256) == ONE


def test_a_full_disk_is_said_before_it_is_full(tmp_path: Path):
    vault = Vault(tmp_path, largest=10**9, keep_free=10**18)
    with pytest.raises(Unavailable, match="full"), vault.delivery() as delivery:
        delivery.add(sha(ONE), len(ONE), [ONE])


SIZES = (0, 1, 4096, 65_535, 65_536, 300_001, 1_048_576, 2_500_001)


def test_files_of_all_sizes_come_as_they_were(vault: Vault):
    chance = random.Random(3)
    contents = [chance.randbytes(size) for size in SIZES for _ in range(5)]
    with vault.delivery() as delivery:
        for content in contents:
            views = memoryview(content)
            pieces = [views[at : at + 70_001] for at in range(0, len(content), 70_001)]
            delivery.add(sha(content), len(content), pieces)
        settled = delivery.settle()
    assert set(settled) == {sha(content) for content in contents}
    assert all(content_of(vault, sha(content)) == content for content in contents)


def test_what_the_store_has_already_stays_beside_what_comes(vault: Vault):
    chance = random.Random(4)
    old, new = ([chance.randbytes(20) for _ in range(300)] for _ in range(2))
    for some in (old, new):
        with vault.delivery() as delivery:
            for content in some:
                delivery.add(sha(content), len(content), [content])
            delivery.settle()
    assert all(content_of(vault, sha(content)) == content for content in (*old, *new))


def test_a_disk_that_is_full_while_it_is_written_to_is_said(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
):
    def full(handle: int, part: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with (
        pytest.raises(Unavailable, match="disk of the file store is full"),
        vault.delivery() as delivery,
    ):
        monkeypatch.setattr(os, "write", full)
        for content in (ONE, TWO):
            delivery.add(sha(content), len(content), [content])
        delivery.settle()
    monkeypatch.undo()
    assert not vault.exists(sha(ONE))
