"""How large a lab's database becomes, and what a list costs there: ``python -m benchmarks.scale``.

Measured: documents that the services write into a small lab, as MongoDB would get them, and the
entries that its indexes would have for them. Computed from that: sizes up to 10⁸ items. Simulated:
how many entries of an index a page of a list reads, by the principals of who looks. No server runs.
"""

import heapq
import random
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

import bson

from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.services import blocks, creation, files, people, snapshots
from pydatalab.store.conditions import values_at
from pydatalab.store.kinds import FILES, ITEMS, VERSIONS, Kind
from pydatalab.store.mongo.documents import stored
from pydatalab.store.mongo.indexes import indexes_of

SAMPLE = 150
"""Items of the small lab."""

FILES_OF_ONE, VERSIONS_OF_ONE = 3, 5
"""Of each item: an assumption, which sizes are proportional to."""

SIZES = (10**5, 10**6, 10**7, 10**8)

ENTRY = 7
"""Bytes that an entry of an index costs besides its key: its header and the place of the document."""

FILLED = 0.75
"""How full the pages of an index are that was not written in order."""

BLOCK = 32 * 1024
"""Bytes that MongoDB compresses together."""

GB = 1e9
PAGE = 50


@dataclass(frozen=True)
class Measured:
    """One kind of documents, for each document on average."""

    kind: Kind
    document: float
    """Bytes of BSON."""
    packed: float
    """The same, compressed as quickly as zlib can."""
    indexes: Mapping[str, tuple[float, float]]
    """Of each index the entries of a document, and their bytes, prefixes of neighbours left out."""


def main() -> None:
    """Print all tables."""
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder))
    print_sizes(measured)
    print_indexes(measured[0])
    print_lists()
    print_writes(measured)


def measure(folder: Path) -> list[Measured]:
    """What the services write into a lab, by kind."""
    with open_lab(Config(DATA_DIRECTORY=folder)) as lab:
        fill(lab)
        with lab.store.snapshot() as snapshot:
            return [
                _measured(kind, list(snapshot.documents(kind.name)))
                for kind in (ITEMS, VERSIONS, FILES)
            ]


def fill(lab: Lab) -> None:
    """Samples that were made from others, described, each with files and a plot, kept in versions."""
    dice = random.Random(1)
    words = [
        "".join(dice.choices("abcdefghiklmnoprstu", k=dice.randint(3, 9))) for _ in range(4000)
    ]
    who = people.person(lab, people.add_person(lab, "Ada", role="admin")["immutable_id"])
    before = None
    for number in range(SAMPLE):
        made = creation.create_item(lab, who, _new(number, dice, words, before))
        before = {name: made[name] for name in ("refcode", "type", "item_id", "name")}
        for one in range(FILES_OF_ONE):
            with lab.vault.writer() as writer:
                writer.write(dice.randbytes(100))
                blob = writer.finish()
            file, _ = files.attach_file(lab, who, made["refcode"], f"scan {one}.xy", blob)
        blocks.add_block(lab, who, made["refcode"], "xrd", file_ids=[file["immutable_id"]])
        snapshots.save_version(lab, who, made["refcode"], "manual_save")


def _new(number: int, dice: random.Random, words: Sequence[str], before: Any) -> dict[str, Any]:
    made_from = [{"item": before, "quantity": 1.5, "unit": "g"}] if before else []
    return {
        "type": "samples",
        "item_id": f"AB-{number:06}",
        "name": " ".join(dice.choices(words, k=4)),
        "description": f"<p>{' '.join(dice.choices(words, k=45))}</p>",
        "chemform": "LiNi0.8Mn0.1Co0.1O2",
        "synthesis_constituents": made_from,
    }


def _measured(kind: Kind, documents: Sequence[Mapping[str, Any]]) -> Measured:
    made = [stored(kind, dict(one)) for one in documents]
    whole = b"".join(map(bson.encode, made))
    blocks_of_them = (whole[at : at + BLOCK] for at in range(0, len(whole), BLOCK))
    packed = sum(len(zlib.compress(one, 1)) for one in blocks_of_them)
    names = [index.document["name"] for index in indexes_of(kind)]
    indexed = [tuple(index.document["key"]) for index in indexes_of(kind)]
    return Measured(
        kind,
        len(whole) / len(made),
        packed / len(made),
        {
            name: _entries(made, fields)
            for name, fields in zip(["_id", *names], [("_id",), *indexed], strict=True)
        },
    )


def _entries(
    documents: Sequence[Mapping[str, Any]], fields: tuple[str, ...]
) -> tuple[float, float]:
    """Entries of an index for each document, and their bytes."""
    keys = sorted(
        b"".join(b"\1" + _key(part) for part in parts)
        for document in documents
        for parts in product(*(values_at(document, field) or [None] for field in fields))
    )
    size = sum(
        len(key) - _shared(before, key) for before, key in zip([b"", *keys[:-1]], keys, strict=True)
    )
    each = len(keys) / len(documents)
    return each, size / len(documents) + each * ENTRY


def _key(value: Any) -> bytes:
    return value.binary if isinstance(value, bson.ObjectId) else str(value).encode()


def _shared(one: bytes, other: bytes) -> int:
    """Bytes at the beginning that two keys share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def print_sizes(measured: Sequence[Measured]) -> None:
    """Gigabytes of data and indexes, on disk."""
    of_one = {ITEMS.name: 1, VERSIONS.name: VERSIONS_OF_ONE, FILES.name: FILES_OF_ONE}
    print("\nMeasured, for each document: BSON, compressed, all its indexes (bytes; entries)")
    for one in measured:
        entries, size = (sum(part) for part in zip(*one.indexes.values(), strict=True))
        print(
            f"  {one.kind.name:<14}{one.document:>8.0f}{one.packed:>8.0f}{size:>8.0f}{entries:>8.0f}"
        )
    print("\nComputed, in GB: documents compressed + indexes")
    print("  " + "".join(f"{f'{n:,} items':>22}" for n in SIZES))
    for one in measured:
        index = sum(size for _, size in one.indexes.values()) / FILLED
        cells = (n * of_one[one.kind.name] / GB for n in SIZES)
        shown = "".join(f"{f'{n * one.packed:,.1f} + {n * index:,.1f}':>22}" for n in cells)
        print(f"  {one.kind.name:<14}{shown}")


def print_indexes(one: Measured) -> None:
    """Each index of items."""
    print("\nIndexes of items: entries of one, bytes of one, GB for 10⁸")
    for name, (entries, size) in sorted(one.indexes.items(), key=lambda each: -each[1][1]):
        print(f"  {name:<46}{entries:>7.1f}{size:>8.0f}{size / FILLED * 10**8 / GB:>8.1f}")


@dataclass(frozen=True)
class Looker:
    """Somebody who looks at a list of everything that they see, newest first."""

    who: str
    share: float
    """Of all items, what they see."""
    principals: int


LOOKERS = (
    Looker("an administrator", 1.0, 1),
    Looker("one of a group of 20, in 5 collections", 2e-3, 8),
    Looker("a head of 10 groups, in 100 collections", 2e-2, 112),
    Looker("somebody in 1,000 collections", 1e-2, 1_003),
    Looker("a guest with ten items", 0.0, 2),
)
SIMULATED = 10**6
MOST_SCANS = 200
"""Scans that MongoDB merges for one sorted question; with more principals it does otherwise."""


def print_lists() -> None:
    """Entries of an index that the first page of a list reads, in both ways that a server may take."""
    print(f"\nSimulated with {SIMULATED:,} items: entries read for a page of {PAGE}")
    print(f"  {'':<42}{'merged scans':>14}{'along the order':>17}{'the same at 10⁸':>17}")
    for one in LOOKERS:
        merged, walked = simulated(one)
        larger = walked if one.share else max(SIZES)
        way = f"{merged:,}" + (" *" if one.principals > MOST_SCANS else "")
        print(f"  {one.who:<42}{way:>14}{walked:>17,}{larger:>17,}")
    print(f"  * more than {MOST_SCANS} principals: the server does not merge so many scans")


def simulated(one: Looker) -> tuple[int, int]:
    """Entries read by merging a scan for each principal, and by walking all items in order."""
    dice = random.Random(2)
    seen = max(int(SIMULATED * one.share), 10)
    scans: dict[int, list[int]] = defaultdict(list)
    visible = sorted(dice.sample(range(SIMULATED), seen))
    for item in visible:  # each by one of their principals, one in five by two
        for principal in dice.sample(range(one.principals), 2 if _twice(dice, one) else 1):
            scans[principal].append(item)
    read, found = one.principals, set[int]()  # the first entry of each scan is read to begin
    for item in heapq.merge(*scans.values()):
        if len(found) == PAGE:
            break
        read += 1
        found.add(item)
    return read, next(islice(visible, PAGE - 1, None), SIMULATED - 1) + 1


def _twice(dice: random.Random, one: Looker) -> bool:
    return one.principals > 1 and dice.random() < 0.2


def print_writes(measured: Sequence[Measured]) -> None:
    """What 10⁴ people write, where a tenth of them is at work."""
    at_work, between = 10**4 // 10, 20.0
    saves = at_work / between
    sent = measured[0].document + measured[1].document
    print(f"\nComputed: {at_work:,} people at work, each saves every {between:.0f} s")
    print(f"  saves: {saves:.0f}/s, each replaces an item and a version: {2 * saves:.0f} writes/s")
    print(f"  to the log of the replica set: {saves * sent / 1e6:.2f} MB/s")
    print(f"  reads (a list or an item every 5 s, 3 look-ups of who asks): {at_work / 5 * 4:.0f}/s")


if __name__ == "__main__":
    main()
