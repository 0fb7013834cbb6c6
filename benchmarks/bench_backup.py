"""Are backups as quick as tar and a compressor, restores as quick as backups, and do people notice?

``BENCH_BACKUP_BYTES`` and ``BENCH_BACKUP_ITEMS`` make a smaller lab, for a quick look.
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.table import Row
from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.models.derived import item_derived
from pydatalab.services import accounts, people

BYTES = int(os.environ.get("BENCH_BACKUP_BYTES", "2000000000"))
ITEMS = int(os.environ.get("BENCH_BACKUP_ITEMS", "10000"))

SIZES = (2_000, 20_000, 200_000)
"""Sizes of most files, in bytes; every tenth is a large one, and these share the rest."""

SCRIPTS = Path(sys.executable).parent

TOOLS = {"zst": "zstd -q -3", "gz": "gzip -6"}
AT_LEAST = {"zst": 0.7, "gz": 1.0}
"""Speed of a backup, in that of ``tar`` and the tool over the same files."""


def run() -> list[Row]:
    """Back a lab up, restore it, and do the like with tar."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with open_lab(Config(DATA_DIRECTORY=folder / "lab")) as lab:
            fill(lab)
        rows = [row for ending in TOOLS for row in compared(folder, ending)]
        return [*rows, *noticed(folder)]


def compared(folder: Path, ending: str) -> list[Row]:
    """Backup and restore with one compression, and tar with its tool before and after."""
    archive = folder / f"lab.tar.{ending}"
    by_tool = with_tar(folder, ending)
    made, memory = task(folder / "lab", "admin.create-backup", "--output-path", str(archive))
    by_tool = min(by_tool, with_tar(folder, ending))
    restored, more = task(folder / f"restored-{ending}", "admin.restore-backup", str(archive))
    archive.unlink()
    return [
        Row(f"tar | {TOOLS[ending]}", by_tool, "s"),
        Row(f"backup to .tar.{ending}", made, "s"),
        Row(f"time of the backup to .tar.{ending}, of tar's", made / by_tool, "×", 1 / AT_LEAST[ending]),
        Row(f"time of the restore from .tar.{ending}, of the backup's", restored / made, "×", 1.0),
        Row(f"memory of the two with .tar.{ending}", max(memory, more) / 1e6, "MB", 300),
    ]  # fmt: skip


def with_tar(folder: Path, ending: str) -> float:
    """Seconds that tar and the tool take, until it is all on the disk."""
    out = folder / "by-tar"
    begun = time.perf_counter()
    command = f"tar -C {folder}/lab/files -cf - blobs | {TOOLS[ending]} > {out} && sync {out}"
    subprocess.run(command, shell=True, check=True)
    taken = time.perf_counter() - begun
    out.unlink()
    return taken


def task(data: Path, *words: str) -> tuple[float, int]:
    """Seconds and bytes of memory that a task takes, its start included."""
    begun, most = time.perf_counter(), 0
    process = subprocess.Popen(
        [SCRIPTS / "pydatalab", *words], env=environment(data), stdout=subprocess.DEVNULL
    )
    while process.poll() is None:
        most = max(most, memory(process.pid))
        time.sleep(0.02)
    assert process.returncode == 0, words
    return time.perf_counter() - begun, most


def memory(pid: int) -> int:
    """The most bytes that a process had so far; 0 if it is over."""
    try:
        said = Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2]
    except OSError:
        return 0
    return int(said.split()[0]) * 1024 if said else 0


def noticed(folder: Path) -> list[Row]:
    """The slowest answers of a server while it is backed up, one request after the other."""
    with open_lab(Config(DATA_DIRECTORY=folder / "lab")) as lab:
        person = people.add_person(lab, "Ada", contact_email="ada@lab.example", role="admin")
        key = accounts.make_api_key(lab, person["immutable_id"], "bench")["key"]
    with serving(folder / "lab") as address:
        over = threading.Event()
        asked: list[float] = []
        caller = threading.Thread(target=call, args=(address, key, over, asked))
        caller.start()
        task(folder / "lab", "admin.create-backup", "--output-path", str(folder / "m.tar.zst"))
        over.set()
        caller.join()
    ordered = sorted(asked)
    return [
        Row("answers during a backup, 99th percentile", ordered[len(ordered) * 99 // 100] * 1000, "ms"),
        Row("slowest answer during a backup", ordered[-1] * 1000, "ms", 1000),
    ]  # fmt: skip


def call(address: str, key: str, over: threading.Event, asked: list[float]) -> None:
    """Make and list items until it is over; how long each answer took, in seconds."""
    requests: list[tuple[str, bytes | None]] = [
        ("/v1/items?limit=50", None),
        ("/v1/items", b'{"type": "samples", "name": "meanwhile"}'),
    ]
    while not over.is_set():
        for path, body in requests:
            headers = {"DATALAB-API-KEY": key, "Content-Type": "application/json"}
            request = urllib.request.Request(address + path, data=body, headers=headers)
            begun = time.perf_counter()
            urllib.request.urlopen(request, timeout=60).read()
            asked.append(time.perf_counter() - begun)


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """A server over a lab; its address."""
    address = "http://127.0.0.1:5991"
    command = [SCRIPTS / "pydatalab", "serve", "--port", "5991"]
    with subprocess.Popen(
        command, env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/healthcheck/is_ready", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()


def environment(data: Path) -> dict[str, str]:
    """The variables of a lab in a folder."""
    return {**os.environ, "PYDATALAB_DATA_DIRECTORY": str(data)}


def fill(lab: Lab) -> None:
    """Items with a file each, half of which can be compressed well, as numbers in text can."""
    chance = random.Random(1)
    lab.store.items.add_all([item(number) for number in range(ITEMS)])
    sizes = [chance.choice(SIZES) if number % 10 else 0 for number in range(ITEMS)]
    large = max(BYTES - sum(sizes), 0) // sizes.count(0)
    for number, size in enumerate(sizes):
        add_file(lab, number, content(chance, size or large))


def content(chance: random.Random, size: int) -> bytes:
    """Measured values as text, which shrink to about half, or bytes in which nothing repeats."""
    raw = chance.randbytes(size)
    if chance.random() < 0.5:
        return raw
    return raw[: size // 2 + 1].hex().encode()[:size]


def item(number: int) -> dict[str, Any]:
    """An item of about 2 kB."""
    made = {
        "immutable_id": f"{number:024x}", "type": "samples", "item_id": f"S-{number}",
        "refcode": f"lab:{number:06}", "name": f"Sample {number}", "status": "active", "date": None,
        "last_modified": "2026-01-01T00:00:00.000000+00:00", "creator_ids": ["a" * 24],
        "group_ids": [], "file_ObjectIds": [f"{number:024x}"], "blocks_obj": {},
        "display_order": [], "description": f"<p>{'ground and fired at 900 °C ' * 40}</p>",
        "relationships": [], "edit": 1, "version": 1,
    }  # fmt: skip
    return made | {"derived": item_derived(made)}


def add_file(lab: Lab, number: int, raw: bytes) -> None:
    """A file's bytes and its record."""
    with lab.vault.writer() as writer:
        writer.write(raw)
        blob = writer.finish()
    lab.store.files.add(
        {
            "immutable_id": f"{number:024x}", "type": "files", "name": f"{number}.xy",
            "original_name": f"{number}.xy", "size": blob.size, "revision": 1,
            "checksums": {"sha256": blob.sha256, "md5": blob.md5}, "edit": 1,
        }
    )  # fmt: skip
