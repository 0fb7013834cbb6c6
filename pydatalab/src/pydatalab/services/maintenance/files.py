"""Whether the bytes of all files are there, and those that came."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydatalab.errors import NotFound
from pydatalab.files.vault import Vault
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.models.words import counted
from pydatalab.services.maintenance.copies import GULP, Copies
from pydatalab.services.maintenance.spool import spooled
from pydatalab.store.query import Document, Is, Query, Scope

UNKNOWN = "unknown"

MOST_NAMED = 1_000
"""Bad files of which more than their number is said."""


@dataclass(frozen=True)
class Fault:
    """Bytes of the file store that are not as they should be."""

    sha256: str
    size: int
    problem: str
    """``missing``, ``altered``, or ``unknown`` where nobody ever told the hash of its bytes."""
    file_id: str
    """A file that they belong to."""
    name: str


def check_files(lab: Lab, progress: Progress, repair_from: Copies | None = None) -> dict[str, Any]:
    """Read the bytes of every file, of its revisions too, and compare them with what they were.

    Args:
        lab: the lab.
        progress: where it says how far it is.
        repair_from: copies, to put right what is missing or altered.

    Returns:
        How many different files were ``checked``, ``faults`` (the first of them with the items that
        hold them), ``num_faults``, ``repaired``, ``notes`` on the copies, and a ``summary``; also
        ``unknown`` and ``num_unknown``: records that came without bytes and hash, as an adoption
        leaves them, of which nothing can be checked.
    """
    found = Counter[str]()
    faults: list[Fault] = []
    unknown: list[Fault] = []
    known: set[bytes] = set()
    with spooled(lab, "files", _blobs_of) as blobs:
        for number, (sha256, size, file_id, name) in enumerate(blobs):
            progress.tell("Reading files", number, len(blobs))
            if not sha256:
                found[UNKNOWN] += 1
                if len(unknown) < MOST_NAMED:
                    unknown.append(Fault("", size, UNKNOWN, file_id, name))
                continue
            if (key := bytes.fromhex(sha256)) in known:
                continue
            known.add(key)
            if problem := _problem(lab.vault, sha256, size, progress):
                found[problem] += 1
                if repair_from or len(faults) < MOST_NAMED:
                    faults.append(Fault(sha256, size, problem, file_id, name))
    repaired, notes = (
        _repair(lab, faults, repair_from, progress) if repair_from and faults else (set(), ())
    )
    left = [one for one in faults if one.sha256 not in repaired]
    found -= Counter(one.problem for one in faults if one.sha256 in repaired)
    num_unknown = found.pop(UNKNOWN, 0)
    return {
        "checked": len(known),
        "num_faults": found.total(),
        "faults": [_described(lab, one) for one in left[:MOST_NAMED]],
        "repaired": sorted(repaired)[:MOST_NAMED],
        "num_repaired": len(repaired),
        "unknown": [_described(lab, one) for one in unknown],
        "num_unknown": num_unknown,
        "notes": notes,
        "summary": _summary(len(known), found, len(repaired), num_unknown),
    }


def _blobs_of(file: Document) -> Iterator[tuple[str, int, str, str]]:
    """Hash and size of what a file holds and held, with its id and name; no hash: nobody knows it."""
    name = file.get("original_name") or file.get("name") or ""
    if not (file.get("checksums") or {}).get("sha256"):
        yield "", file.get("size") or 0, file["immutable_id"], name
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


def _repair(
    lab: Lab, faults: list[Fault], copies: Copies, progress: Progress
) -> tuple[set[str], tuple[str, ...]]:
    """Bring right bytes from copies; the hashes of what is right now, and what to know of the copies."""
    sought = {fault.sha256: fault.size for fault in faults}
    with lab.vault.delivery() as delivery:
        notes = copies.bring(sought, delivery, progress)
        delivery.settle()
    right = {
        one for one, size in sought.items() if _problem(lab.vault, one, size, progress) is None
    }
    return right, notes


def _summary(checked: int, found: Counter[str], repaired: int, unknown: int) -> str:
    said = [f"{counted(checked, 'file')} read."]
    if repaired:
        said.append(f"{repaired:,} put right.")
    bad = ", ".join(f"{number:,} {problem}" for problem, number in found.items())
    said.append(f"{bad}." if bad else "All are right.")
    if unknown:
        said.append(f"{counted(unknown, 'record')} of a file came without its bytes.")
    return " ".join(said)
