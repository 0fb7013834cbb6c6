"""The head of a file: its name, its start and its zip directory, whatever it is packed in."""

import bz2
import gzip
import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import IO

from pydatalab.techniques.registry import FileHead

START = 64 * 1024
"""Bytes of a file that recognition looks at."""

PACKED_START = 1024 * 1024
"""Compressed bytes that are enough for ``START``: bzip2 packs 900 kB at a time."""

LARGEST_PACKED = 8 * 1024 * 1024
"""Bytes up to which an archive that is packed once more is unpacked for its directory, which stands
at its end: bzip2 takes a second for so many."""

LARGEST_DIRECTORY = 4 * 1024 * 1024
"""Bytes of a zip directory; of a larger one the beginning is looked at."""

_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_LOCATOR_64 = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_UTF8 = 0x800
_IN_64 = 0xFFFFFFFF
"""What stands for a number that is too large: see the record ``PK 6 6``."""


def packing(start: bytes) -> str | None:
    """How a file is compressed, by its first bytes: ``.gz``, ``.bz2``, or not at all."""
    if start.startswith(b"\x1f\x8b\x08"):
        return ".gz"
    if re.match(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)", start):
        return ".bz2"
    return None


def plain_name(name: str) -> str:
    """A file's name less ``.gz`` or ``.bz2``."""
    return re.sub(r"(?i)(?<=.)\.(?:gz|bz2)$", "", name)


def head_of(stream: IO[bytes], name: str) -> FileHead:
    """What recognition needs of a file.

    Args:
        stream: the file, at its start; can be searched.
        name: as uploaded.
    """
    start = stream.read(START)
    packed = packing(start)
    if packed:
        start = _unpacked(start + stream.read(PACKED_START), packed)
    members: tuple[str, ...] = ()
    if start.startswith(b"PK"):
        archive = _whole(stream, packed) if packed else stream
        members = tuple(_members(archive)) if archive else ()
    return FileHead(name=plain_name(name), start=start, members=members)


def _unpacked(raw: bytes, packed: str) -> bytes:
    """The start of what was compressed; nothing where it is damaged."""
    try:
        if packed == ".gz":
            return zlib.decompressobj(wbits=31).decompress(raw, START)
        return bz2.BZ2Decompressor().decompress(raw, START)
    except (zlib.error, OSError, EOFError):
        return b""


def _whole(stream: IO[bytes], packed: str) -> IO[bytes] | None:
    """An archive that was packed once more; ``None`` where it is large or damaged."""
    stream.seek(0)
    opened = gzip.open if packed == ".gz" else bz2.open
    try:
        with opened(stream) as unpacked:
            raw = unpacked.read(LARGEST_PACKED + 1)
    except (zlib.error, OSError, EOFError):
        return None
    return io.BytesIO(raw) if len(raw) <= LARGEST_PACKED else None


def _members(stream: IO[bytes]) -> Iterator[str]:
    """Names in a zip archive's directory, read without trust in its numbers.

    Layout
        The directory's place stands in a record at the end (``PK 5 6``; before it, in large
        archives, ``PK 6 6`` with a locator ``PK 6 7``); an entry is 46 bytes (``PK 1 2``), then
        its name, extra field and comment.
    Source
        PKWARE, APPNOTE.TXT, .ZIP File Format Specification 6.3.10, sections 4.3.12 to 4.3.16.
    """
    directory = _directory(stream)
    place = 0
    while place + _ENTRY.size <= len(directory):
        entry = _ENTRY.unpack_from(directory, place)
        if entry[0] != b"PK\x01\x02":
            return
        flags, lengths = entry[3], entry[10:13]
        place += _ENTRY.size
        raw = directory[place : place + lengths[0]]
        yield raw.decode("utf-8" if flags & _UTF8 else "cp437", errors="replace")
        place += sum(lengths)


def _directory(stream: IO[bytes]) -> bytes:
    """The bytes of a zip archive's directory, as many as are looked at."""
    size = stream.seek(0, 2)
    tail_start = max(size - START - _END_OF_DIRECTORY.size, 0)
    stream.seek(tail_start)
    tail = stream.read()
    end = _end_record(tail)
    if end < 0:
        return b""
    length, start = _END_OF_DIRECTORY.unpack_from(tail, end)[5:7]
    if length == _IN_64 or start == _IN_64:
        end_64, length = _end_64(stream, tail[:end])
    else:
        end_64 = tail_start + end
    stream.seek(max(end_64 - length, 0))
    return stream.read(min(length, LARGEST_DIRECTORY))


def _end_record(tail: bytes) -> int:
    """Where the last record of an archive starts, -1 if nowhere; its comment may look like another."""
    end = len(tail)
    while (end := tail.rfind(b"PK\x05\x06", 0, end)) >= 0:
        whole = end + _END_OF_DIRECTORY.size
        if whole <= len(tail) and whole + _END_OF_DIRECTORY.unpack_from(tail, end)[7] == len(tail):
            return end
    return end


def _end_64(stream: IO[bytes], tail: bytes) -> tuple[int, int]:
    """Where the directory of an archive beyond 4 GB ends, and its length."""
    locator = tail[-_LOCATOR_64.size :]
    if len(locator) < _LOCATOR_64.size or not locator.startswith(b"PK\x06\x07"):
        return 0, 0
    end = min(_LOCATOR_64.unpack(locator)[2], 2**62)
    stream.seek(end)
    record = stream.read(_END_64.size)
    if len(record) < _END_64.size or not record.startswith(b"PK\x06\x06"):
        return 0, 0
    return end, _END_64.unpack(record)[8]
