"""Archives on their way in: decrypted and decompressed, whatever they are, without being trusted."""

import os
from bz2 import BZ2Decompressor
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from lzma import LZMADecompressor, LZMAError
from queue import Full, Queue
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, BinaryIO

from pydatalab.backups.gzips import from_gzip
from pydatalab.backups.reader import GULP, Reader, Source, gulps, gulps_once, length_of
from pydatalab.backups.seals import Sealed
from pydatalab.errors import Invalid

AHEAD = 8
"""Chunks that wait to be taken."""

NO_MATCH = "No matching keys"
"""How age says that an archive is encrypted to others."""

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
MOST_MEMORY = 256 * 1024 * 1024
"""Bytes that undoing xz may take: its strongest packing needs a quarter of that."""

OTHERS: dict[bytes, Callable[[], Any]] = {
    b"BZh": BZ2Decompressor,
    b"\xfd7zXZ\0": partial(LZMADecompressor, memlimit=MOST_MEMORY),
}
"""How bzip2 and xz begin, and what undoes them; nothing of ours is packed so."""

AGE = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")

NO_KEY_OF_AGE = (
    "The file that was named holds no secret key of age; such a key begins with AGE-SECRET-KEY-1."
)


class NoKey(Invalid):
    """An archive is encrypted, and no key is here that opens it: it may well be whole."""


@contextmanager
def unpacked(stream: BinaryIO, identity: str | None, size: int | None = None) -> Iterator[Reader]:
    """What an archive holds, read once from its beginning; the block may end before that does.

    ``size`` is that of the stream, where it cannot tell that itself.

    Reading raises ``Invalid`` where the archive is cut short, damaged, or encrypted to others.
    """
    source = Source(length_of(stream) or size)
    head, chunks = _peeked(source.counted(gulps_once(stream)))
    if not head.startswith(AGE):
        with _decompressed(head, chunks) as reader:
            reader.source = source
            yield reader
        return
    with _decrypted(chunks, identity) as plain, _decompressed(*_peeked(plain)) as reader:
        reader.source = source
        yield reader


def _peeked(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """How the bytes begin, and all of them."""
    taken, head = [], b""
    while len(head) < 64 and (chunk := next(chunks, None)) is not None:
        taken.append(chunk)
        head += chunk[:64]
    return head, chain(taken, chunks)


@contextmanager
def _decompressed(head: bytes, chunks: Iterator[bytes]) -> Iterator[Reader]:
    sealed: Sealed | None = None
    if head.startswith(ZSTD):
        sealed = Sealed("zst")
        chunks = _from_zstd(sealed.without_seal(chunks))
    elif head.startswith(GZIP):
        sealed = Sealed("gz")
        chunks = from_gzip(sealed.without_seal(chunks))
    for magic, begin in OTHERS.items():
        if head.startswith(magic):
            chunks = _from_other(chunks, begin)
    with ahead(chunks) as read_ahead:
        yield Reader(read_ahead, sealed)


def _from_zstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of one or several frames. Where the last is cut, what is inside, or the seal, tells."""
    from zstandard import ZstdDecompressor, ZstdError

    source: Any = SimpleNamespace(read=Reader(chunks).some)
    with ZstdDecompressor().stream_reader(source, GULP, read_across_frames=True) as plain:
        try:
            yield from gulps(plain)
        except ZstdError as exc:
            raise Invalid("The archive is broken: its zstd compression is damaged.") from exc


def _from_other(chunks: Iterator[bytes], begin: Callable[[], Any]) -> Iterator[bytes]:
    """The content of one or several streams of bzip2 or xz, to the end of the last."""
    stream, whole = begin(), True
    for chunk in chunks:
        rest = chunk
        while rest or not (whole or stream.needs_input):
            try:
                content = stream.decompress(rest, GULP)
            except (OSError, LZMAError) as exc:
                raise Invalid("The archive is broken: its compression is damaged.") from exc
            if content:
                yield content
            rest, whole = b"", stream.eof
            if whole:
                rest, stream = stream.unused_data.lstrip(b"\0"), begin()
    if not whole:
        raise Invalid("The archive is cut short: its compression does not end.")


@contextmanager
def _decrypted(chunks: Iterator[bytes], identity: str | None) -> Iterator[Iterator[bytes]]:
    keys = _secret_keys(identity)
    out, into = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="age") as thread:
        done = thread.submit(_decrypt, Reader(chunks), into, keys)
        with os.fdopen(out, "rb", GULP) as plain:
            yield _to_the_end(plain, done)


def _to_the_end(plain: BinaryIO, done: "Future[None]") -> Iterator[bytes]:
    """What comes out of a thread, and then what went wrong in it."""
    yield from gulps(plain)
    done.result()


def _decrypt(source: Reader, handle: int, keys: list[Any]) -> None:
    import pyrage

    with suppress(BrokenPipeError), os.fdopen(handle, "wb", GULP) as plain:
        try:
            pyrage.decrypt_io(source, plain, keys)
        except pyrage.DecryptError as exc:
            raise _not_decrypted(exc) from exc
        except OSError as exc:
            if exc.errno is not None:
                raise
            raise Invalid("The archive is broken: it cannot be decrypted to its end.") from exc


def _not_decrypted(error: Exception) -> Invalid:
    """Why an archive was not decrypted: it is of other keys, or broken."""
    if NO_MATCH in str(error):
        return NoKey(
            "The archive is encrypted to another key than this one. Say by --identity, or by"
            " BACKUP_IDENTITY_FILE, which file holds its secret key."
        )
    return Invalid(f"The archive cannot be decrypted with this key: {error}.")


def _secret_keys(identity: str | None) -> list[Any]:
    """The keys in the text of a file as ``age-keygen`` writes it.

    Raises:
        NoKey: there is none in it.
    """
    import pyrage

    lines = [line.strip() for line in (identity or "").splitlines()]
    try:
        keys = [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line.upper().startswith("AGE-SECRET-KEY-")
        ]
    except pyrage.IdentityError as exc:
        raise NoKey(NO_KEY_OF_AGE) from exc
    if identity and not keys:
        raise NoKey(NO_KEY_OF_AGE)
    if not keys:
        raise NoKey(
            "The archive is encrypted. Say by --identity, or by BACKUP_IDENTITY_FILE, which file holds"
            " the secret key."
        )
    return keys


@contextmanager
def ahead(chunks: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """The same chunks, made by a thread of their own before they are asked for."""
    waiting: Queue[bytes | BaseException | None] = Queue(AHEAD)
    enough = Event()
    thread = Thread(target=_fill, args=(waiting, chunks, enough), name="unpacking", daemon=True)
    thread.start()
    try:
        yield _taken(waiting)
    finally:
        enough.set()
        thread.join()


def _fill(
    waiting: "Queue[bytes | BaseException | None]", chunks: Iterator[bytes], enough: Event
) -> None:
    last: BaseException | None = None
    try:
        for chunk in chunks:
            if not _put(waiting, chunk, enough):
                return
    except BaseException as error:  # handed over to whoever reads
        last = error
    _put(waiting, last, enough)


def _put(
    waiting: "Queue[bytes | BaseException | None]", one: bytes | BaseException | None, enough: Event
) -> bool:
    """Hand one over; whether anybody still wants it."""
    while not enough.is_set():
        with suppress(Full):
            waiting.put(one, timeout=0.1)
            return True
    return False


def _taken(waiting: "Queue[bytes | BaseException | None]") -> Iterator[bytes]:
    while isinstance(one := waiting.get(), bytes):
        yield one
    if one is not None:
        raise one
