"""How much less the second incremental backup takes than the first, with 1 % of the files new.

`BENCH_GB` says how large the lab's files are together; 10,000 items, a file each, of mixed sizes.
"""

import os
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.lab_of_items import items
from benchmarks.table import Row
from pydatalab.app import open_lab
from pydatalab.backups.runs import run_strategy
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.models.progress import Silent
from pydatalab.models.times import now

ITEMS = int(os.environ.get("BENCH_ITEMS", "10000"))
BYTES = float(os.environ.get("BENCH_GB", "2")) * 1e9
CHANGED = 100
"""One of so many items gets a new file."""

SHARES = (1, 1, 1, 1, 2, 2, 5, 20, 67)
"""Sizes of files, as shares of the largest group."""


def run() -> list[Row]:
    """Measure it."""
    with tempfile.TemporaryDirectory(prefix="datalab-bench-") as folder:
        strategy = {"location": f"{folder}/kept", "incremental": True}
        settings = {"DATA_DIRECTORY": Path(folder) / "data", "BACKUP_STRATEGIES": {"s": strategy}}
        with open_lab(Config.model_validate(settings)) as lab:
            _fill(lab, ITEMS)
            first, moved_first = _timed(lab)
            _add_files(lab, range(0, ITEMS, CHANGED))
            second, moved_second = _timed(lab)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return [
        Row("first incremental backup", first, "s"),
        Row("second, 1 % new", second, "s"),
        Row("second, part of the first's time", 100 * second / first, "%", limit=5),
        Row("second, part of the first's bytes", 100 * moved_second / moved_first, "%", limit=5),
        Row("memory at most", memory, "MB", limit=300),
    ]


def _timed(lab: Lab) -> tuple[float, int]:
    """A run: how many seconds it took, and the bytes that it moved."""
    os.sync()
    began = time.perf_counter()
    moved: int = run_strategy(lab, "s", progress=Silent())["moved"]
    return time.perf_counter() - began, moved


def _fill(lab: Lab, number: int) -> None:
    documents = list(items(number))
    for start in range(0, number, 1000):
        refused = [one for one in lab.store.items.add_all(documents[start : start + 1000]) if one]
        assert not refused, refused[0]
    _add_files(lab, range(number))


def _add_files(lab: Lab, numbers: Any) -> None:
    """A new file for each of these items: half noise, half text, as instruments write."""
    chance = random.Random(len(numbers))
    unit = BYTES / ITEMS / (sum(SHARES) / len(SHARES))
    for number in numbers:
        size = int(unit * SHARES[number % len(SHARES)])
        with lab.vault.writer() as writer:
            writer.write(chance.randbytes(size // 2) + b"10.02 113.5\n" * (size // 24))
            blob = writer.finish()
        lab.store.files.add(
            {
                "immutable_id": f"{len(numbers):08x}{number:016x}",
                "name": f"{number}.xy",
                "original_name": f"{number}.xy",
                "size": blob.size,
                "checksums": {"sha256": blob.sha256, "md5": blob.md5},
                "revision": 1,
                "last_modified": now(),
                "edit": 1,
            }
        )
