"""A tar as our archives are: files alone, under names that are known beforehand.

Layout
    Headers are those of GNU tar, with the names and sizes of files, and nothing else that differs
    from file to file. What reads a tape accepts just what wrote it, byte by byte.
Source
    https://www.gnu.org/software/tar/manual/html_node/Standard.html
"""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pydatalab.backups.manifest import Part
from pydatalab.backups.packing import Sink
from pydatalab.backups.reader import GULP, Reader
from pydatalab.errors import Invalid
from pydatalab.files.digests import Chunk

BLOCK = 512
RECORD = 20 * BLOCK
"""A tape's length is a multiple of this."""

ZEROS = bytes(GULP)

PACK_PLAINLY = (
    "Such an archive is taken as a plain .tar file on this machine: `tar -xf` it into an empty"
    " folder, `tar -cf new.tar -C folder .`, and name new.tar."
)
"""What to do with an archive that another tool packed, and that cannot be sought in."""

LONGEST_NAME = 99
"""Bytes of a name."""

_NAME, _SIZE, _TIME, _CHECKSUM = slice(0, 100), slice(124, 136), slice(136, 148), slice(148, 156)
"""Where these stand in a header."""

AT_ONCE = 64 * 1024
"""A chunk up to this size goes out together with the header before it."""


class TapeWriter:
    """Writes files behind one another."""

    def __init__(self, sink: Sink, written_at: int) -> None:
        self._sink = sink
        self._written_at = written_at
        self._length = 0
        self.parts: dict[str, Part] = {}
        """What was written so far."""

    def add(self, name: str, size: int, chunks: Iterable[bytes]) -> Part:
        """Write a file of that size. Chunks that are more are cut, those that are fewer filled up."""
        digest, left, waiting = hashlib.sha256(), size, self._header(name, size)
        for chunk in _just(chunks, size):
            digest.update(chunk)
            left -= len(chunk)
            if len(chunk) <= AT_ONCE:
                waiting += chunk
            else:
                self._write(waiting)
                self._write(chunk)
                waiting = b""
            if len(waiting) > AT_ONCE:
                self._write(waiting)
                waiting = b""
        self._write(waiting + bytes(-size % BLOCK))
        part = Part(size, digest.hexdigest())
        self.parts[name] = part
        return part

    def end(self) -> None:
        """Write what says that the tape is whole."""
        self._write(bytes(2 * BLOCK))
        self._write(bytes(-self._length % RECORD))

    def _header(self, name: str, size: int) -> bytes:
        return _header(name, size, self._written_at)

    def _write(self, data: bytes) -> None:
        if data:
            self._length += len(data)
            self._sink.write(data)


@dataclass(frozen=True)
class Member:
    """One file of a tape that is being read."""

    name: str
    size: int
    chunks: Iterator[Chunk]
    """Its bytes; what is not taken is passed over."""


def members(reader: Reader) -> Iterator[Member]:
    """The files of a tape, to its end; each must be looked at before the next.

    Raises:
        Invalid: the tape is cut short, damaged, or holds what ``TapeWriter`` does not write.
    """
    while any(block := _exactly(reader, BLOCK)):
        name, size = _read_header(block)
        chunks = _content(reader, size)
        yield Member(name, size, chunks)
        for _ in chunks:
            pass
        if any(_exactly(reader, -size % BLOCK)):
            raise Invalid(f"The archive is damaged behind {name}.")
    _refuse_more(reader)


def _just(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The chunks, such that they are ``size`` bytes together."""
    left = size
    for chunk in chunks:
        yield chunk[:left]
        left -= len(chunk[:left])
        if not left:
            return
    while left:
        yield ZEROS[:left]
        left -= len(ZEROS[:left])


def _header(name: str, size: int, written_at: int) -> bytes:
    """The header of a file, as ``tarfile`` writes it, but in a tenth of the time."""
    raw = name.encode()
    if not 0 < len(raw) <= LONGEST_NAME:
        raise Invalid(f"{name!r} is too long, or empty, for a part of an archive.")
    head = bytearray(_template(written_at))
    head[_NAME] = raw.ljust(_NAME.stop, b"\0")
    head[_SIZE] = b"%011o\0" % size if size < 8**11 else b"\x80" + size.to_bytes(11, "big")
    head[_CHECKSUM] = b" " * 8
    head[_CHECKSUM] = b"%06o\0 " % sum(head)
    return bytes(head)


@lru_cache(maxsize=8)
def _template(written_at: int) -> bytes:
    """What is the same in all headers of a tape."""
    info = tarfile.TarInfo()
    info.mtime, info.mode = written_at, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def is_ours(block: bytes) -> bool:
    """Whether a header is one that ``TapeWriter`` writes."""
    try:
        _read_header(block)
    except Invalid:
        return False
    return True


def _read_header(block: bytes) -> tuple[str, int]:
    try:
        name = block[_NAME].rstrip(b"\0").decode()
        stored = block[_SIZE]
        size = int.from_bytes(stored[1:], "big") if stored[0] == 0x80 else int(stored[:11], 8)
        same = _header(name, size, int(block[_TIME][:11], 8)) == block
    except ValueError as exc:
        raise Invalid("The archive is damaged: a header in it cannot be read.") from exc
    if not same:
        raise Invalid(
            f"The archive holds {name!r} in a way that datalab does not write. If another tool"
            f" packed it: {PACK_PLAINLY[0].lower()}{PACK_PLAINLY[1:]}"
        )
    return name, size


def _content(reader: Reader, size: int) -> Iterator[Chunk]:
    while size:
        chunk = reader.some(min(size, GULP))
        if not chunk:
            raise _cut_short()
        size -= len(chunk)
        yield chunk


def _exactly(reader: Reader, size: int) -> bytes:
    found = reader.read(size)
    if len(found) < size:
        raise _cut_short()
    return found


def _refuse_more(reader: Reader) -> None:
    """Go on only if a tape ends as it should: with zeros that fill its last record."""
    if any(_exactly(reader, BLOCK)):
        raise Invalid("The archive is damaged at its end.")
    left = reader.read(RECORD)
    if any(left) or reader.some(1):
        raise Invalid("The archive is damaged: something follows its end.")
    if reader.position % RECORD:
        raise _cut_short()


def _cut_short() -> Invalid:
    return Invalid("The archive is cut short.")
