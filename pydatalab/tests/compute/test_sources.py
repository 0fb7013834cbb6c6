"""Files as readers get them."""

import bz2
import gzip
import zlib
from pathlib import Path

import pytest

from pydatalab.compute import sources
from pydatalab.compute.sources import head_of_file, source_file
from pydatalab.errors import LimitExceeded, UnreadableFile


def stored(folder: Path, content: bytes) -> Path:
    blob = folder / "0123abcd"
    blob.write_bytes(content)
    blob.chmod(0o440)
    return blob


def test_a_file_has_its_own_name_for_its_reader(tmp_path: Path):
    source = source_file(stored(tmp_path, b"abc"), "β run (1).xy", tmp_path / "job")
    assert (source.name, source.raw) == ("β run (1).xy", b"abc")
    assert head_of_file(source).start == b"abc"


def test_a_name_cannot_leave_the_folder(tmp_path: Path):
    source = source_file(stored(tmp_path, b"abc"), "../../up.xy", tmp_path / "job")
    assert source.path == tmp_path / "job" / "up.xy"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_packed_file_is_unpacked(tmp_path: Path, pack):
    content = b"0123456789" * 300_000
    source = source_file(stored(tmp_path, pack(content)), "run.xy.gz", tmp_path / "job")
    assert (source.name, source.raw) == ("run.xy", content)


def test_a_file_packed_in_several_pieces_is_unpacked_whole(tmp_path: Path):
    packed = gzip.compress(b"first ") + gzip.compress(b"second")
    assert (
        source_file(stored(tmp_path, packed), "run.xy.gz", tmp_path / "job").raw == b"first second"
    )


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_packed_file_is_said_to_be_one(tmp_path: Path, pack, damage: str):
    packed = bytearray(pack(bytes(n % 251 for n in range(50_000))))
    if damage == "cut":
        del packed[-20:]
    else:
        packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(UnreadableFile, match="damaged, or stops early"):
        source_file(stored(tmp_path, bytes(packed)), "run.xy.gz", tmp_path / "job")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_file_that_grows_without_end_is_stopped(
    tmp_path: Path, pack, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sources, "LARGEST_UNPACKED", 20_000_000)
    packed = pack(bytes(50_000_000))
    with pytest.raises(LimitExceeded, match="larger than a reader may take"):
        source_file(stored(tmp_path, packed), "bomb.xy.gz", tmp_path / "job")
    assert sum(path.stat().st_size for path in (tmp_path / "job").iterdir()) <= 21_000_000


def test_a_gzip_file_of_old_with_a_name_inside_is_unpacked(tmp_path: Path):
    body = zlib.compressobj(wbits=-15)
    raw = body.compress(b"abc") + body.flush()
    head = b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"inside.txt\0"
    tail = zlib.crc32(b"abc").to_bytes(4, "little") + (3).to_bytes(4, "little")
    source = source_file(stored(tmp_path, head + raw + tail), "outside.xy.gz", tmp_path / "job")
    assert (source.name, source.raw) == ("outside.xy", b"abc")
