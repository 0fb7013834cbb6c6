"""Gzip in members that tell how long they are, so that several can be decompressed side by side.

For other tools it is plain gzip. What other tools packed is decompressed as it comes.

Source
    RFC 1952, 2.2 "File format" (members) and 2.3.1.1 "Extra field".
"""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from pydatalab.backups.reader import GULP, Reader
from pydatalab.errors import Invalid

LEVEL = 2
"""Of isal: as small as level 6 elsewhere within a few percent, in a tenth of the time."""

MEMBER = GULP
"""Bytes in a member, before they are compressed."""

MOST_THREADS = 4

_HEAD = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff" + b"\x08\x00" + b"dm" + b"\x04\x00"
"""How a member begins: with one extra field, whose four bytes follow, its length in bytes."""

_HEAD_LENGTH = len(_HEAD) + 4

_DAMAGED = "The archive is broken: its gzip compression is damaged."
_CUT = "The archive is cut short: its gzip compression does not end."


class GzipWriter:
    """Compresses bytes to members."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._waits = 0

    def compress(self, data: bytes) -> bytes:
        """Take more; what is ready by now."""
        self._waiting.append(data)
        self._waits += len(data)
        return self.flush() if self._waits >= MEMBER else b""

    def flush(self) -> bytes:
        """What is left."""
        data, self._waiting, self._waits = b"".join(self._waiting), [], 0
        return b"".join(
            _member(data[start : start + MEMBER]) for start in range(0, len(data), MEMBER)
        )


def _member(data: bytes) -> bytes:
    from isal import igzip_lib

    packed: bytes = igzip_lib.compress(data, LEVEL, igzip_lib.COMP_GZIP_NO_HDR)
    return _HEAD + (_HEAD_LENGTH + len(packed)).to_bytes(4, "little") + packed


def from_gzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of one or several members, whoever wrote them, to the end of the last.

    Raises:
        Invalid: they are damaged, or cut short.
    """
    reader = Reader(chunks)
    if reader.begins_with(_HEAD):
        yield from _side_by_side(_members(reader))
    else:
        yield from _one_by_one(iter(lambda: bytes(reader.some(GULP)), b""))


def _members(reader: Reader) -> Iterator[bytes]:
    while head := reader.read(_HEAD_LENGTH):
        length = int.from_bytes(head[len(_HEAD) :], "little") - _HEAD_LENGTH
        if len(head) < _HEAD_LENGTH:
            raise Invalid(_CUT)
        if not head.startswith(_HEAD) or not 0 < length < 2 * MEMBER:
            raise Invalid(_DAMAGED)
        packed = reader.read(length)
        if len(packed) < length:
            raise Invalid(_CUT)
        yield packed


def _side_by_side(members: Iterator[bytes]) -> Iterator[bytes]:
    n_threads = min(MOST_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(n_threads, thread_name_prefix="gzip") as threads:
        begun: deque[Future[bytes]] = deque()
        for member in members:
            begun.append(threads.submit(_content, member))
            if len(begun) > n_threads:
                yield begun.popleft().result()
        for one in begun:
            yield one.result()


def _content(member: bytes) -> bytes:
    """What is in a member without its head."""
    from isal import igzip_lib

    damaged: Any = igzip_lib.error
    engine = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP_NO_HDR_VER)
    try:
        content: bytes = engine.decompress(member, MEMBER + 1)
    except damaged as exc:
        raise Invalid(_DAMAGED) from exc
    if not engine.eof or engine.unused_data:
        raise Invalid(_DAMAGED)
    return content


def _one_by_one(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of one or several members, to the end of the last."""
    from isal import isal_zlib

    damaged: Any = isal_zlib.error
    member, whole = isal_zlib.decompressobj(wbits=31), True
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if content := member.decompress(rest, GULP):
                    yield content
                whole = member.eof
                rest = member.unused_data if whole else member.unconsumed_tail
                if whole:
                    member = isal_zlib.decompressobj(wbits=31)
        while not whole and (content := member.decompress(b"", GULP)):
            yield content
            whole = member.eof
    except damaged as exc:
        raise Invalid(_DAMAGED) from exc
    if not whole:
        raise Invalid(_CUT)
