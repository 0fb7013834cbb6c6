"""What ends a compressed archive: a checksum of its compressed bytes.

Compression leaves room in which a byte may change, or be lost, without changing what is inside, and
nobody would know that the disk is failing. So the checksum of all compressed bytes stands behind
them, where other tools pass over it: in gzip as an empty member with a field of its own, in zstd as
a frame that is to be skipped.

Source
    RFC 1952 (gzip), 2.3.1.1 "Extra field"; RFC 8878 (Zstandard), 3.1.2 "Skippable Frames".
"""

from collections.abc import Iterator
from itertools import chain
from typing import Literal

from pydatalab.errors import Invalid

Packing = Literal["gz", "zst"]

LENGTHS: dict[Packing, int] = {"gz": 30, "zst": 16}
"""Bytes of a seal."""


def seal_of(packing: Packing, crc: int) -> bytes:
    """The end of an archive whose compressed bytes have that CRC-32."""
    said = crc.to_bytes(4, "little")
    if packing == "zst":
        return b"\x5d\x2a\x4d\x18" + (8).to_bytes(4, "little") + b"seal" + said
    head = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff"
    field = b"dl" + (4).to_bytes(2, "little") + said
    empty = b"\x03\x00" + bytes(8)
    return head + len(field).to_bytes(2, "little") + field + empty


def is_seal(found: bytes, packing: Packing) -> bool:
    """Whether bytes are the seal of some archive: all but the checksum is the same in all."""
    said = slice(4 + 4 + 4, 16) if packing == "zst" else slice(16, 20)
    none = seal_of(packing, 0)
    return len(found) == len(none) and found[: said.start] + bytes(4) + found[said.stop :] == none


class Sealed:
    """Compressed bytes on their way in, and whether they ended with their seal."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing
        self._length = LENGTHS[packing]
        self.holds = False
        """Whether the seal was there, and right."""

    def without_seal(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The bytes before the seal; all of them where there is none.

        Raises:
            Invalid: there is one, of other bytes.
        """
        from isal import isal_zlib

        crc, rest = 0, b""
        for chunk in chain(chunks, (b"",)):
            if len(chunk) >= self._length:  # then nothing before it is the seal: no need to copy
                ready, rest = rest, chunk
            else:
                known = rest + chunk
                ready, rest = known[: -self._length], known[-self._length :]
            if ready:
                crc = isal_zlib.crc32(ready, crc)
                yield ready
        expected = seal_of(self.packing, crc)
        self.holds = rest == expected
        if not self.holds and self._is_like(rest, expected):
            raise Invalid("The archive is damaged: it is not what was written.")
        if rest and not self.holds:
            yield rest

    def _is_like(self, found: bytes, expected: bytes) -> bool:
        """Whether bytes are meant as a seal: most of one is the same in all."""
        same = sum(one == other for one, other in zip(found, expected, strict=False))
        return same > self._length // 2
