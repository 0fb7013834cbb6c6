"""Digests of bytes that stream past, taken beside the writing of them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from pydatalab.files.lane import Lane

Chunk = bytes | memoryview
"""Bytes, or a part of them that nobody has copied."""

GULP = 1024 * 1024

ALONE = 4 * 1024 * 1024
"""Up to so many bytes a digest costs less than the thread to take it on."""


class Digests:
    """MD5 and SHA-256 of everything that is handed to ``update``, each on a thread of its own.

    The two would otherwise take longer than writing the bytes. A caller that is faster than the
    slower of them waits.
    """

    def __init__(self) -> None:
        self._digests = (hashlib.md5(usedforsecurity=False), hashlib.sha256())
        self._lanes: tuple[Lane, ...] = ()
        self._size = 0

    def update(self, chunk: Chunk) -> None:
        """Take the next bytes in."""
        self._size += len(chunk)
        if not self._lanes and self._size > ALONE:
            self._lanes = tuple(Lane("digest") for _ in self._digests)
        for lane, digest in zip(self._lanes, self._digests, strict=False):
            lane.add(partial(digest.update, chunk), len(chunk))
        if not self._lanes:
            for digest in self._digests:
                digest.update(chunk)

    def close(self) -> None:
        """Wait for the threads, and let them go."""
        for lane in self._lanes:
            lane.close()

    @property
    def md5(self) -> str:
        """In hexadecimal digits; final after ``close``."""
        return self._digests[0].hexdigest()

    @property
    def sha256(self) -> str:
        """In hexadecimal digits; final after ``close``."""
        return self._digests[1].hexdigest()


def digests_of(path: Path) -> tuple[str, str, int]:
    """SHA-256, MD5 and size of a file, read once."""
    digests, size = Digests(), 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(GULP):
                digests.update(chunk)
                size += len(chunk)
    finally:
        digests.close()
    return digests.sha256, digests.md5, size


def digested(chunks: Iterable[Chunk], update: Callable[[Chunk], object]) -> Iterator[Chunk]:
    """The same chunks, which are handed to a digest as well."""
    for chunk in chunks:
        update(chunk)
        yield chunk
