"""Archives on their way out: compressed, and encrypted to public keys of age."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal, Protocol

from pydatalab.backups.gzips import GzipWriter
from pydatalab.backups.seals import Packing, seal_of
from pydatalab.errors import Invalid

Compression = Literal["none", "gz", "zst"]

ZSTD_LEVEL = 3

MOST_THREADS = 4
"""Threads that compress; each takes some 20 MB."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take them all."""


@contextmanager
def packing(stream: Sink, compression: Compression, recipients: tuple[str, ...]) -> Iterator[Sink]:
    """What compresses and encrypts on the way to ``stream``; all is there at the end of the block.

    Raises:
        Invalid: one of the recipients is no public key of age.
    """
    with _encrypting(stream, recipients) as outer:
        if compression == "none":
            yield outer
            return
        inner = _Compressor(outer, compression)
        yield inner
        inner.finish()


class _Compressor:
    """Compresses what is written to it, and seals the end."""

    def __init__(self, sink: Sink, compression: Packing) -> None:
        from isal import isal_zlib

        self._sink, self._crc, self._crc32 = sink, 0, isal_zlib.crc32
        self.compression = compression
        """How; what is written may tell of it."""
        self._engine: Any
        if compression == "zst":
            from zstandard import ZstdCompressor

            threads = min(MOST_THREADS, os.cpu_count() or 1)
            self._engine = ZstdCompressor(
                ZSTD_LEVEL, threads=threads, write_checksum=True
            ).compressobj()
        else:
            self._engine = GzipWriter()

    def write(self, data: bytes, /) -> None:
        self._pass_on(self._engine.compress(data))

    def finish(self) -> None:
        """Write what is left, and the seal."""
        self._pass_on(self._engine.flush())
        self._sink.write(seal_of(self.compression, self._crc))

    def _pass_on(self, packed: bytes) -> None:
        if packed:
            self._crc = self._crc32(packed, self._crc)
            self._sink.write(packed)


@contextmanager
def _encrypting(stream: Sink, recipients: tuple[str, ...]) -> Iterator[Sink]:
    """The stream itself, or, if there are recipients, what encrypts to them."""
    if not recipients:
        yield stream
        return
    keys = [_public_key(one) for one in recipients]
    out, into = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="age") as thread:
        done = thread.submit(_encrypt, out, stream, keys)
        try:
            yield _Pipe(into, done)
        finally:
            os.close(into)
            error = done.exception()
        if error is not None:
            raise error


class _Pipe:
    """The near end of a pipe to a thread."""

    def __init__(self, handle: int, done: "Future[None]") -> None:
        self._handle, self._done = handle, done

    def write(self, data: bytes, /) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        except BrokenPipeError:
            self._done.result()  # says why the thread has ended
            raise


def _encrypt(handle: int, stream: Sink, keys: list[Any]) -> None:
    import pyrage

    with os.fdopen(handle, "rb") as source:
        pyrage.encrypt_io(source, _Counting(stream), keys)


class _Counting:
    """A stream that says how much it took, whatever the one behind it says."""

    def __init__(self, stream: Sink) -> None:
        self._stream = stream

    def write(self, data: bytes, /) -> int:
        self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """Whoever opened the stream flushes it."""


def _public_key(text: str) -> Any:
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as exc:
        raise Invalid(f"{text!r} is no public key of age; such a key begins with age1.") from exc
