"""What an archive holds, once all of it has been read and found to be right."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import orjson

from pydatalab.backups.manifest import Manifest
from pydatalab.backups.origins import read_archive
from pydatalab.backups.reading import Taker, opened
from pydatalab.backups.spool import Spool
from pydatalab.backups.wanted import Wanted
from pydatalab.errors import Unavailable
from pydatalab.files.delivery import Delivery
from pydatalab.files.digests import Chunk
from pydatalab.lab import Lab
from pydatalab.models.files import held_blobs
from pydatalab.models.progress import Progress
from pydatalab.models.steps import Step, brought_up, steps_from
from pydatalab.store.kinds import API_KEYS, FILES, ITEMS, LASTING_KINDS, PEOPLE, SESSIONS, VERSIONS
from pydatalab.store.query import Document

SIGN_INS = (API_KEYS.name, SESSIONS.name)


class Gathered(Taker):
    """Documents on the disk, and the bytes of files beside the file store.

    If one item alone is wanted, just that with its files and versions.
    """

    def __init__(self, folder: Path, delivery: Delivery, wanted: Wanted | None) -> None:
        self._folder, self._wanted = folder, wanted
        self.delivery = delivery
        self.spools: dict[str, Spool] = {}
        """By the names of kinds."""
        self.people: set[str] = set()
        """Ids of the people in it."""
        self.sign_ins: set[str] = set()
        """Ids and hashes of its sessions and keys."""
        self.held: dict[str, int] = {}
        """Bytes that its files have or had: hashes and sizes."""
        self.notes: list[str] = []
        """What somebody should look at."""
        self.made_at: str | None = None
        """The moment that the archive shows, if it says so."""
        self.steps: tuple[Step, ...] = ()
        """What brings its documents, if they are of an older version, to that of today."""
        self._files_of_item: set[str] = set()

    def document(self, kind: str, document: Document, line: bytes) -> None:
        """Keep a document; ``line`` is it as JSON."""
        if self._wanted is not None:
            if kind == ITEMS.name:
                self._wanted.look_at(document, line)
                return
            self._take_item()
            if not self._belongs_to_item(kind, document):
                return
        self._keep(kind, document, line)

    def _keep(self, kind: str, document: Document, line: bytes) -> None:
        if kind not in self.spools:
            self.spools[kind] = self.new_spool()
        self.spools[kind].add_line(line)
        if kind == PEOPLE.name:
            self.people.add(document["immutable_id"])
        if kind in SIGN_INS:
            self.sign_ins |= {document["immutable_id"], document.get("hash") or ""}
        if kind == FILES.name:
            self.held.update(held_blobs(document))

    def new_spool(self) -> Spool:
        """Somewhere to keep lines; whoever asks closes it."""
        return Spool(self._folder)

    def blob(self, sha256: str, size: int, chunks: Iterator[Chunk]) -> None:
        """Keep the bytes of a file, unless the file store has them."""
        if sha256 in self.held:
            self.delivery.add(sha256, size, chunks)

    def altered(self, sha256: str) -> None:
        """Forget bytes that are not what they were."""
        self.delivery.drop(sha256)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """All documents, with the names of their kinds."""
        for kind in LASTING_KINDS:
            for document in self.of_kind(kind.name):
                yield kind.name, document

    def of_kind(self, kind: str) -> Iterator[Document]:
        """The documents of one kind."""
        if spool := self.spools.get(kind):
            for line in spool.lines():
                yield brought_up(kind, orjson.loads(line), self.steps)

    @property
    def total(self) -> int:
        """How many documents there are."""
        return sum(spool.count for spool in self.spools.values())

    def end(self, manifest: Manifest | None) -> None:
        """Nothing more comes; ``manifest`` is what the archive says of itself."""
        if manifest:
            self.made_at = manifest.made_at
            self.steps = steps_from(manifest.schema_version)
            self.notes += manifest.warnings
        self._take_item()
        self.delivery.keep(self.held)
        for spool in self.spools.values():
            spool.end()

    def close(self) -> None:
        """Let go of what is on the disk."""
        for spool in self.spools.values():
            spool.close()

    def _take_item(self) -> None:
        """Keep the one item, once all have been looked at."""
        found = self._wanted and self._wanted.found
        if not found or ITEMS.name in self.spools:
            return
        self._keep(ITEMS.name, found.document, found.line)
        for name in ("file_ObjectIds", "detached_file_ids"):
            self._files_of_item.update(found.document.get(name) or ())

    def _belongs_to_item(self, kind: str, document: Document) -> bool:
        if kind == FILES.name:
            return document["immutable_id"] in self._files_of_item
        found = self._wanted and self._wanted.found
        if kind != VERSIONS.name or not found:
            return False
        return bool(document.get("refcode") == found.document["refcode"])


@contextmanager
def gathered(
    lab: Lab,
    source: Path | BinaryIO,
    *,
    item: str | None,
    size: int | None,
    identity: str | None,
    progress: Progress,
) -> Iterator[Gathered]:
    """All of an archive, which is whole; nothing in the lab has changed yet.

    Raises:
        NotFound: there is no such file, or no such item in it.
        Invalid: it is broken, hostile, or a newer datalab made it.
        Unavailable: the disk is full.
    """
    with lab.vault.delivery() as delivery:
        wanted = None if item is None else Wanted(item, lab.prefix)
        found = Gathered(lab.folder, delivery, wanted)
        try:
            with opened(source) as stream, _reading():
                manifest = read_archive(
                    stream, found, found, progress,
                    prefix=lab.prefix, size=size, identity=identity,
                )  # fmt: skip
                found.end(manifest)
            if wanted is not None:
                wanted.require()
                found.notes += wanted.notes
            yield found
        finally:
            found.close()


@contextmanager
def _reading() -> Iterator[None]:
    """Say in a sentence what a disk refuses.

    Raises:
        Unavailable: it refuses something.
    """
    try:
        yield
    except OSError as exc:
        raise Unavailable(
            f"The archive cannot be read, or the disk is full: {exc.strerror or exc}."
        ) from exc
