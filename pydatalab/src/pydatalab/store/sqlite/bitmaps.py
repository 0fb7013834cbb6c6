"""Sets of numbers, cut into chunks of neighbours: an integer for each chunk that has members.

Bit ``n`` of it is set if the ``n``-th number of the chunk is a member. So ``&``, ``|`` and
``bit_count`` of Python are what narrows, widens and counts a listing: on a set among a million they
take some microseconds. In the database a chunk with few members is a list of 16-bit numbers, any
other is its bits, lowest first.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from sys import getsizeof

CHUNK = 16384
"""Numbers of which one chunk tells whether they are members."""

CHUNK_BYTES = CHUNK // 8
FEW = 64
"""Members up to which a chunk is stored as a list."""

MANY_TIMES = 40
"""From which size on, in comparison with the members, a set is quicker made of bits than digits."""

ONE = ord("1")


class Bitmap:
    """A set, by its chunks that have members; what is worked out of it is worked out once."""

    def __init__(self, chunks: dict[int, int]) -> None:
        self._chunks = chunks

    def __and__(self, other: "Bitmap") -> "Bitmap":
        one, two = self._chunks, other._chunks
        both = ((number, one[number] & two[number]) for number in one.keys() & two.keys())
        return Bitmap({number: bits for number, bits in both if bits})

    def __or__(self, other: "Bitmap") -> "Bitmap":
        either = self._chunks.copy()
        for number, bits in other._chunks.items():
            either[number] = either.get(number, 0) | bits
        return Bitmap(either)

    def __bool__(self) -> bool:
        return bool(self._chunks)

    @cached_property
    def n(self) -> int:
        """How many members it has."""
        return sum(bits.bit_count() for bits in self._chunks.values())

    @cached_property
    def raw(self) -> bytes:
        """Its bits, lowest first."""
        chunks = range(max(self._chunks, default=-1) + 1)
        return b"".join(
            self._chunks.get(number, 0).to_bytes(CHUNK_BYTES, "little") for number in chunks
        )

    def __sizeof__(self) -> int:
        return sum(2 * getsizeof(bits) + 100 for bits in self._chunks.values())  # with ``raw``

    def members(self) -> list[int]:
        """Its members, ascending."""
        found = []
        for number in sorted(self._chunks):
            base = number * CHUNK
            found += [base + member for member in members(self._chunks[number])]
        return found


def bitmap(members: Sequence[int]) -> Bitmap:
    """The set that has these members."""
    raw = _bits(members)
    starts = range(0, len(raw), CHUNK_BYTES)
    chunks = (int.from_bytes(raw[start : start + CHUNK_BYTES], "little") for start in starts)
    return Bitmap({number: bits for number, bits in enumerate(chunks) if bits})


def chosen(ids: Iterable[int], raw: bytes) -> Iterator[int]:
    """Those numbers, in their order, that are members of a set, given as its bits."""
    end = len(raw) * 8
    return (id_ for id_ in ids if id_ < end and raw[id_ >> 3] >> (id_ & 7) & 1)


def union(chunks: list[tuple[int, bytes]]) -> Bitmap:
    """The members of stored chunks, which come with their numbers, of one set or several."""
    lists: defaultdict[int, bytearray] = defaultdict(bytearray)
    united: defaultdict[int, int] = defaultdict(int)
    for number, stored in chunks:
        if len(stored) < CHUNK_BYTES:
            lists[number] += stored
        else:
            united[number] |= int.from_bytes(stored, "little")
    for number, listed in lists.items():
        united[number] |= chunk(array("H", listed))
    return Bitmap(united)


def chunk(members: Sequence[int]) -> int:
    """A chunk that has these members, counted from its beginning."""
    return int.from_bytes(_bits(members), "little")


def members(chunk: int) -> list[int]:
    """The members of a chunk, ascending, counted from its beginning."""
    found = []
    while chunk:
        highest = chunk.bit_length() - 1
        found.append(highest)
        chunk ^= 1 << highest
    return found[::-1]


def packed(chunk: int) -> bytes:
    """A chunk as it is stored."""
    if chunk.bit_count() <= FEW:
        return array("H", members(chunk)).tobytes()
    return chunk.to_bytes(CHUNK_BYTES, "little")


def unpacked(stored: bytes) -> int:
    """A stored chunk."""
    if len(stored) == CHUNK_BYTES:
        return int.from_bytes(stored, "little")
    return chunk(array("H", stored))


def _bits(members: Sequence[int]) -> bytes | bytearray:
    """The bits of the set that has these members, lowest first."""
    top = max(members, default=-1) + 1
    if top > MANY_TIMES * len(members):
        raw = bytearray(top // 8 + 1)
        for member in members:
            raw[member >> 3] |= 1 << (member & 7)
        return raw
    digits = bytearray(b"0") * top
    for member in members:
        digits[~member] = ONE
    return int(digits or b"0", 2).to_bytes(top // 8 + 1, "little")
