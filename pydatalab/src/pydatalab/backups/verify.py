"""Checks an archive without restoring it."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pydatalab.backups.manifest import Manifest
from pydatalab.backups.origins import read_archive
from pydatalab.backups.reading import Taker, opened
from pydatalab.backups.spool import Spool
from pydatalab.backups.unpacking import NoKey
from pydatalab.errors import Invalid
from pydatalab.files.digests import Digests
from pydatalab.files.writer import Blob
from pydatalab.models.progress import Progress
from pydatalab.store.kinds import ITEMS
from pydatalab.store.query import Document


@dataclass(frozen=True)
class Verdict:
    """Whether an archive can be restored."""

    problem: str | None = None
    """What is wrong with it, in a sentence; ``None``: it is whole."""
    manifest: Manifest | None = None
    """What a whole one says of itself; archives of the datalab before this one say nothing."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Documents of each kind."""
    deleted_items: int | None = None
    """Items among these that people had deleted, where that was counted."""
    notes: tuple[str, ...] = ()
    """What somebody should look at, in sentences."""
    has_key: bool = True
    """Whether it could be looked at; of an encrypted one without its key nothing is known."""

    @property
    def ok(self) -> bool:
        """Whether it can be restored."""
        return self.problem is None


def verify_archive(
    source: Path | BinaryIO,
    *,
    size: int | None = None,
    identity: str | None = None,
    progress: Progress,
) -> Verdict:
    """Read an archive to its end, and compare every part with its hash.

    Args:
        source: the file, or a stream of its bytes, which is read once from its beginning.
        size: bytes of the stream, for the progress, where it cannot tell that itself.
        identity: secret key of age (``AGE-SECRET-KEY-1…``), for one that is encrypted.

    Raises:
        NotFound: there is no such file.
        Cancelled: somebody asked to stop.
    """
    seen = _LookedAt()
    try:
        with opened(source) as stream:
            manifest = read_archive(stream, Taker(), seen, progress, size=size, identity=identity)
    except Invalid as exc:
        return refused(exc)
    if manifest is None:
        return Verdict(None, None, seen.counts, seen.deleted_items, tuple(seen.notes))
    return Verdict(None, manifest, manifest.counts, manifest.deleted_items, manifest.warnings)


def refused(why: Invalid) -> Verdict:
    """What is known of an archive that could not be read to its end."""
    return Verdict(problem=why.message, has_key=not isinstance(why, NoKey))


class _LookedAt:
    """What an archive of the datalab before this one holds, counted and forgotten."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.counts: Counter[str] = Counter()
        self.deleted_items = 0

    @property
    def delivery(self) -> "_LookedAt":
        """Bytes are looked at here, too."""
        return self

    def take(self, size: int, chunks: Iterable[bytes]) -> Blob:
        """The hash of some bytes."""
        digests = Digests()
        for chunk in chunks:
            digests.update(chunk)
        digests.close()
        return Blob(digests.sha256, digests.md5, size)

    def new_spool(self) -> Spool:
        """Lines are kept where temporary files are."""
        return Spool(Path(tempfile.gettempdir()))

    def document(self, kind: str, document: Document, line: bytes) -> None:
        """Count a document."""
        self.counts[kind] += 1
        self.deleted_items += kind == ITEMS.name and bool(document.get("deleted_at"))
