"""Which experiments an archive holds, and which of them was chosen."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath


def labelled(folders: Iterable[PurePosixPath], archive: str) -> dict[str, PurePosixPath]:
    """Folders by a short name, in natural order: their path below the folder that they share.

    Args:
        folders: inside an archive.
        archive: name for a folder that is the archive itself.

    Returns:
        ``{"10": PurePosixPath("sample/10"), "11": ...}``; a lone folder goes by its own name.
    """
    found = sorted(set(folders), key=lambda folder: natural(str(folder)))
    shared = _shared([folder.parts[:-1] for folder in found])
    return {"/".join(folder.parts[shared:]) or archive: folder for folder in found}


def _shared(paths: Sequence[Sequence[str]]) -> int:
    """How many parts all paths begin with together."""
    count = 0
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        count += 1
    return count


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key that sorts ``2`` before ``10``."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in re.findall(r"\d+|\D+", text)
    ]


def chosen(wanted: str | None, available: Sequence[str]) -> str:
    """The wanted one of these, or the first: a stored choice may be of a file since replaced."""
    return wanted if wanted is not None and wanted in available else available[0]
