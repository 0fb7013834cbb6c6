"""Whose an archive is: one of ours, as we wrote it or as another tool packed it again, or one of the
datalab before this one. Each is read in its own way."""

from typing import BinaryIO

from pydatalab.backups.archive import README
from pydatalab.backups.existing import Found, read_existing
from pydatalab.backups.manifest import Manifest
from pydatalab.backups.reader import Source, length_of
from pydatalab.backups.reading import Taker, read_members, read_tape
from pydatalab.backups.repacked import is_repacked, members_in_order
from pydatalab.backups.unpacking import unpacked
from pydatalab.models.progress import Progress


def read_archive(
    stream: BinaryIO,
    taker: Taker,
    found: Found,
    progress: Progress,
    *,
    prefix: str = "lab",
    size: int | None = None,
    identity: str | None = None,
) -> Manifest | None:
    """Read an archive to its end; what was handed over counts only if this returns.

    Args:
        stream: its bytes, from the beginning.
        taker: gets the parts of one of ours.
        found: gets what one of the datalab before this one holds.
        progress: hears how far it is.
        prefix: stands before the refcodes of old items that have none.
        size: bytes of the stream, for the progress, where it cannot tell that itself.
        identity: secret key of age, for one that is encrypted.

    Returns:
        What it says of itself; ``None``: it is one of the datalab before this one, which say nothing.

    Raises:
        Invalid: it is broken, cut short, hostile, or a newer datalab made it.
    """
    if is_repacked(stream):
        stored = Source(length_of(stream))
        return read_members(members_in_order(stream, stored), taker, progress, stored)
    with unpacked(stream, identity, size) as reader:
        if reader.begins_with(README.encode()):
            return read_tape(reader, taker, progress)
        read_existing(reader, found, prefix, progress)
    return None
