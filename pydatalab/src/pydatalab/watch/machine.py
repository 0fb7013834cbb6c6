"""The machine that the server runs on, as Linux tells of it."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
KILO = 1024
PAGE = os.sysconf("SC_PAGE_SIZE")

GROUP = Path("/sys/fs/cgroup")
"""Where a container finds what it may take."""


class Memory(NamedTuple):
    """Bytes of memory, of the machine or of what a container may take of it."""

    total: int
    available: int


def memory() -> Memory:
    """How much memory there is, and how much of it is left."""
    told = dict(line.split(":", 1) for line in (PROC / "meminfo").read_text().splitlines())
    machine = Memory(*(int(told[name].split()[0]) * KILO for name in ("MemTotal", "MemAvailable")))
    limit, used = _number(GROUP / "memory.max"), _number(GROUP / "memory.current")
    if limit is None or used is None or limit >= machine.total:
        return machine
    return Memory(limit, min(max(limit - used, 0), machine.available))


def _number(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text())
    return None


class Disk(NamedTuple):
    """Bytes of a disk."""

    total: int
    free: int
    """What is left for others than the system."""


def disk(folder: Path) -> Disk:
    """The disk that a folder is on."""
    usage = shutil.disk_usage(folder)
    return Disk(usage.total, usage.free)


def load() -> tuple[float, float, float]:
    """How many processes wanted to run, on the average of the last minute, five and fifteen."""
    return os.getloadavg()


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def resident(process: int) -> int:
    """Bytes of memory that a process has; 0 where it is gone."""
    with suppress(OSError, ValueError):
        return int((PROC / str(process) / "statm").read_text().split()[1]) * PAGE
    return 0


def own_memory(process: int) -> int:
    """Bytes of memory that a process shares with no file; 0 where it is gone."""
    with suppress(OSError, ValueError):
        pages = (PROC / str(process) / "statm").read_text().split()
        return (int(pages[1]) - int(pages[2])) * PAGE
    return 0
