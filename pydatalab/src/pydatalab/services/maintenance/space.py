"""What uses the space: folders, types of items, people, and the largest files."""

import heapq
import os
import shutil
from collections import defaultdict
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydatalab.files.writer import readable_size
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.services import people
from pydatalab.services.maintenance.rebuild import ALL, AT_ONCE, all_of
from pydatalab.services.maintenance.spool import Spool, spooled
from pydatalab.store.query import EVERYTHING, Document, Is, OneOf, Query

LARGEST = 20
"""Files that are named."""

NOBODY = "nobody"

BACKUPS_BEFORE_RESTORES = "before-restore"

BEFORE_UPGRADES = "before-upgrade"


class _Use:
    """Bytes, and how many things have them."""

    def __init__(self) -> None:
        self.bytes = 0
        self.number = 0

    def add(self, size: int) -> None:
        self.bytes += size
        self.number += 1

    def shown(self) -> dict[str, int]:
        return {"bytes": self.bytes, "number": self.number}


def show_space(lab: Lab, progress: Progress) -> dict[str, Any]:
    """Add up what takes space.

    A file that several items hold counts for each of their types; its bytes are kept once.

    Returns:
        ``places`` (database, files, …: bytes and number of files each), ``by_type`` and
        ``by_creator``, ``largest`` files, ``disk`` (free and total bytes) and a ``summary``.
    """
    places = _places(lab, progress)
    disk = shutil.disk_usage(lab.folder)
    taken = sum(one["bytes"] for one in places.values())
    with spooled(lab, "files", lambda file: iter([_known(file)])) as files:
        largest = heapq.nlargest(LARGEST, files, key=itemgetter(0))
        by_creator = _by_creator(lab, files)
    return {
        "places": places,
        "by_type": _by_type(lab, progress),
        "by_creator": by_creator,
        "largest": [_largest(lab, *known) for known in largest],
        "disk": {"free": disk.free, "total": disk.total},
        "summary": f"The lab takes {readable_size(taken)}; {readable_size(disk.free)} are free.",
    }


def _places(lab: Lab, progress: Progress) -> dict[str, dict[str, int]]:
    """Bytes and numbers of files by where they are."""
    files = _Use()
    for blob in lab.vault.blobs():
        files.add(blob.size)
        progress.tell("Adding up files", files.number)
    folders = {
        "uploads under way": lab.vault.incoming,
        "finished figures": lab.folder / "cache",
        "workers": lab.folder / "workers",
        "before upgrades": lab.folder / BEFORE_UPGRADES,
        "before restores": lab.folder / BACKUPS_BEFORE_RESTORES,
        "backups": lab.folder / "backups",
    }
    database = {"bytes": lab.store.size(), "number": 1}
    found = {"database": database, "files": files.shown()}
    for name, folder in folders.items():
        progress.tell(f"Adding up {name}")
        found[name] = _folder(folder)
    return found


def _folder(folder: Path) -> dict[str, int]:
    use = _Use()
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)  # noqa: PTH118 (a hundred thousand of them)
            try:
                use.add(os.lstat(path).st_size)
            except FileNotFoundError:
                continue
    return use.shown()


def _known(file: Document) -> tuple[int, str, str, str]:
    """Of a file: its size, name, id and first creator."""
    creator = next(iter(file.get("creator_ids") or []), NOBODY)
    name = file.get("original_name") or file.get("name") or ""
    return file.get("size") or 0, name, file["immutable_id"], creator


def _by_type(lab: Lab, progress: Progress) -> dict[str, dict[str, int]]:
    """Items, and the bytes of the files that they hold, by their type."""
    uses: dict[str, _Use] = defaultdict(_Use)
    total = lab.store.items.count(EVERYTHING, scope=ALL)
    items = all_of(lab.store.items, fields=("type", "file_ObjectIds"))
    done = 0
    while some := list(islice(items, AT_ONCE)):
        sizes = _sizes(lab, some)
        for item in some:
            uses[item["type"]].add(sum(sizes.get(one, 0) for one in item["file_ObjectIds"]))
        done += len(some)
        progress.tell("Looking at items", done, total)
    return {name: use.shown() for name, use in sorted(uses.items())}


def _sizes(lab: Lab, items: list[Document]) -> dict[str, int]:
    """Bytes of the files of some items, by their ids."""
    ids = tuple({one for item in items for one in item["file_ObjectIds"]})
    query = Query(OneOf("immutable_id", ids), limit=len(ids) + 1, fields=("size",))
    found = lab.store.files.find(query).documents if ids else []
    return {one["immutable_id"]: one.get("size") or 0 for one in found}


def _by_creator(lab: Lab, files: Spool) -> list[dict[str, Any]]:
    """The people whose files take most, the first of them first."""
    uses: dict[str, _Use] = defaultdict(_Use)
    for size, _, _, creator in files:
        uses[creator].add(size)
    names = people.summaries(lab, [one for one in uses if one != NOBODY])
    most = heapq.nlargest(LARGEST, uses.items(), key=lambda one: one[1].bytes)
    return [
        {"name": names.get(person, {}).get("display_name", NOBODY), **use.shown()}
        for person, use in most
    ]


def _largest(lab: Lab, size: int, name: str, file_id: str, _: str) -> dict[str, Any]:
    query = Query(Is("file_ObjectIds", file_id), limit=5, fields=("refcode",))
    held = lab.store.items.find(query, scope=ALL).documents
    return {
        "file_id": file_id,
        "name": name,
        "bytes": size,
        "items": [one["refcode"] for one in held],
    }
