"""Which process somebody was, and whether it is dead for sure, as far as this machine can tell."""

import os
from pathlib import Path
from typing import TypedDict

PROC = Path("/proc")


class Process(TypedDict):
    """A process, told apart from all that ever had its number."""

    machine: str
    """The start of a machine, and the space in which process numbers are counted there."""
    number: int
    began: str
    """When, in ticks of that machine."""


def process_now(number: int) -> Process | None:
    """The process that has this number here; ``None`` if none has, or nobody can tell."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        space = (PROC / "self/ns/pid").readlink()
        told = (PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if told[0] in "ZX":
        return None
    return {"machine": f"{boot} {space}", "number": number, "began": told[19]}


def has_died(process: Process | None) -> bool:
    """Whether a process is dead; one of another machine never is for sure."""
    here = process_now(os.getpid())
    if process is None or here is None or here["machine"] != process["machine"]:
        return False
    return process_now(process["number"]) != process
