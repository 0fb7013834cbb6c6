"""Bytes in the file store that no file refers to any more, and their removal after a while.

Every record of a file counts, with all its revisions: those of deleted items, and those that were
taken off an item, too. A blob is removed when it came, and was first seen without a file, longer ago
than the days of grace.
"""

import json
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydatalab.errors import Conflict, Invalid
from pydatalab.files.vault import StoredBlob
from pydatalab.files.writer import readable_size
from pydatalab.jobs.leases import lease
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.words import counted
from pydatalab.services.maintenance.spool import spooled
from pydatalab.store.query import Document, Is

DAY = 86_400
GRACE = 30
"""Days."""
LEAST_GRACE = 1
"""Days; uploads and backups that are under way are done by then."""

UNCONFIRMED = "unconfirmed"
"""State of a restore that can still be undone."""

SEEN = "unused-blobs.json"
"""In the lab's folder: when each blob was first seen without a file."""

MOST_NAMED = 1_000


def list_unused_blobs(lab: Lab, progress: Progress, days: int = GRACE) -> dict[str, Any]:
    """Look which blobs no file refers to, and since when.

    Returns:
        ``num_unused`` and ``unused_bytes``, ``num_removable`` and ``removable_bytes`` (those beyond
        the days of grace), ``blobs`` (the first of them) and a ``summary``.

    Raises:
        Invalid: too few days.
        Conflict: somebody does this already.
    """
    return _go_through(lab, progress, days, remove=False)


def remove_unused_blobs(lab: Lab, progress: Progress, days: int = GRACE) -> dict[str, Any]:
    """Remove the blobs that no file has referred to for so many days.

    Returns:
        As ``list_unused_blobs``, with ``num_removed`` and ``removed_bytes``.

    Raises:
        Invalid: too few days.
        Conflict: somebody does this already, or a restore waits to be confirmed.
    """
    if lab.store.restores.count(Is("state", UNCONFIRMED), at_most=1):
        raise Conflict(
            "A restore waits to be confirmed, and what was there before it may need these files. "
            "Confirm or undo it first (admin.confirm-restore, admin.undo-restore)."
        )
    return _go_through(lab, progress, days, remove=True)


def _go_through(lab: Lab, progress: Progress, days: int, *, remove: bool) -> dict[str, Any]:
    if days < LEAST_GRACE:
        raise Invalid(f"At least {LEAST_GRACE} day of grace is needed: uploads may be under way.")
    with lease(lab.store, "unused files"):
        unused, since = _unused(lab, progress)
        before = time.time() - days * DAY
        old = [one for one in unused if max(one.written, since[one.sha256]) < before]
        gone = _removed(lab, old, before, progress) if remove else []
        removed = {one.sha256 for one in gone}
        _note(lab.folder / SEEN, {key: at for key, at in since.items() if key not in removed})
    return {
        "num_unused": len(unused) - len(gone),
        "unused_bytes": _sum(unused) - _sum(gone),
        "num_removable": len(old) - len(gone),
        "removable_bytes": _sum(old) - _sum(gone),
        "num_removed": len(gone),
        "removed_bytes": _sum(gone),
        "blobs": [
            {"sha256": one.sha256, "size": one.size, "unused_since": since[one.sha256]}
            for one in unused
            if one.sha256 not in removed
        ][:MOST_NAMED],
        "summary": _summary(unused, old, gone, days, remove),
    }


def _unused(lab: Lab, progress: Progress) -> tuple[list[StoredBlob], dict[str, float]]:
    """Blobs without a file, and when each was first seen to be so.

    Blobs are listed before files are: what comes in between has a file, or is new.
    """
    progress.tell("Listing the file store")
    begun = time.time()
    blobs = [one for one in lab.vault.blobs() if one.written < begun]
    progress.tell("Listing files", 0, len(blobs))
    used = _used(lab)
    unused = [one for one in blobs if not _is_among(used, one.sha256)]
    seen = _noted(lab.folder / SEEN)
    return unused, {one.sha256: min(seen.get(one.sha256, begun), begun) for one in unused}


def _used(lab: Lab) -> "array[int]":
    """The first 64 bits of the hashes that files refer to, sorted: eight bytes for each.

    Of two hashes that share them, one that is unused is taken for used, and stays.
    """
    with spooled(lab, "files", _hashes_of) as hashes:
        return array("Q", sorted(array("Q", (_short(one) for one in hashes))))


def _hashes_of(file: Document) -> Iterator[str]:
    for state in (file, *(file.get("revisions") or [])):
        if sha256 := (state.get("checksums") or {}).get("sha256"):
            yield sha256


def _short(sha256: str) -> int:
    return int(sha256[:16], 16)


def _is_among(sorted_: "array[int]", sha256: str) -> bool:
    at = bisect_left(sorted_, _short(sha256))
    return at < len(sorted_) and sorted_[at] == _short(sha256)


def _removed(
    lab: Lab, old: list[StoredBlob], before: float, progress: Progress
) -> list[StoredBlob]:
    """Remove blobs, but for those that came again or have a file by now."""
    gone = []
    for number, one in enumerate(old):
        progress.tell("Removing unused files", number, len(old))
        is_free = not lab.store.files.count(Is("checksums.sha256", one.sha256), at_most=1)
        if is_free and lab.vault.remove_old(one.sha256, before):
            gone.append(one)
    return gone


def _noted(path: Path) -> Mapping[str, float]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _note(path: Path, since: Mapping[str, float]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(since))
    part.replace(path)


def _sum(blobs: list[StoredBlob]) -> int:
    return sum(one.size for one in blobs)


def _summary(
    unused: list[StoredBlob],
    old: list[StoredBlob],
    gone: list[StoredBlob],
    days: int,
    remove: bool,
) -> str:
    if remove:
        return f"{counted(len(gone), 'unused file')} removed: {readable_size(_sum(gone))}."
    if not unused:
        return "All stored files belong to something."
    found = f"{counted(len(unused), 'stored file')} without use ({readable_size(_sum(unused))})"
    since = f"for longer than {counted(days, 'day')}"
    return f"{found}; {len(old):,} of them {since} ({readable_size(_sum(old))})."
