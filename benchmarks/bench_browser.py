"""What somebody sees who uses the page in Chromium: plots after a click, tables of many items.

A table of 100,000 items (``BENCH_ITEMS``) is shown beside one of 100.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2

from benchmarks.bench_figures import DATA
from benchmarks.bench_pages import N_ITEMS, lab
from benchmarks.bench_start import served
from benchmarks.table import Row

NODE = Path(sys.executable).parent / "node"
SCRIPT = Path(__file__).parent / "browser.mjs"
FEW_ITEMS = 100
PERSON = "third"
FILES = (
    "xrd/Scan_C1.xrdml",
    "echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr",
    "raman/raman_example.wdf",
)
"""Real instrument files; what is missing is left out."""

LIMITS = {"ms": 1000.0, "kB": 350.0}


def run() -> list[Row]:
    """From a click to the curve; then both labs' tables, opened, sorted, searched and scrolled."""
    with lab(FEW_ITEMS) as folder, served(folder) as address:
        time.sleep(5)  # the workers' host has loaded what it needs
        rows = _used("plots", address, *_with_files(address))
        rows += _used("tables", address, of=f"{FEW_ITEMS:,} items: ")
    with lab(N_ITEMS, os.environ.get("BENCH_PAGES_FOLDER")) as folder, served(folder) as address:
        return rows + _used("tables", address, of=f"{N_ITEMS:,} items: ")


def _with_files(address: str) -> list[str]:
    """The refcode of an item with the real files, and their names."""
    paths = [DATA / name for name in FILES if (DATA / name).exists()]
    key = {"DATALAB-API-KEY": PERSON}
    with httpx2.Client(base_url=address, headers=key, timeout=60) as client:
        item = client.post("/v1/items", json={"type": "samples"}).json()["refcode"]
        for path in paths:
            content = path.read_bytes()
            client.post(f"/v1/items/{item}/files?name={path.name}", content=content)
    return [item, *(path.name for path in paths)]


def _used(what: str, address: str, *more: str, of: str = "") -> list[Row]:
    """What a part of the script measured."""
    said = subprocess.check_output([NODE, SCRIPT, what, address, PERSON, *more], text=True)
    return [
        Row(of + one["what"], one["value"], one["unit"], LIMITS.get(one["unit"]))
        for one in json.loads(said)
    ]
