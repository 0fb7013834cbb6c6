"""Archives of ours that another tool unpacked and packed again, as plain tars that can be sought in.

Such tools write headers of their own, folders too, and files in an order of theirs. What is inside
is guarded by hashes, so it is indexed first, and then read in the order of our own archives.
"""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from pydatalab.backups.archive import MANIFEST, MANIFEST_SUM, NAMES, README, SETTINGS
from pydatalab.backups.reader import Source, gulps
from pydatalab.backups.tape import BLOCK, Member, is_ours
from pydatalab.backups.tars import DAMAGE, files_in
from pydatalab.errors import Invalid
from pydatalab.store.kinds import LASTING_KINDS

LOOKED_AT = 64
"""Headers at the beginning of an archive that tell whose it is."""

ENOUGH = 2
"""So many headers of others are not those of one of ours in which a byte is wrong."""

_LAST = "~"
"""Comes behind all names of parts."""

_FIRST = (README, SETTINGS, *(f"documents/{kind.name}.jsonl" for kind in LASTING_KINDS))
_ORDER = {name: f"{place:03}" for place, name in enumerate(_FIRST)} | {
    name: f"{_LAST}{place}" for place, name in enumerate((NAMES, MANIFEST, MANIFEST_SUM))
}


def is_repacked(stream: BinaryIO) -> bool:
    """Whether a stream is such a tar; it then stands where it stood."""
    if not isinstance(stream, io.BufferedReader | io.BytesIO) or not stream.seekable():
        return False
    begin = stream.tell()
    try:
        return _is_of_others(stream) and _has_manifest(stream, begin)
    finally:
        stream.seek(begin)


def members_in_order(stream: BinaryIO, source: Source) -> Iterator[Member]:
    """The files of such a tar, in the order in which ours have them.

    Raises:
        Invalid: it is damaged, holds links or devices, names that lead out of it, or one twice.
    """
    with _spoken():
        tape = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115  the stream is the caller's
        parts = _indexed(tape)
    for name, info in parts:
        content = tape.extractfile(info)
        if content is not None:
            yield Member(name, info.size, source.counted(_gulps(content)))


def _indexed(tape: tarfile.TarFile) -> list[tuple[str, tarfile.TarInfo]]:
    found = dict(files_in(tape))
    root = _root(found)
    parts = [(name.removeprefix(root), info) for name, info in found.items()]
    return sorted(parts, key=lambda part: _ORDER.get(part[0], f"a{part[0]}"))


def _root(names: dict[str, tarfile.TarInfo]) -> str:
    """The folder that all of it was packed in, with its slash; mostly none."""
    sums = (name for name in names if f"/{name}".endswith(f"/{MANIFEST_SUM}"))
    root = min(sums, key=len, default="").removesuffix(MANIFEST_SUM)
    return root if all(name.startswith(root) for name in names) else ""


def _is_of_others(stream: BinaryIO) -> bool:
    """Whether its first headers are sound, and more than one is not as we write them."""
    strange = 0
    for _ in range(LOOKED_AT):
        block = stream.read(BLOCK)
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.TarError, ValueError):
            break
        strange += not is_ours(block)
        if strange == ENOUGH:
            return True
        stream.seek(-(-info.size // BLOCK) * BLOCK, io.SEEK_CUR)
    return False


def _has_manifest(stream: BinaryIO, begin: int) -> bool:
    stream.seek(begin)
    try:
        with tarfile.open(fileobj=stream, mode="r:") as tape:
            return any(f"/{info.name}".endswith(f"/{MANIFEST_SUM}") for info in tape)
    except DAMAGE:
        return False


def _gulps(stream: IO[bytes]) -> Iterator[bytes]:
    with _spoken():
        yield from gulps(stream)


@contextmanager
def _spoken() -> Iterator[None]:
    """Say in a sentence what is wrong with a tar."""
    try:
        yield
    except DAMAGE as exc:
        raise Invalid("The archive is cut short, or damaged.") from exc
