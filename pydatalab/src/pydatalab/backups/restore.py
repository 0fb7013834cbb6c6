"""Brings a lab back as an archive has it: all of it, or one item."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydatalab.lab import Lab
from pydatalab.models.progress import Progress


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    counts: Mapping[str, int]
    """Documents of each kind that were written."""
    files: int
    """Files whose bytes were not there before."""
    kept: str | None
    """Archive of the documents that were there before, until the restore is confirmed."""
    notes: tuple[str, ...] = ()
    """What somebody should look at, in sentences."""


def restore_archive(
    lab: Lab,
    source: Path | BinaryIO,
    *,
    item: str | None = None,
    replace: bool = False,
    identity: str | None = None,
    progress: Progress,
) -> Restored:
    """Restore an archive, of datalab or of the datalab before it.

    Everything is read and compared with its hash first, so a broken archive changes nothing. All
    documents change at one moment, beside a running server too.

    Args:
        source: the file, or a stream of its bytes, which is read once from its beginning.
        item: refcode of the one item to restore; ``None``: everything.
        replace: whether to go on where the lab, or the item, is there already.
        identity: secret key of age (``AGE-SECRET-KEY-1…``), for an archive that is encrypted.

    Raises:
        NotFound: there is no such file, or no such item in it.
        Conflict: the lab is not empty, or the item is there, and ``replace`` is not given.
        Invalid: the archive is broken, hostile, or a newer datalab made it.
        Unavailable: the disk is full.
        Cancelled: somebody asked to stop; nothing has changed.
    """
    raise NotImplementedError
