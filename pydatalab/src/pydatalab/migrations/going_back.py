"""Takes away what a newer datalab wrote, so that a backup from before its upgrade can come back."""

import sqlite3
from contextlib import closing
from pathlib import Path

from pydatalab.errors import Conflict, Unavailable

FOLDER = "after-upgrade"
"""Folder of the lab with what newer datalabs wrote, which nobody but them can read."""


def set_aside(path: Path, folder: Path) -> Path:
    """Move an SQLite file that nobody has open into a folder; where it is then.

    Raises:
        Conflict: somebody has it open.
        Unavailable: it cannot be moved.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = DELETE")  # which takes its companions into it
    except sqlite3.OperationalError as exc:
        raise Conflict(f"Stop the server first: the database {path} is open ({exc}).") from exc
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path.rename(folder / path.name)
    except OSError as exc:
        raise Unavailable(f"{path} cannot be moved to {folder}: {exc.strerror}.") from exc
