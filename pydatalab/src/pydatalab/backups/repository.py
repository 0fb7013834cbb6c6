"""Incremental backups: a repository in which the bytes of each file are kept once.

Layout
    ``blobs/ab/cdef….zst``        bytes of files under their SHA-256; ``.gz`` or nothing by their
                                  compression, ``.age`` behind if encrypted
    ``snapshots/<name>.documents`` an archive without the bytes of files, compressed, encrypted
    ``snapshots/<name>.blobs``    the hashes and places of these bytes, compressed
    ``snapshots/<name>.json``     what the two are, with their SHA-256; last, so that a part of a
                                  snapshot is none

Each snapshot names all that it needs and needs no other. A run that was cut leaves bytes that the
next one finds and uses. What no snapshot needs is removed with the last that did.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, cast

import orjson

from pydatalab.backups.packing import Compression
from pydatalab.backups.unpacking import unpacked
from pydatalab.errors import Invalid
from pydatalab.files.destinations import Destination
from pydatalab.files.shelves import key_of

FORMAT, FORMAT_VERSION = "datalab-repository", 1
SNAPSHOTS = "snapshots"
LABEL = "repository"
"""Begins the names of what is being written."""

GULP = 1024 * 1024
LARGEST_LIST = 4_000_000_000
"""Bytes that the list of a snapshot's files may have."""


@dataclass(frozen=True)
class Written:
    """A file of a snapshot as it stands in the repository."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Snapshot:
    """One moment of a lab in a repository: what ``<name>.json`` says."""

    name: str
    """``snapshots/<strategy>-<time>.json``."""
    made_at: str
    datalab_version: str
    counts: Mapping[str, int]
    documents: Written
    blobs: Written
    files: int
    """Different bytes of files that it needs."""
    content_size: int
    """Bytes of everything, before compression."""
    stored_size: int
    """Bytes in the repository that it needs, alone or with others."""
    encrypted: bool = False
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files whose bytes could not be had, by hash: what they are called."""

    @property
    def digest(self) -> str:
        """SHA-256 of what it says: no two snapshots share it."""
        return hashlib.sha256(self.as_json()).hexdigest()

    def as_json(self) -> bytes:
        """As it stands in the repository."""
        head = {"format": FORMAT, "format_version": FORMAT_VERSION}
        return orjson.dumps(head | asdict(self), option=orjson.OPT_INDENT_2)


@dataclass(frozen=True)
class Stored:
    """The bytes of a file in a repository."""

    place: str
    """``blobs/ab/cdef….zst``."""
    stored_size: int
    size: int = 0
    """Of the bytes themselves, where it is known."""


@dataclass(frozen=True)
class Form:
    """How bytes are stored."""

    compression: Compression
    recipients: tuple[str, ...] = ()

    @property
    def ending(self) -> str:
        """What their names end with. Encrypted bytes are always compressed as well."""
        if not self.recipients:
            return "" if self.compression == "none" else f".{self.compression}"
        return ".gz.age" if self.compression == "gz" else ".zst.age"

    @property
    def packing(self) -> Compression:
        """How they are compressed."""
        return "zst" if self.recipients and self.compression == "none" else self.compression


def stored_blobs(place: Destination) -> dict[str, Stored]:
    """All bytes of files that a repository has, by their SHA-256."""
    found = {}
    for one in place.find("blobs", deep=True):
        _, folder, rest = one.name.split("/", 2)
        sha256 = folder + rest.partition(".")[0]
        found[sha256] = Stored(one.name, one.size)
    return found


def find_snapshots(place: Destination) -> list[str]:
    """The names of the whole snapshots of a repository, the oldest of each strategy first."""
    return sorted(one.name for one in place.find(SNAPSHOTS) if one.name.endswith(".json"))


def read_snapshot(place: Destination, name: str) -> Snapshot:
    """A snapshot by its name.

    Raises:
        NotFound: there is none.
        Invalid: it is broken, or a newer datalab made it.
    """
    with place.open(name) as stream:
        raw = stream.read()
    try:
        found = orjson.loads(raw)
        if found.pop("format") != FORMAT:
            raise ValueError
        if found.pop("format_version") > FORMAT_VERSION:
            raise Invalid("A newer datalab made this snapshot. Restore it with that one.")
        written: Any = {part: Written(**found.pop(part)) for part in ("documents", "blobs")}
        missing = {key: tuple(names) for key, names in found.pop("missing").items()}
        return Snapshot(**written, **found, missing=missing)
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise Invalid(f"{name} in {place.url} is broken, or no snapshot of datalab.") from exc


@contextmanager
def checked(place: Destination, name: str, written: Written) -> Iterator[BinaryIO]:
    """A file of a snapshot, which must be the one that was written if it is read to its end.

    Raises:
        Invalid: it is another.
        NotFound: it is gone.
    """
    with place.open(name) as stream:
        reading = Hashed(stream)
        yield cast(BinaryIO, reading)
        while reading.read(GULP):
            pass
    if reading.written != written:
        raise Invalid(f"{name} in {place.url} is broken: it is not what was written.")


def needed_blobs(place: Destination, snapshot: Snapshot) -> dict[str, Stored]:
    """The bytes of files that a snapshot needs, by SHA-256.

    Raises:
        Invalid: the list of them is broken.
        NotFound: it is gone.
    """
    stem = snapshot.name.removesuffix(".json")
    with (
        checked(place, f"{stem}.blobs", snapshot.blobs) as stream,
        unpacked(stream, None) as reader,
    ):
        text = reader.read(LARGEST_LIST).decode()
    found = {}
    for line in text.splitlines():
        sha256, size, stored, ending = line.split(" ")
        found[sha256] = Stored(f"{key_of(sha256)}{ending}", int(stored), int(size))
    return found


def remove_snapshots(place: Destination, names: Collection[str], *, thorough: bool) -> int:
    """Forget snapshots, and the bytes that no other needs; how many files' bytes that were.

    Args:
        place: the repository.
        names: of the snapshots.
        thorough: look for what cut runs left behind, too, which takes reading every snapshot.
    """
    staying = [name for name in find_snapshots(place) if name not in names]
    going: dict[str, Stored] = stored_blobs(place) if thorough else {}
    for name in names:
        going |= needed_blobs(place, read_snapshot(place, name))
    for name in reversed(staying):  # the newest is like most of what goes: then there is no more
        if not going:
            break
        for sha256 in needed_blobs(place, read_snapshot(place, name)):
            going.pop(sha256, None)
    for name in names:
        stem = name.removesuffix(".json")
        for ending in (".json", ".documents", ".blobs"):
            place.remove(f"{stem}{ending}")
    for stored in going.values():
        place.remove(stored.place)
    return len(going)


class Hashed:
    """Counts and hashes what goes through, one way or the other."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes, /) -> int:
        """Pass bytes on."""
        self._digest.update(data)
        self._size += len(data)
        self._stream.write(data)
        return len(data)

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        data = self._stream.read(size)
        self._digest.update(data)
        self._size += len(data)
        return data

    def flush(self) -> None:
        """Nothing waits here."""

    @property
    def written(self) -> Written:
        """What went through so far."""
        return Written(self._size, self._digest.hexdigest())
