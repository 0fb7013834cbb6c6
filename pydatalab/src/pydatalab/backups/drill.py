"""Drills: the newest backup of a strategy is restored into a scratch lab, and that is looked at."""

import hashlib
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from pydatalab.backups import letters
from pydatalab.backups.exporting import broken_blobs
from pydatalab.backups.records import change, get_record
from pydatalab.backups.repository import read_snapshot
from pydatalab.backups.restore import restore_archive
from pydatalab.backups.sources import at_time, opened_record
from pydatalab.backups.strategies import at_place, get_strategy
from pydatalab.backups.unpacking import NoKey
from pydatalab.errors import DatalabError, Invalid, NotFound, Unavailable
from pydatalab.files.writer import readable_size
from pydatalab.jobs.leases import lease
from pydatalab.lab import Lab
from pydatalab.models.files import held_blobs
from pydatalab.models.progress import Progress
from pydatalab.models.times import now
from pydatalab.store.kinds import FILES, ITEMS, LASTING_KINDS
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document

log = logging.getLogger(__name__)

OpenScratch = Callable[[Path], AbstractContextManager[Lab]]
"""Opens an empty lab in a folder."""

Look = Callable[[Lab, Sequence[str]], list[str]]
"""Opens items of a lab, by their refcodes, through the API; what is wrong with them, in sentences."""

OPENED = 10
"""Items that are opened."""

MOST_SAID = 20
"""Problems that are named."""

GULP = 1024 * 1024

ROOM = 1.2
"""How much more than a backup's content a drill needs: documents are indexed, too."""

ABANDONED = 24 * 3600
"""Seconds after which a scratch folder belongs to nobody any more."""


class KeptElsewhere(Unavailable):
    """The key of an encrypted backup is not on this server, as some want it: no failure to tell."""


def drill_strategy(
    lab: Lab,
    name: str,
    *,
    open_scratch: OpenScratch,
    look: Look,
    identity: str | None,
    progress: Progress,
) -> Document:
    """Restore the newest backup of a strategy and look at it; the backup's record.

    Only after that a backup counts as healthy, or as broken. Where the drill itself cannot be made
    (the place is away, the key is not here, the disk has no room), nothing is said of its health.

    Raises:
        NotFound: there is no such strategy, or no backup of it.
        Conflict: a drill of it is under way.
        Unavailable: the drill cannot be made.
        Cancelled: somebody asked to stop.
    """
    strategy = get_strategy(lab, name)

    def tell(reason: str) -> None:
        letters.tell_failure(lab, strategy, name, "The drill of", reason)

    try:
        with lease(lab.store, f"drill {name}"):
            record = at_time(lab, name)
            _require_key(record, identity)
            changed = _drill(lab, record, open_scratch, look, identity, progress)
    except KeptElsewhere:
        raise
    except Unavailable as exc:
        tell(exc.message)
        raise
    if problems := changed["drill"]["problems"]:
        tell(" ".join(problems))
    return changed


def _drill(
    lab: Lab,
    record: Document,
    open_scratch: OpenScratch,
    look: Look,
    identity: str | None,
    progress: Progress,
) -> Document:
    """Restore a backup, look at it, and write down what was seen; its record."""
    began, started_at = time.monotonic(), now()
    with _scratch_folder(lab, record) as folder:
        seen, problems = _drilled(lab, record, folder, open_scratch, look, identity, progress)
    if problems and get_record(lab, record["immutable_id"])["removed_at"]:
        raise Unavailable(f"{record['name']} was removed during the drill. Make another.")
    drill = {
        "started_at": started_at,
        "ended_at": now(),
        "seconds": round(time.monotonic() - began, 1),
        "ok": not problems,
        "problems": problems[:MOST_SAID],
        **seen,
    }
    if problems and record["incremental"]:
        drill["broken_files"] = _broken_files(lab, record, identity, progress)
    health = "broken" if problems else "healthy"
    return change(lab, record["immutable_id"], {"drill": drill, "health": health})


def _require_key(record: Document, identity: str | None) -> None:
    if record["encrypted"] and not identity:
        raise KeptElsewhere(
            f"{record['name']} is encrypted, and its key is not here. Name it by --identity, or by"
            " BACKUP_IDENTITY_FILE."
        )


@contextmanager
def _scratch_folder(lab: Lab, record: Document) -> Iterator[Path]:
    """A folder with room for a backup's content, gone with all that is in it at the end."""
    root = lab.backup_plan.drill_folder or lab.folder / "drills"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(root)
    needed = int((record["content_size"] or record["size"] or 0) * ROOM)
    free = shutil.disk_usage(root).free
    if free < needed:
        raise Unavailable(
            f"{root} has {readable_size(free)} free, and the drill needs {readable_size(needed)}."
            " Name a folder with more room by BACKUP_DRILL_DIRECTORY."
        )
    folder = root / f"drill-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(root: Path) -> None:
    """Remove the folders of drills that were killed."""
    for folder in root.glob("drill-*"):
        if folder.stat().st_mtime < time.time() - ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _drilled(
    lab: Lab,
    record: Document,
    folder: Path,
    open_scratch: OpenScratch,
    look: Look,
    identity: str | None,
    progress: Progress,
) -> tuple[dict[str, Any], list[str]]:
    """What was seen of a backup, and what is wrong with it."""
    with open_scratch(folder) as scratch:
        try:
            with opened_record(lab, record, identity) as opened:
                restore_archive(
                    scratch,
                    opened.stream,
                    size=opened.size,
                    identity=identity,
                    progress=progress,
                )
        except NoKey as exc:
            raise Unavailable(exc.message) from exc
        except (Invalid, NotFound) as exc:
            return {"counts": {}, "files": 0, "items_opened": 0}, [exc.message]
        with scratch.store.snapshot() as snapshot:
            counts = {kind.name: snapshot.count(kind.name) for kind in LASTING_KINDS}
            files, lost = _compare_files(scratch, snapshot, progress)
            refcodes = _some_items(snapshot, counts[ITEMS.name])
            deleted = sum(bool(one.get("deleted_at")) for one in snapshot.documents(ITEMS.name))
        progress.tell("Opening items", 0, len(refcodes))
        problems = [*_other_counts(record["counts"], counts), *_lost(record, lost)]
        problems += look(scratch, refcodes)
    seen = {"counts": counts, "deleted_items": deleted, "files": files}
    return seen | {"items_opened": len(refcodes)}, problems


def _other_counts(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    return [
        f"It has {found.get(kind, 0):,} {kind} instead of {number:,}."
        for kind, number in expected.items()
        if found.get(kind, 0) != number
    ]


def _compare_files(
    scratch: Lab, snapshot: Snapshot, progress: Progress
) -> tuple[int, dict[str, str]]:
    """Hash all bytes of files as they were restored; how many, and those that are not right."""
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    total = snapshot.count(FILES.name)
    for number, file in enumerate(snapshot.documents(FILES.name)):
        progress.tell("Comparing files", number, total)
        for sha256, _ in held_blobs(file):
            if sha256 not in seen:
                seen.add(sha256)
                if _digest(scratch, sha256) != sha256:
                    wrong[sha256] = str(file.get("original_name") or file.get("name"))
    return len(seen), wrong


def _digest(lab: Lab, sha256: str) -> str | None:
    digest = hashlib.sha256()
    try:
        for chunk in lab.vault.read_range(sha256):
            digest.update(chunk)
    except NotFound:
        return None
    return digest.hexdigest()


def _lost(record: Document, lost: Mapping[str, str]) -> list[str]:
    """Files that are not right, besides those that the lab itself had lost before the backup."""
    known = set(record.get("lost_files") or ())
    return [f"The file {name} is not as it was." for key, name in lost.items() if key not in known]


def _some_items(snapshot: Snapshot, total: int) -> list[str]:
    """The refcodes of some items that are not deleted, spread over all."""
    step = max(1, total // OPENED)
    alive = (one for one in snapshot.documents(ITEMS.name) if not one.get("deleted_at"))
    return [item["refcode"] for number, item in enumerate(alive) if number % step == 0][:OPENED]


def _broken_files(
    lab: Lab, record: Document, identity: str | None, progress: Progress
) -> list[str]:
    """What of a repository has to be stored anew; the next run does that."""
    try:
        with at_place(lab, record["location"]) as place:
            snapshot = read_snapshot(place, record["name"])
            return broken_blobs(place, snapshot, identity, progress)
    except DatalabError as exc:
        log.warning("It is not known which files of %s are broken: %s", record["name"], exc)
        return []
