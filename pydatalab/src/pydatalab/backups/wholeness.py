"""Whether a file among the backups of a strategy is one, as far as its size and its ends tell."""

from pydatalab.backups.archive import README
from pydatalab.backups.records import made_here
from pydatalab.backups.repository import read_snapshot
from pydatalab.backups.seals import LENGTHS, Packing, is_seal
from pydatalab.backups.tape import BLOCK
from pydatalab.backups.unpacking import AGE, GZIP, ZSTD
from pydatalab.errors import Invalid
from pydatalab.files.destinations import Destination, Stored
from pydatalab.store.query import Document


def damage_of(place: Destination, one: Stored, record: Document | None) -> str | None:
    """What is wrong with a backup, as the end of a sentence; ``None``: nothing that is seen cheaply.

    Of what this lab wrote itself the size is compared, and so nothing is read of it.
    """
    if one.size == 0:
        return "is empty"
    if record is not None and made_here(record):
        return _other_size(one, record)
    if one.name.endswith(".json"):
        return _no_snapshot(place, one)
    return _no_archive(place, one)


def _other_size(one: Stored, record: Document) -> str | None:
    if record["incremental"] or record["size"] == one.size:
        return None
    return f"has {one.size:,} bytes instead of {record['size']:,}"


def _no_snapshot(place: Destination, one: Stored) -> str | None:
    try:
        read_snapshot(place, one.name)
    except Invalid:
        return "is no snapshot of datalab"
    return None


def _no_archive(place: Destination, one: Stored) -> str | None:
    size = min(2 * BLOCK, one.size)
    head = bytes(place.read(one.name, 0, size))
    tail = bytes(place.read(one.name, one.size - size, one.size))
    if one.name.endswith(".age"):
        return None if head.startswith(AGE) else "is not encrypted by age, as its name says"
    packing = _packing(head)
    if packing is not None:
        sealed = is_seal(tail[-LENGTHS[packing] :], packing)
        return None if sealed else "does not end as a whole archive does"
    if not head.startswith(README.encode()):
        return "is no archive of datalab"
    return "does not end as a whole archive does" if any(tail) else None


def _packing(head: bytes) -> Packing | None:
    if head.startswith(ZSTD):
        return "zst"
    return "gz" if head.startswith(GZIP) else None
