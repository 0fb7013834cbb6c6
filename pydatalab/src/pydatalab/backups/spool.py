"""Lines that are kept on the disk for a while, compressed, in a file without a name."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import orjson
from zstandard import ZstdCompressor, ZstdDecompressor

TOGETHER = 256 * 1024
"""Bytes that are compressed at once."""


class Spool:
    """JSON lines, written once and then read as often as one likes; gone with the process."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (lives on)
        self._engine = ZstdCompressor(level=1).compressobj()
        self._waiting = bytearray()
        self.count = 0
        """Lines so far."""
        self.size = 0
        """Their bytes, complete at the end."""

    def add(self, value: Any) -> None:
        """Write a line."""
        self.add_line(orjson.dumps(value))

    def add_line(self, line: bytes) -> None:
        """Write a line of JSON, given without its end."""
        self._waiting += line
        self._waiting += b"\n"
        self.count += 1
        if len(self._waiting) >= TOGETHER:
            self._pack()

    def end(self) -> None:
        """Nothing more comes."""
        self._pack()
        self._file.write(self._engine.flush())
        self._file.flush()

    def chunks(self) -> Iterator[bytes]:
        """All bytes, from the beginning."""
        self._file.seek(0)
        with ZstdDecompressor().stream_reader(self._file, closefd=False) as plain:
            while chunk := plain.read(TOGETHER):
                yield chunk

    def lines(self) -> Iterator[bytes]:
        """All lines, from the beginning, each without its end."""
        rest = b""
        for chunk in self.chunks():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
        if rest:
            yield rest

    def close(self) -> None:
        """Let go of it, even if the disk has no room for its last bytes."""
        with suppress(OSError):
            self._file.close()

    def _pack(self) -> None:
        self.size += len(self._waiting)
        self._file.write(self._engine.compress(self._waiting))
        self._waiting.clear()
