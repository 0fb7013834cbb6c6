"""Writes one archive: a tar of a lab's documents and files at one moment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydatalab.backups.manifest import Manifest
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress

Compression = Literal["none", "gz", "zst"]


def create_archive(
    lab: Lab,
    path: Path | None = None,
    stream: BinaryIO | None = None,
    *,
    settings: Mapping[str, Any],
    compression: Compression,
    recipients: tuple[str, ...] = (),
    progress: Progress,
) -> Manifest:
    """Write everything in a lab to a file, or to a stream, as it is at this moment.

    Others go on working meanwhile. A file appears under its name when it is whole and on the disk,
    for its owner alone; until then, and after a failure, nothing has that name. A stream is
    written from its beginning to its end, never sought in, and left open.

    Args:
        path: the file, which must not exist; its folder is made where it is missing.
        stream: where the bytes go instead.
        settings: those of the server; what looks like a secret is left out.
        compression: as ``compression_of`` tells it from a name.
        recipients: public keys of age (``age1…``) that can read the archive; none: everybody can.

    Returns:
        What is in the archive. ``missing`` and ``altered`` name files that it could not hold.

    Raises:
        Conflict: there is a file of that name.
        Invalid: one of the recipients is no public key of age.
        Unavailable: the disk is full, or the folder cannot be written to.
        Cancelled: somebody asked to stop.
    """
    raise NotImplementedError


def compression_of(name: str) -> Compression:
    """How an archive of that name is compressed: ``.tar``, ``.tar.gz``, ``.tar.zst``, ``.age`` behind.

    Raises:
        Invalid: it has another ending.
    """
    raise NotImplementedError


def expected_size(lab: Lab, compression: Compression) -> int:
    """About how many bytes an archive made now will have."""
    raise NotImplementedError
