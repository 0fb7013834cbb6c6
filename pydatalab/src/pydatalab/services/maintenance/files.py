"""Whether the bytes of all files are there, and those that came."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydatalab.errors import Invalid, NotFound
from pydatalab.files.vault import Vault
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.words import counted
from pydatalab.services.maintenance.spool import spooled
from pydatalab.store.query import Document, Is, Query, Scope

GULP = 4 * 1024 * 1024

MOST_NAMED = 1_000
"""Bad files of which more than their number is said."""


@dataclass(frozen=True)
class Fault:
    """Bytes of the file store that are not as they should be."""

    sha256: str
    size: int
    problem: str
    """``missing`` or ``altered``."""
    file_id: str
    """A file that they belong to."""
    name: str


def check_files(lab: Lab, progress: Progress, repair_from: Path | None = None) -> dict[str, Any]:
    """Read the bytes of every file, of its revisions too, and compare them with what they were.

    Args:
        lab: the lab.
        progress: where it says how far it is.
        repair_from: a folder with copies, of any names, to put right what is missing or altered.

    Returns:
        How many different files were ``checked``, ``faults`` (the first of them with the items that
        hold them), ``num_faults``, ``repaired`` and a ``summary``.

    Raises:
        Invalid: there is no such folder.
    """
    if repair_from is not None and not repair_from.is_dir():
        raise Invalid(f"There is no folder {repair_from} to take copies from.")
    found = Counter[str]()
    faults: list[Fault] = []
    known: set[bytes] = set()
    with spooled(lab, "files", _blobs_of) as blobs:
        for number, (sha256, size, file_id, name) in enumerate(blobs):
            progress.tell("Reading files", number, len(blobs))
            if (key := bytes.fromhex(sha256)) in known:
                continue
            known.add(key)
            if problem := _problem(lab.vault, sha256, size, progress):
                found[problem] += 1
                if repair_from or len(faults) < MOST_NAMED:
                    faults.append(Fault(sha256, size, problem, file_id, name))
    repaired = _repair(lab, faults, repair_from, progress) if repair_from and faults else set()
    left = [one for one in faults if one.sha256 not in repaired]
    found -= Counter(one.problem for one in faults if one.sha256 in repaired)
    return {
        "checked": len(known),
        "num_faults": found.total(),
        "faults": [_described(lab, one) for one in left[:MOST_NAMED]],
        "repaired": sorted(repaired)[:MOST_NAMED],
        "num_repaired": len(repaired),
        "summary": _summary(len(known), found, len(repaired)),
    }


def _blobs_of(file: Document) -> Iterator[tuple[str, int, str, str]]:
    """Hash and size of what a file holds and held, with its id and name."""
    name = file.get("original_name") or file.get("name") or ""
    for state in (file, *(file.get("revisions") or [])):
        if sha256 := (state.get("checksums") or {}).get("sha256"):
            yield sha256, state.get("size") or 0, file["immutable_id"], name


def _problem(vault: Vault, sha256: str, size: int, progress: Progress) -> str | None:
    """What is wrong with a blob, read whole."""
    try:
        if vault.size(sha256) != size:
            return "altered"
        with vault.open(sha256) as stream:
            digest = hashlib.sha256()
            while chunk := stream.read(GULP):
                digest.update(chunk)
                if size > GULP:  # a long one can be cancelled too
                    progress.tell("Reading a large file", stream.tell(), size)
    except NotFound:
        return "missing"
    except OSError as error:
        return f"unreadable ({error.strerror})"
    return None if digest.hexdigest() == sha256 else "altered"


def _described(lab: Lab, fault: Fault) -> dict[str, Any]:
    """A fault with the items that hold the file, deleted ones too."""
    held = Query(Is("file_ObjectIds", fault.file_id), limit=20, fields=("refcode", "item_id"))
    found = lab.store.items.find(held, scope=Scope.all()).documents
    return {
        "sha256": fault.sha256,
        "size": fault.size,
        "problem": fault.problem,
        "file_id": fault.file_id,
        "name": fault.name,
        "items": [one["refcode"] for one in found],
    }


def _repair(lab: Lab, faults: list[Fault], folder: Path, progress: Progress) -> set[str]:
    """Bring right bytes from a folder; the hashes of what is right now."""
    sought: dict[int, set[str]] = {}
    for fault in faults:
        sought.setdefault(fault.size, set()).add(fault.sha256)
    repaired: set[str] = set()
    with lab.vault.delivery() as delivery:
        for number, (path, size) in enumerate(_files_in(folder)):
            progress.tell("Looking for copies", number)
            sha256 = _sha256_of(path) if size in sought else ""
            if sha256 in sought.get(size, ()) and sha256 not in repaired:
                delivery.add(sha256, size, _gulps(path))
                repaired.add(sha256)
        delivery.settle()
    return {
        one for one in repaired if _problem(lab.vault, one, _size(faults, one), progress) is None
    }


def _size(faults: list[Fault], sha256: str) -> int:
    return next(one.size for one in faults if one.sha256 == sha256)


def _files_in(folder: Path) -> Iterator[tuple[Path, int]]:
    """The files below a folder with their sizes; links are not followed."""
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name)
            with suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    yield path, path.stat().st_size


def _sha256_of(path: Path) -> str:
    """Its hash; nothing where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _gulps(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(GULP):
            yield chunk


def _summary(checked: int, found: Counter[str], repaired: int) -> str:
    said = [f"{counted(checked, 'file')} read."]
    if repaired:
        said.append(f"{repaired:,} put right.")
    bad = ", ".join(f"{number:,} {problem}" for problem, number in found.items())
    said.append(f"{bad}." if bad else "All are right.")
    return " ".join(said)
