"""What is asked of a place that files are attached from, however it is reached.

Paths are relative to its root, with ``/`` between names; the root is the empty path. Nothing outside
of the root is shown or read: a path that leads out looks like one that is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from pydatalab.errors import NotFound

LONGEST = 4_096
"""Characters of a path."""

LONGEST_NAME = 255
"""Bytes of a name in it, as file systems have it."""

UNNAMED = "\N{REPLACEMENT CHARACTER}"
"""Stands for bytes of a name that are no text; such a file cannot be asked for."""


@dataclass(frozen=True)
class Entry:
    """What stands in a folder."""

    name: str
    kind: Literal["folder", "file", "other"]
    """``other``: a device, a link that leads out or nowhere, a name that is no text."""
    size: int | None = None
    """In bytes, of files."""
    modified_at: str | None = None
    """By the clock of that machine, as ``models.times`` writes it."""
    is_link: bool = False
    """Whether it is a link to what it seems to be."""


class Remote(Protocol):
    """An open connection, for one thread at a time.

    Each method raises NotFound for what is not there, Forbidden for what the server itself may not
    read, and Unavailable where the place is away.
    """

    def entries(self, path: str) -> Iterator[Entry]:
        """What stands in a folder, in no order."""

    def look(self, path: str) -> Entry:
        """A file or folder as it is now."""

    def open(self, path: str) -> tuple[Entry, BinaryIO]:
        """A file as it is now, and its bytes up to the size that it has now."""

    def close(self) -> None:
        """Let go of the connection."""


def parts_of(path: str) -> list[str]:
    """The names in a path.

    Raises:
        NotFound: it leads out of the root, or cannot be a path.
    """
    names = path.split("/") if path else []
    if len(path) > LONGEST or any(_is_no_name(name) for name in names):
        raise nothing_there(path)
    return names


def _is_no_name(name: str) -> bool:
    if name in {"", ".", ".."} or "\0" in name or UNNAMED in name:
        return True
    try:
        return len(name.encode()) > LONGEST_NAME
    except UnicodeEncodeError:
        return True


def nothing_there(path: str) -> NotFound:
    """That a path leads nowhere, or out: the two look the same."""
    return NotFound(f"There is no {path[:200]!r} in this remote folder. Refresh the list.")
