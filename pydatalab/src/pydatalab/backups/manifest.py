"""What an archive says of itself, so that a part of one is never taken for the whole."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from pydatalab.errors import Invalid

FORMAT = "datalab-backup"

FORMAT_VERSION = 1
"""Version of how archives are laid out; newer ones are refused."""


@dataclass(frozen=True)
class Part:
    """One file of an archive."""

    size: int
    """In bytes."""
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All parts of an archive, and what made them."""

    datalab_version: str
    schema_version: int
    """Version of what documents hold (``models.steps``)."""
    made_at: str
    """The moment that the archive shows, as ``models.times`` writes it."""
    counts: Mapping[str, int]
    """Documents of each kind."""
    parts: Mapping[str, Part]
    """Every file of the archive but the manifest and its checksum, by name."""
    deleted_items: int | None = None
    """Items among these that people had deleted; ``None`` where it was not counted."""
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files whose bytes were no longer in the file store, by hash: what they are called."""
    altered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files whose bytes in the file store were no longer those of their hash, likewise."""
    compression: str = "none"
    """How the archive was compressed when it was made: ``none``, ``gz`` or ``zst``."""
    with_files: bool = True
    """Whether the bytes of files are here too, rather than documents alone."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was wrong with the lab when the archive was made, in sentences."""
        gone = (f"{_named(key, names)} was missing." for key, names in self.missing.items())
        other = (f"{_named(key, names)} had been altered." for key, names in self.altered.items())
        return (*gone, *other)

    @property
    def size(self) -> int:
        """Bytes of all parts, before compression."""
        return sum(part.size for part in self.parts.values())

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest as it is written: no two archives share it."""
        return hashlib.sha256(self.as_json()).hexdigest()

    def as_json(self) -> bytes:
        """The manifest as it stands in the archive."""
        head = {"format": FORMAT, "format_version": FORMAT_VERSION}
        return orjson.dumps(head | asdict(self), option=orjson.OPT_INDENT_2)


def read_manifest(raw: bytes) -> Manifest:
    """A manifest as ``as_json`` writes it.

    Raises:
        Invalid: it is none, or one of a newer datalab.
    """
    try:
        found = orjson.loads(raw)
    except ValueError as exc:
        raise Invalid("The archive is broken: its manifest is not JSON.") from exc
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise Invalid("This is no backup of datalab: its manifest is of something else.")
    version = found.pop("format_version", None)
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise Invalid("A newer datalab made this archive. Restore it with that one.")
    try:
        return _manifest(found)
    except (TypeError, AttributeError, ValueError) as exc:
        raise Invalid("The archive is broken: its manifest lacks something.") from exc


def _manifest(found: dict[str, Any]) -> Manifest:
    parts = {name: Part(**part) for name, part in found.pop("parts").items()}
    counts = {str(kind): int(count) for kind, count in found.pop("counts").items()}
    missing, altered = (_names(found.pop(name)) for name in ("missing", "altered"))
    return Manifest(parts=parts, counts=counts, missing=missing, altered=altered, **found)


def _names(found: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(key): tuple(map(str, names)) for key, names in found.items()}


def _named(sha256: str, names: tuple[str, ...]) -> str:
    return f"The file {', '.join(names) or 'without name'} (SHA-256 {sha256[:12]}…)"
