"""Blobs below a prefix of an S3 bucket, which several machines may share.

Layout
    ``blobs/ab/cdef…`` as in a folder; ``leaving/<sha256>``, empty, while somebody removes that blob.

What comes is on this machine's disk until its hash is known: then it is sent under its name, where it
appears when it is whole, and bytes that are there already are not sent again.
"""

import io
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from pydatalab.errors import NotFound, Unavailable
from pydatalab.files.destinations import Stored
from pydatalab.files.nearby import Nearby
from pydatalab.files.s3 import S3Folder
from pydatalab.files.shelves import BLOBS, COPIED, KNOWN, StoredBlob, key_of, missing_blob

PATIENCE = 15
"""Seconds that a server which is away is asked again, while somebody waits for the answer."""

LATELY = 12 * 3600
"""Seconds: what came so lately is not old for anybody, since a day of grace is the least."""

REMOVED_WITHIN = 60.0
"""Seconds after which whoever was removing a blob is taken to be dead."""

LOOKED_EVERY = 0.2

LANES = 4
"""Blobs that are sent at the same time."""

FIRST = 256 * 1024
MOST = 8 * 1024 * 1024
"""Bytes that are asked for at once: few at first, more while somebody reads on."""


class S3Shelf:
    """Blobs in S3, and copies of some on this machine."""

    def __init__(self, url: str, nearby: Nearby) -> None:
        """Know the place; nothing is asked yet.

        Args:
            url: ``s3://bucket/prefix``.
            nearby: keeps copies for those who need a path.
        """
        self._bucket = S3Folder(url, patience=PATIENCE)
        self._nearby = nearby

    def place(self, part: Path, sha256: str) -> None:
        found = self._look(key_of(sha256))
        if found is None or found.size != part.stat().st_size or not _came_lately(found):
            self._send(part, sha256)
        part.unlink()

    def place_all(self, folder: Path) -> None:
        with ThreadPoolExecutor(LANES, thread_name_prefix="shelf") as lanes:
            parts = folder.glob(f"{BLOBS}/*/*")
            for sent in [
                lanes.submit(self._send, one, one.parent.name + one.name) for one in parts
            ]:
                sent.result()

    def adopt(self, path: Path, sha256: str) -> str:
        if self.exists(sha256):
            return KNOWN
        self._send(path, sha256)
        return COPIED

    def open(self, sha256: str) -> IO[bytes]:
        reader = _Reader(self._bucket, key_of(sha256), self.size(sha256))
        return io.BufferedReader(reader, FIRST)

    def size(self, sha256: str) -> int:
        return self._known(sha256).size

    def exists(self, sha256: str) -> bool:
        return self._look(key_of(sha256)) is not None

    def renew(self, sha256: str) -> bool:
        return _came_lately(self._known(sha256))

    def remove(self, sha256: str) -> None:
        self._bucket.remove(key_of(sha256))

    def remove_old(self, sha256: str, before: float) -> bool:
        if not self._is_older(sha256, before):
            return False
        self._bucket.put(_leaving(sha256), b"")
        try:
            is_old = self._is_older(sha256, before)
            if is_old:
                self.remove(sha256)
            return is_old
        finally:
            self._bucket.remove(_leaving(sha256))

    def all(self) -> Iterator[StoredBlob]:
        for found in self._bucket.find(BLOBS, deep=True):
            sha256 = "".join(found.name.split("/")[-2:])
            if re.fullmatch("[0-9a-f]{64}", sha256):
                yield StoredBlob(sha256, found.size, found.written_at)

    def local_path(self, sha256: str) -> Path | None:
        self.size(sha256)
        return None

    def as_path(self, sha256: str) -> AbstractContextManager[Path]:
        size = self.size(sha256)

        def fetch(path: Path) -> None:
            self._fetch(sha256, size, path)

        return self._nearby.copy(sha256, size, fetch)

    def _fetch(self, sha256: str, size: int, path: Path) -> None:
        """Write a blob to a new file of this machine."""
        reader = _Reader(self._bucket, key_of(sha256), size)
        try:
            with path.open("xb") as out:
                while piece := reader.ahead():
                    out.write(piece)
                    reader.seek(len(piece), io.SEEK_CUR)
        except OSError as exc:
            raise Unavailable(
                f"This machine cannot keep a copy of the file: {exc.strerror}."
                " Tell the lab's data manager."
            ) from exc
        path.chmod(0o440)

    def _send(self, path: Path, sha256: str) -> None:
        """Send a file, and once more should somebody have removed it as old meanwhile.

        Whoever removes says so first (``leaving/``), and then looks how old the blob is. So once we
        have sent it, nobody who begins removes it; we wait for those who began before.
        """
        until = time.monotonic() + REMOVED_WITHIN
        while time.monotonic() < until:
            self._bucket.put(key_of(sha256), path)
            while self._look(_leaving(sha256)) and time.monotonic() < until:
                time.sleep(LOOKED_EVERY)
            if self.exists(sha256):
                return
        raise Unavailable("The file store removes what it is sent. Tell the lab's data manager.")

    def _is_older(self, sha256: str, before: float) -> bool:
        found = self._look(key_of(sha256))
        return found is not None and found.written_at < before

    def _known(self, sha256: str) -> Stored:
        """What is known of a blob.

        Raises:
            NotFound: it is not there.
        """
        found = self._look(key_of(sha256))
        if found is None:
            raise missing_blob(sha256)
        return found

    def _look(self, name: str) -> Stored | None:
        """What is known of an object, if it is there."""
        try:
            return self._bucket.get(name)
        except NotFound:
            return None


class _Reader(io.RawIOBase):
    """An object, read from wherever somebody looks."""

    def __init__(self, bucket: S3Folder, name: str, size: int) -> None:
        self._bucket, self._name, self._size = bucket, name, size
        self._at = 0
        self._piece, self._piece_at, self._most = memoryview(b""), 0, FIRST

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(begin + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        ahead = self.ahead()
        taken = min(len(buffer), len(ahead))
        buffer[:taken] = ahead[:taken]
        self._at += taken
        return taken

    def ahead(self) -> memoryview:
        """Some of the bytes from here on; none at the end."""
        behind = self._at - self._piece_at
        if not 0 <= behind < len(self._piece) and self._at < self._size:
            reads_on = behind == len(self._piece) > 0
            self._most = min(self._most * 2, MOST) if reads_on else FIRST
            end = min(self._at + self._most, self._size)
            self._piece = self._bucket.read(self._name, self._at, end)
            self._piece_at, behind = self._at, 0
        return self._piece[behind:]


def _leaving(sha256: str) -> str:
    return f"leaving/{sha256}"


def _came_lately(found: Stored) -> bool:
    """Whether a blob came so lately that nobody takes it for old."""
    return found.written_at > time.time() - LATELY
