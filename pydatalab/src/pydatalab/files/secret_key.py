"""The secret of a lab whose settings name none."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

NAME = "secret-key"
"""The file that keeps it, in the folder of the lab's data; nobody but its owner can read it."""


def kept_key(folder: Path) -> str:
    """The key that a folder keeps; made with the first call, whichever process that is.

    Args:
        folder: where all processes of the lab on this machine find it again.

    Returns:
        64 characters of 6 bits each.
    """
    place = folder / NAME
    with suppress(FileNotFoundError):
        return place.read_text(encoding="ascii")
    new = folder / f".{NAME}-{secrets.token_hex(8)}"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # somebody was faster: theirs counts
        os.link(new, place)
    new.unlink()
    return place.read_text(encoding="ascii")
