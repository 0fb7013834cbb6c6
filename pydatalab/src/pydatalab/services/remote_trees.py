"""Remote folders as whole trees, for clients that ask for everything at once; within limits."""

import time
from collections import deque
from dataclasses import dataclass

from pydatalab.errors import DatalabError, NotFound
from pydatalab.files.remotes.browser import Wanted
from pydatalab.files.remotes.listings import Listing
from pydatalab.files.remotes.port import Entry
from pydatalab.lab import Lab

MOST = 20_000
"""Entries of one tree; folders near its root are read first."""

DEEPEST = 12
"""Levels of folders."""

SECONDS = 20
"""How long reading one tree may take."""


@dataclass(frozen=True)
class Branch:
    """A file or folder of a tree."""

    entry: Entry
    path: str
    contents: "list[Branch] | None"
    """``None`` for what is no folder, and for folders beyond the limits."""
    problem: str | None = None
    """Why a folder could not be read."""


@dataclass(frozen=True)
class Tree:
    """A whole remote folder, as far as the limits go."""

    name: str
    branches: list[Branch]
    read_at: float | None
    """When its root was read; seconds since 1970."""
    is_new: bool
    """Whether that was for this very question."""
    problem: str | None


def tree(lab: Lab, name: str, wanted: Wanted) -> Tree:
    """A remote folder with everything in it; what is away is a problem of that branch alone.

    Raises:
        NotFound: the settings name no such remote folder.
    """
    lab.remotes.place(name)
    begun = time.time()
    try:
        root = lab.remotes.listing(name, "", wanted)
    except DatalabError as exc:
        return Tree(name, [], None, is_new=False, problem=exc.message)
    return Tree(name, _grown(lab, name, root, wanted), root.read_at, root.read_at >= begun, None)


def _grown(lab: Lab, name: str, root: Listing, wanted: Wanted) -> list[Branch]:
    """The branches of a tree, level by level, until a limit is met."""
    until = time.monotonic() + SECONDS
    trunk: list[Branch] = []
    left = MOST
    waiting: deque[tuple[str, int, list[Branch], Listing | None]] = deque([("", 0, trunk, root)])
    while waiting:
        folder, depth, contents, listing = waiting.popleft()
        if left <= 0 or (listing is None and time.monotonic() > until):
            continue
        try:
            found = listing or lab.remotes.listing(name, folder, wanted)
        except NotFound:
            continue
        except DatalabError as exc:
            contents.append(
                Branch(Entry(folder.rpartition("/")[2], "other"), folder, None, exc.message)
            )
            continue
        for entry in found.entries[:left]:
            path = f"{folder}/{entry.name}" if folder else entry.name
            opens = entry.kind == "folder" and not entry.is_link and depth < DEEPEST
            branch = Branch(entry, path, [] if entry.kind == "folder" else None)
            contents.append(branch)
            if opens and branch.contents is not None:
                waiting.append((path, depth + 1, branch.contents, None))
        left -= len(found.entries)
    return trunk
