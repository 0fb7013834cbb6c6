"""Checks an archive without restoring it."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydatalab.backups.manifest import Manifest
from pydatalab.backups.reading import Taker, read_archive
from pydatalab.errors import Invalid
from pydatalab.models.progress import Progress


@dataclass(frozen=True)
class Verdict:
    """Whether an archive can be restored."""

    problem: str | None = None
    """What is wrong with it, in a sentence; ``None``: it is whole."""
    manifest: Manifest | None = None
    """What it holds, if it is whole."""

    @property
    def ok(self) -> bool:
        """Whether it can be restored."""
        return self.problem is None


def verify_archive(
    source: Path | BinaryIO, *, identity: str | None = None, progress: Progress
) -> Verdict:
    """Read an archive to its end, and compare every part with its hash.

    Args:
        source: the file, or a stream of its bytes, which is read once from its beginning.
        identity: secret key of age (``AGE-SECRET-KEY-1…``), for one that is encrypted.

    Raises:
        NotFound: there is no such file.
        Cancelled: somebody asked to stop.
    """
    try:
        return Verdict(manifest=read_archive(source, Taker(), identity=identity, progress=progress))
    except Invalid as exc:
        return Verdict(problem=exc.message)
