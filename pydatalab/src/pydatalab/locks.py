"""Files that a process locks for as long as it lives."""

import fcntl
from pathlib import Path


def is_held(path: Path) -> bool:
    """Whether a process of this machine has locked a file for itself alone.

    Raises:
        OSError: there is no such file, or it cannot be opened.
    """
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
