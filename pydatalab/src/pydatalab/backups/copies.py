"""Files out of a backup, to put right those that the file store has lost."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydatalab.backups.exporting import plain_bytes
from pydatalab.backups.origins import read_archive
from pydatalab.backups.reading import Taker, opened
from pydatalab.backups.repository import SNAPSHOTS, stored_blobs
from pydatalab.backups.sources import located, opened_at
from pydatalab.backups.spool import Spool
from pydatalab.backups.strategies import at_place
from pydatalab.errors import Invalid
from pydatalab.files.delivery import Delivery
from pydatalab.files.destinations import Destination
from pydatalab.files.digests import Chunk, digested
from pydatalab.files.writer import Blob
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress


class BackupOfCopies:
    """A backup as ``sources.opened_source`` finds it."""

    def __init__(self, lab: Lab, source: str, *, identity: str | None = None) -> None:
        """Take copies from there.

        Args:
            lab: whose strategies and keys count.
            source: an archive, a snapshot of a repository, or the name of a strategy.
            identity: secret key of age, for one that is encrypted.

        Raises:
            NotFound: there is no such backup.
        """
        self._lab, self._source, self._identity = lab, source, identity
        self._where = located(lab, source)

    def bring(
        self, sought: Mapping[str, int], delivery: Delivery, progress: Progress
    ) -> tuple[str, ...]:
        """Add the files that are sought and that it has.

        What stands whole before a place where an archive is broken is right all the same: its hash
        says so. From a repository, whatever any of its snapshots has is taken.

        Raises:
            Invalid: it is broken, or cannot be decrypted, and had nothing before that.
        """
        brought = _Brought(sought, delivery)
        try:
            self._read(brought, progress)
        except Invalid as exc:
            if not brought.found:
                raise
            brought.problems.append(exc.message)
        return tuple(f"{self._source} is not whole. {problem}" for problem in brought.problems)

    def _read(self, brought: "_Brought", progress: Progress) -> None:
        where = self._where
        if where.url is not None and where.name.startswith(f"{SNAPSHOTS}/"):
            with at_place(self._lab, where.url) as place:
                _take_from_repository(place, brought, self._identity, progress)
            return
        with opened_at(self._lab, where, self._identity) as found, opened(found.stream) as stream:
            read_archive(
                stream, brought, brought, progress, size=found.size, identity=self._identity
            )


class _Brought(Taker):
    """Takes the bytes that are sought, and lets all else pass."""

    def __init__(self, sought: Mapping[str, int], delivery: Delivery) -> None:
        self.sought, self._delivery = sought, delivery
        self.found: set[str] = set()
        self.problems: list[str] = []
        """What is wrong with the backup, in sentences."""
        self.notes: list[str] = []
        """What a restore would say of it: nothing that matters here."""

    def blob(self, sha256: str, size: int, chunks: Iterator[Chunk]) -> None:
        """Take bytes whose hash is known."""
        if self.sought.get(sha256) != size:
            return
        try:
            self._delivery.add(sha256, size, chunks)
        except BaseException:  # a part of them must not enter the store
            self._delivery.drop(sha256)
            raise
        self.found.add(sha256)

    def altered(self, sha256: str) -> None:
        """Forget bytes that are others than their hash says."""
        self._delivery.drop(sha256)
        self.found.discard(sha256)

    @property
    def delivery(self) -> "_Brought":
        """Where bytes go whose hash nobody knows yet."""
        return self

    def take(self, size: int, chunks: Iterable[bytes]) -> Blob:
        """Take such bytes if they are sought."""
        if size not in self.sought.values():
            for _ in chunks:
                pass
            return Blob("", "", size)
        blob = self._delivery.take(size, chunks)
        if self.sought.get(blob.sha256) == size:
            self.found.add(blob.sha256)
        else:
            self._delivery.drop(blob.sha256)
        return blob

    def new_spool(self) -> Spool:
        """Lines that nobody reads."""
        return Spool(Path(tempfile.gettempdir()))


def _take_from_repository(
    place: Destination, brought: _Brought, identity: str | None, progress: Progress
) -> None:
    stored = stored_blobs(place)
    for number, (sha256, size) in enumerate(brought.sought.items()):
        progress.tell("Looking for copies", number, len(brought.sought))
        if sha256 not in stored:
            continue
        digest = hashlib.sha256()
        try:
            with plain_bytes(place, stored[sha256], identity) as chunks:
                brought.blob(sha256, size, digested(chunks, digest.update))
        except Invalid as exc:
            brought.problems.append(exc.message)
            continue
        if digest.hexdigest() != sha256:
            brought.altered(sha256)
