"""The file store: bytes in, their SHA-256 out. Equal bytes are kept once."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from pydatalab.errors import Unavailable
from pydatalab.files.delivery import Delivery
from pydatalab.files.names import ascii_name, safe_name
from pydatalab.files.nearby import Nearby
from pydatalab.files.shelves import FolderShelf, Shelf, StoredBlob
from pydatalab.files.writer import Blob, BlobWriter, Space
from pydatalab.watch.machine import Disk, disk

__all__ = ["Blob", "BlobWriter", "StoredBlob", "Vault", "ascii_name", "safe_name"]

KEEP_FREE = 256 * 1024 * 1024
GULP = 1024 * 1024

S3 = "s3://"

NEARBY = 10_000_000_000


class Vault:
    """Bytes by their SHA-256, in a folder of this machine or of a server for files, or in S3.

    Layout: ``blobs/ab/cdef…`` holds whole blobs, read only; ``incoming/`` holds those being written.
    """

    def __init__(
        self,
        root: str | Path,
        largest: int,
        keep_free: int = KEEP_FREE,
        *,
        nearby: Path | None = None,
        largest_nearby: int = NEARBY,
    ) -> None:
        """Open the store, and make its folder where it is missing.

        Args:
            root: a folder, or ``s3://bucket/prefix``.
            largest: bytes that one blob may have.
            keep_free: bytes of the disk that uploads leave alone.
            nearby: folder of this machine for what comes from S3 and goes there; one of the system's
                for temporary files if missing.
            largest_nearby: bytes that the blobs which are kept there to be read may have together.

        Raises:
            Unavailable: the folder cannot be made.
        """
        in_s3 = str(root).startswith(S3)
        if in_s3:
            place = nearby or Path(tempfile.gettempdir()) / f"pydatalab-nearby-{os.getuid()}"
        else:
            place = Path(root).absolute()
        incoming = place / "incoming"
        try:
            incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as exc:
            raise Unavailable(
                f"The folder of files {place} cannot be written to ({exc.strerror})."
                f" Choose another by PYDATALAB_{'DATA' if in_s3 else 'FILE'}_DIRECTORY."
            ) from exc
        self._shelf: Shelf
        if in_s3:
            from pydatalab.files.s3_shelf import S3Shelf  # a lab with a folder never pays for it

            self._shelf = S3Shelf(str(root), Nearby(place / "blobs", largest_nearby))
        else:
            self._shelf = FolderShelf(place)
        self._space = Space(incoming, largest, keep_free)
        self._space.sweep()

    @property
    def largest(self) -> int:
        """Bytes that one blob may have."""
        return self._space.largest

    def check_size(self, size: int) -> None:
        """Refuse, before its bytes come, a blob that says to be of ``size``.

        Raises:
            TooLarge: it is over the limit.
            Unavailable: the disk has no room for it.
        """
        self._space.check_size(size)
        self._space.check_room(size)

    def check(self) -> None:
        """Go on only if new blobs can be written here; a remote store is not asked.

        Raises:
            Unavailable: they cannot.
        """
        self._space.check_there()

    def writer(self) -> BlobWriter:
        """Somewhere to write a new blob; a context manager, see ``BlobWriter``."""
        return BlobWriter(self._space, self._shelf)

    def delivery(self) -> Delivery:
        """A way in for many blobs at once; a context manager, see ``Delivery``."""
        return Delivery(self._space, self._shelf)

    def adopt(self, path: Path, sha256: str) -> str:
        """Keep a file of this machine under its hash, which the caller took, without moving or copying it:
        a second name for it, or a symbolic link where it is on another disk or somebody else's.

        Returns:
            How it is kept: ``shelves.KNOWN``, ``LINKED``, ``POINTED``, or ``COPIED`` (to a remote store).

        Raises:
            Unavailable: the store cannot be written to.
        """
        try:
            return self._shelf.adopt(path, sha256)
        except OSError as exc:
            raise Unavailable(f"The file store cannot keep {path}: {exc.strerror}.") from exc

    def open(self, sha256: str) -> IO[bytes]:
        """A blob, to read and seek in.

        Raises:
            NotFound: there is none.
        """
        return self._shelf.open(sha256)

    def read_range(self, sha256: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """``length`` bytes from ``start``, in gulps; to the end where no length is given.

        Raises:
            NotFound: there is no such blob.
        """
        return _gulps(self.open(sha256), start, length)

    def path(self, sha256: str) -> Path | None:
        """Where a blob is on this machine, read only; ``None`` where the store is remote.

        Raises:
            NotFound: there is no such blob.
        """
        return self._shelf.local_path(sha256)

    def as_path(self, sha256: str) -> AbstractContextManager[Path]:
        """A path of this machine with the bytes of a blob, read only, while the context lasts.

        Raises:
            NotFound: there is no such blob.
        """
        return self._shelf.as_path(sha256)

    def size(self, sha256: str) -> int:
        """Bytes of a blob.

        Raises:
            NotFound: there is none.
        """
        return self._shelf.size(sha256)

    def exists(self, sha256: str) -> bool:
        """Whether a blob is there, whole."""
        return self._shelf.exists(sha256)

    def remove(self, sha256: str) -> None:
        """Delete a blob for good. Whoever asks has made sure that nothing refers to it."""
        self._shelf.remove(sha256)

    def remove_old(self, sha256: str, before: float) -> bool:
        """As ``remove``, unless the blob came again since ``before`` [s since 1970]; whether it is gone."""
        return self._shelf.remove_old(sha256, before)

    def blobs(self) -> Iterator[StoredBlob]:
        """All blobs, in no order."""
        return self._shelf.all()

    def room(self) -> Disk | None:
        """The disk that blobs are kept on; ``None`` in S3."""
        if not isinstance(self._shelf, FolderShelf):
            return None
        return disk(self.incoming)

    @property
    def incoming(self) -> Path:
        """Where uploads that are not whole yet grow, on this machine."""
        return self._space.folder


def _gulps(stream: IO[bytes], start: int, length: int | None) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        while chunk := stream.read(GULP if length is None else min(GULP, length)):
            yield chunk
            length = None if length is None else length - len(chunk)
