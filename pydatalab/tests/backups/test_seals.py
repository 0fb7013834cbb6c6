"""What ends a compressed archive."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydatalab.backups.seals import LENGTHS, Packing, Sealed, seal_of
from pydatalab.errors import Invalid

PACKINGS: tuple[Packing, ...] = ("gz", "zst")


def cut(content: bytes, sizes: list[int]) -> list[bytes]:
    """The content in chunks of these sizes, and the rest in one."""
    chunks, start = [], 0
    for size in sizes:
        chunks.append(content[start : start + size])
        start += size
    return [chunk for chunk in (*chunks, content[start:]) if chunk]


@given(st.sampled_from(PACKINGS), st.binary(max_size=200), st.lists(st.integers(1, 60)))
def test_what_stands_before_a_seal_comes_whole_in_whatever_chunks(
    packing: Packing, content: bytes, sizes: list[int]
):
    whole = content + seal_of(packing, zlib.crc32(content))
    sealed = Sealed(packing)
    assert b"".join(sealed.without_seal(iter(cut(whole, sizes)))) == content
    assert sealed.holds


@given(st.sampled_from(PACKINGS), st.binary(max_size=200), st.lists(st.integers(1, 60)))
def test_without_a_seal_all_bytes_come(packing: Packing, content: bytes, sizes: list[int]):
    sealed = Sealed(packing)
    assert b"".join(sealed.without_seal(iter(cut(content, sizes)))) == content
    assert not sealed.holds


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("size", [1, 7, 30, 64, 1000])
def test_bytes_that_changed_break_the_seal_in_whatever_chunks(packing: Packing, size: int):
    content = bytes(range(256))
    whole = bytearray(content + seal_of(packing, zlib.crc32(content)))
    whole[17] ^= 1
    with pytest.raises(Invalid, match="not what was written"):
        list(Sealed(packing).without_seal(iter(cut(bytes(whole), [size] * 400))))
    assert LENGTHS[packing] == len(whole) - len(content)
