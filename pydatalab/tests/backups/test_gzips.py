"""Gzip in members that tell how long they are."""

import gzip
import random
from collections.abc import Iterator

import pytest

from pydatalab.backups.gzips import MEMBER, GzipWriter, from_gzip
from pydatalab.errors import Invalid

SIZES = (0, 1, MEMBER - 1, MEMBER, MEMBER + 1, 3 * MEMBER + 7)


def measured(size: int) -> bytes:
    """Bytes that shrink to about half."""
    return random.Random(size).randbytes(size // 2 + 1).hex().encode()[:size]


def packed(data: bytes, at_once: int = 100_000) -> bytes:
    writer = GzipWriter()
    parts = [
        writer.compress(data[start : start + at_once]) for start in range(0, len(data), at_once)
    ]
    return b"".join(parts) + writer.flush()


def in_chunks(data: bytes, size: int = 70_001) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at_once", [65_536, 5 * MEMBER])
def test_what_was_packed_comes_back_here_and_from_other_tools(size: int, at_once: int):
    data = measured(size)
    archive = packed(data, at_once)
    assert b"".join(from_gzip(in_chunks(archive))) == data
    assert not archive or gzip.decompress(archive) == data


def test_bytes_in_which_nothing_repeats_come_back():
    data = random.Random(1).randbytes(2 * MEMBER)
    assert b"".join(from_gzip(in_chunks(packed(data)))) == data


def test_what_other_tools_packed_comes_back():
    data = measured(3 * MEMBER)
    archive = gzip.compress(data[:MEMBER]) + gzip.compress(data[MEMBER:])
    assert b"".join(from_gzip(in_chunks(archive))) == data


@pytest.mark.parametrize("lost", [1, 8, 19, 20, 21, 300_000, MEMBER])
def test_what_is_cut_inside_a_member_is_refused(lost: int):
    archive = packed(measured(3 * MEMBER))
    with pytest.raises(Invalid, match="cut short"):
        list(from_gzip(in_chunks(archive[:-lost])))


@pytest.mark.parametrize("place", [0, 3, 12, 16, 17, 19, 20, 1000, 400_000, -8, -4, -1])
def test_an_altered_byte_never_passes_as_other_content(place: int):
    data = measured(MEMBER)
    archive = bytearray(packed(data))
    archive[place] ^= 0x55
    try:
        content = b"".join(from_gzip(in_chunks(bytes(archive))))
    except Invalid:
        return
    assert content == data  # the byte says nothing of it


def test_a_member_that_would_fill_the_memory_is_refused():
    bomb = gzip.compress(bytes(200 * MEMBER), 9, mtime=0)[10:]
    head = packed(b"x")[:16]
    archive = head + (20 + len(bomb)).to_bytes(4, "little") + bomb
    with pytest.raises(Invalid, match="damaged"):
        list(from_gzip(in_chunks(archive)))
