"""Tars that others packed: their files, as far as these can be trusted."""

import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from pydatalab.errors import Invalid

DAMAGE = (tarfile.TarError, EOFError, OverflowError, ValueError)
"""What is raised where a tar is not sound."""


def files_in(tape: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """The files of a tar, with their names; folders are passed over.

    Raises:
        Invalid: it holds links or devices, names that lead out of it, or one twice.
    """
    seen: set[str] = set()
    for info in tape:
        if info.isdir():
            continue
        name = _safe_name(info)
        if name in seen:
            raise Invalid(f"The archive is broken: it has {name} twice.")
        seen.add(name)
        yield name, info


def readable(name: str) -> str:
    """A name of a tar as text: one that is no UTF-8 was written by a machine that had Latin-1."""
    raw = name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _safe_name(info: tarfile.TarInfo) -> str:
    """The name of a file in an archive, if both can be trusted.

    Raises:
        Invalid: it is a link or a device, or its name leads out of the archive.
    """
    name = info.name.removeprefix("./")
    if not info.isreg():
        raise Invalid(f"The archive holds {name!r}, which is neither file nor folder.")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise Invalid(f"The archive holds {name!r}, which leads out of it.")
    return name
