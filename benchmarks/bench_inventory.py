"""Imports of a large inventory: time and memory of the whole process, for a first and a later export.

The number of bottles is taken from ``BENCH_BOTTLES``. Memory is that of the command and of the
process that reads the table for it, each at its peak, added up.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.inventory_of_bottles import write_export
from benchmarks.table import Row

N_BOTTLES = int(os.environ.get("BENCH_BOTTLES", "50000"))
MOST_SECONDS, MOST_MEGABYTES = 120.0, 400.0

MEASURED = """
import resource, sys
from pydatalab.commands.program import main
sys.argv = ["pydatalab", "admin.import-cheminventory", *sys.argv[1:]]
try:
    main()
finally:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{own} {reader}", file=sys.stderr)
"""


def run() -> list[Row]:
    """Import an export, the same again, and a later one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, later = folder / "first.xlsx", folder / "later.xlsx"
        write_export(first, N_BOTTLES)
        write_export(later, N_BOTTLES, half_a_year_later=True)
        return [
            row
            for what, path in (("first", first), ("same again", first), ("later", later))
            for row in _imported(folder, what, path)
        ]


def _imported(folder: Path, what: str, path: Path) -> list[Row]:
    environment = os.environ | {"PYDATALAB_DATA_DIRECTORY": str(folder / "data")}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)],
        env=environment, cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    taken = time.perf_counter() - began
    kilobytes = sum(map(int, done.stderr.split()[-2:]))
    return [
        Row(f"{N_BOTTLES:,} bottles, {what} export", taken, "s", MOST_SECONDS),
        Row(f"memory, {what} export", kilobytes / 1024, "MB", MOST_MEGABYTES),
    ]
