"""Where the right bytes of files may be found again, if those of the file store are lost."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from pydatalab.errors import Invalid
from pydatalab.files.delivery import Delivery
from pydatalab.models.progress import Progress

GULP = 4 * 1024 * 1024


class Copies(Protocol):
    """Something that may have copies of files."""

    def bring(
        self, sought: Mapping[str, int], delivery: Delivery, progress: Progress
    ) -> tuple[str, ...]:
        """Add what it has of ``sought``, sizes by SHA-256, whose bytes have these hashes indeed.

        Returns:
            What somebody should know of it, in sentences.
        """


class FolderOfCopies:
    """Files of any names below a folder; links are not followed."""

    def __init__(self, folder: Path) -> None:
        """Look there.

        Raises:
            Invalid: there is no such folder.
        """
        if not folder.is_dir():
            raise Invalid(f"There is no folder {folder} to take copies from.")
        self._folder = folder

    def bring(
        self, sought: Mapping[str, int], delivery: Delivery, progress: Progress
    ) -> tuple[str, ...]:
        """Add the files that are sought, found by size and then by hash."""
        sizes = set(sought.values())
        brought: set[str] = set()
        for number, (path, size) in enumerate(_files_in(self._folder)):
            progress.tell("Looking for copies", number)
            sha256 = _sha256_of(path) if size in sizes else ""
            if sha256 in sought and sha256 not in brought:
                delivery.add(sha256, size, _gulps(path))
                brought.add(sha256)
        return ()


def _files_in(folder: Path) -> Iterator[tuple[Path, int]]:
    """The files below a folder with their sizes."""
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name)
            with suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    yield path, path.stat().st_size


def _sha256_of(path: Path) -> str:
    """Its hash; nothing where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _gulps(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(GULP):
            yield chunk
