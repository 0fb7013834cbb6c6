"""Sets of numbers as one long integer each: bit ``n`` is set if ``n`` is a member.

So ``&``, ``|`` and ``bit_count`` of Python are what narrows, widens and counts a listing: on a set
among a million they take some microseconds. In the database a set is cut into chunks; one with few
members is a list of 16-bit numbers there, any other is its bits, lowest first.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import compress

CHUNK = 16384
"""Numbers of which one stored chunk tells whether they are members."""

CHUNK_BYTES = CHUNK // 8
FEW = 64
"""Members up to which a chunk is stored as a list."""

MANY_TIMES = 40
"""From which size on, in comparison with the members, a set is quicker made of bits than digits."""

WORD = 64
"""Bits that are looked at together."""

ONE = ord("1")


def bitmap(members: Iterable[int]) -> int:
    """The set that has these members."""
    known = list(members)
    top = max(known, default=-1) + 1
    if top > MANY_TIMES * len(known):
        raw = bytearray(top // 8 + 1)
        for member in known:
            raw[member >> 3] |= 1 << (member & 7)
        return int.from_bytes(raw, "little")
    digits = bytearray(b"0") * top
    for member in known:
        digits[~member] = ONE
    return int(digits or b"0", 2)


def members(bits: int) -> list[int]:
    """The members of a set, ascending."""
    size = (bits.bit_length() + WORD - 1) // WORD
    words = memoryview(bits.to_bytes(size * WORD // 8, "little")).cast("Q")
    found = []
    for at in compress(range(size), words):
        word, base = words[at], at * WORD - 1
        while word:
            lowest = word & -word
            found.append(base + lowest.bit_length())
            word ^= lowest
    return found


def as_bytes(bits: int) -> bytes:
    """A set as its bits, lowest first."""
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def chosen(ids: Iterable[int], raw: bytes) -> Iterator[int]:
    """Those numbers, in their order, that are members of a set, given as its bits."""
    end = len(raw) * 8
    return (id_ for id_ in ids if id_ < end and raw[id_ >> 3] >> (id_ & 7) & 1)


def packed(bits: int) -> bytes:
    """A chunk as it is stored."""
    if bits.bit_count() <= FEW:
        return array("H", members(bits)).tobytes()
    return bits.to_bytes(CHUNK_BYTES, "little")


def unpacked(stored: bytes) -> int:
    """A stored chunk as a set."""
    if len(stored) == CHUNK_BYTES:
        return int.from_bytes(stored, "little")
    return bitmap(array("H", stored))


def union(chunks: list[tuple[int, bytes]]) -> int:
    """The members of stored chunks, which come with their numbers, of one set or several."""
    lists: defaultdict[int, bytearray] = defaultdict(bytearray)
    united: defaultdict[int, int] = defaultdict(int)
    for number, stored in chunks:
        if len(stored) < CHUNK_BYTES:
            lists[number] += stored
        else:
            united[number] |= int.from_bytes(stored, "little")
    for number, listed in lists.items():
        united[number] |= bitmap(array("H", listed))

    raw = bytearray(CHUNK_BYTES * (1 + max(united, default=-1)))
    for number, bits in united.items():
        start = number * CHUNK_BYTES
        raw[start : start + CHUNK_BYTES] = bits.to_bytes(CHUNK_BYTES, "little")
    return int.from_bytes(raw, "little")
