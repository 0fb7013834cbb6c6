"""Handlers of jobs for tests: each notes in a file that it began."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydatalab.errors import DatabaseAway, Invalid
from pydatalab.lab import Lab
from pydatalab.models.progress import Progress
from pydatalab.store.query import Query


def wait(_: Lab, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Tell of the seconds that pass, until somebody makes a file."""
    note(arguments["notes"])
    until, begun = Path(arguments["until"]), time.monotonic()
    while not until.exists():
        progress.tell("Waiting", int(time.monotonic() - begun), 60)
        time.sleep(0.02)
    return {"pid": os.getpid()}


def be_silent(_: Lab, arguments: Mapping[str, Any], __: Progress) -> Mapping[str, Any]:
    """Never listen."""
    note(arguments["notes"])
    time.sleep(60)
    return {}


def count_items(lab: Lab, arguments: Mapping[str, Any], _: Progress) -> Mapping[str, Any]:
    """Something quick, with the lab."""
    note(arguments["notes"])
    return {"people": len(lab.store.people.find(Query()).documents)}


def refuse(_: Lab, __: Mapping[str, Any], ___: Progress) -> Mapping[str, Any]:
    """Fail in a sentence."""
    raise Invalid("There is nothing to do here.")


def stumble(_: Lab, __: Mapping[str, Any], ___: Progress) -> Mapping[str, Any]:
    """Fail without one."""
    raise KeyError("a secret key")


def lose_the_database(_: Lab, arguments: Mapping[str, Any], __: Progress) -> Mapping[str, Any]:
    """Find the database away, the first time."""
    note(arguments["notes"])
    if len(Path(arguments["notes"]).read_text().split()) == 1:
        raise DatabaseAway("The database is away for the moment.")
    return {}


def note(path: str) -> None:
    """Add this process to the notes."""
    with Path(path).open("a") as notes:
        notes.write(f"{os.getpid()}\n")
