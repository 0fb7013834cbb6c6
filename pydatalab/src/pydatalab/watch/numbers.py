"""Numbers that many threads and processes add to, and any of them can read.

Each process has a file of its own, mapped into memory, so that adding costs a microsecond, and what was
added survives a process that is killed. Who reads sums the files of all. A file is locked by the process
that it belongs to: one that can be locked belongs to nobody any more, and is added to ``ended.json``.

Layout
    Of a file: eight bytes, the length used so far; eight bytes, when the process began [s since 1970, a
    double]; eight bytes, its number. Then records: four bytes, the length of the key; the key, JSON
    ``[name, label, …]``, filled up with spaces to a multiple of eight less four; eight bytes, the number.
    All in the machine's own order.
"""

import fcntl
import logging
import mmap
import os
import secrets
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import orjson

from pydatalab.locks import is_held

log = logging.getLogger(__name__)

Key = tuple[str, ...]
"""Name of a number, and the values of its labels."""

HEAD = struct.Struct("=QdQ")
LENGTH = struct.Struct("=I")
WORD = 8
ROOM = 64 * 1024
ENDED = "ended.json"


class Living(NamedTuple):
    """A process that counts."""

    number: int
    began: float
    """Seconds since 1970."""


class Reading(NamedTuple):
    """What all processes counted so far."""

    values: Mapping[Key, float]
    living: tuple[Living, ...]
    since: float
    """When the first of them began, in seconds since 1970."""


class SharedNumbers:
    """Numbers by key, of this process and the others over the same folder."""

    def __init__(self, folder: Path | None, passing: frozenset[str] = frozenset()) -> None:
        """Nothing is opened before the first use, which may be in another process than this.

        Args:
            folder: where the processes meet; ``None``: this one is alone.
            passing: names of numbers that mean nothing once their process is gone.
        """
        self._folder = folder
        self._passing = passing
        self._lock = threading.Lock()
        self._places: dict[Key, int] = {}
        self._map: mmap.mmap | None = None
        self._words: memoryview[float] | None = None
        self._file = -1
        self._used = 0

    def begin(self) -> None:
        """Be one of the processes that count, before there is anything to."""
        with self._lock:
            if self._map is None:
                self._open()

    def add(self, key: Key, amount: float = 1.0) -> None:
        """Add to a number, which is 0 before. One that finds no room any more is not counted."""
        with self._lock:
            place = self._places.get(key)
            if place is None:
                with suppress(OSError):
                    place = self._new(key)
            if place is None:
                return
            assert self._words is not None
            self._words[place] += amount

    def read(self) -> Reading:
        """What all processes counted, and which of them live."""
        self.begin()
        with self._lock:
            mine = bytes(self._map or b"")
        if self._folder is None:
            values, living = _parsed(mine)
            return Reading(values, (living,), living.began)
        with _alone(self._folder):
            return self._read_all(self._folder)

    def _read_all(self, folder: Path) -> Reading:
        ended = _fold_ended(folder, self._passing)
        values = dict(ended.values)
        living = []
        for path in folder.glob("*.numbers"):
            if path.name not in ended.folded:
                found, process = _parsed(path.read_bytes())
                living.append(process)
                _add_up(values, found)
        return Reading(values, tuple(living), ended.since)

    def _open(self) -> None:
        """Begin this process's own file."""
        began = time.time()
        try:
            self._map = self._in_folder(began)
        except OSError as error:
            log.warning("This process measures for itself alone: %s.", error)
            self._folder = None
        if self._map is None:
            self._map = mmap.mmap(-1, ROOM)
            HEAD.pack_into(self._map, 0, HEAD.size, began, os.getpid())
        self._used = HEAD.size
        self._words = memoryview(self._map).cast("d")

    def _in_folder(self, began: float) -> mmap.mmap | None:
        """A file that others may read, too; none without a folder.

        Raises:
            OSError: the folder cannot be used.
        """
        if self._folder is None:
            return None
        with _alone(self._folder):
            _begin_anew_if_alone(self._folder, began, self._passing)
            self._file = _own_file(self._folder, HEAD.pack(HEAD.size, began, os.getpid()))
        return mmap.mmap(self._file, ROOM)

    def _new(self, key: Key) -> int:
        """A place for one more number."""
        if self._map is None:
            self._open()
        assert self._map is not None
        text = orjson.dumps(key)
        text += b" " * (-(len(text) + LENGTH.size) % WORD)
        end = self._used + LENGTH.size + len(text) + WORD
        if end > len(self._map):
            self._grow()
        LENGTH.pack_into(self._map, self._used, len(text))
        self._map[self._used + LENGTH.size : end - WORD] = text
        self._used = end
        struct.pack_into("=Q", self._map, 0, end)
        place = self._places[key] = end // WORD - 1
        return place

    def _grow(self) -> None:
        """Twice the room; what looks at the old map lets go of it by itself."""
        assert self._map is not None
        size = 2 * len(self._map)
        if self._folder is None:
            larger = mmap.mmap(-1, size)
            larger[: len(self._map)] = self._map[:]
        else:
            os.posix_fallocate(self._file, 0, size)
            larger = mmap.mmap(self._file, size)
        self._map, self._words = larger, memoryview(larger).cast("d")


def _parsed(content: bytes) -> tuple[dict[Key, float], Living]:
    """The numbers of a process's file, and whose it is."""
    used, began, process = HEAD.unpack_from(content)
    found: dict[Key, float] = {}
    at = HEAD.size
    while at < used:
        (length,) = LENGTH.unpack_from(content, at)
        at += LENGTH.size + length
        (number,) = struct.unpack_from("=d", content, at)
        found[tuple(orjson.loads(content[at - length : at]))] = number
        at += WORD
    return found, Living(process, began)


def _add_up(values: dict[Key, float], more: Mapping[Key, float]) -> None:
    for key, number in more.items():
        values[key] = values.get(key, 0.0) + number


def _own_file(folder: Path, head: bytes) -> int:
    """A new file that this process holds for as long as it lives. All of it has its place on the disk:
    nobody survives to write to a mapped page that finds none."""
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.numbers"
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        os.posix_fallocate(opened, 0, ROOM)
        os.pwrite(opened, head, 0)
    except OSError:
        os.close(opened)
        path.unlink()
        raise
    return opened


class _Ended(NamedTuple):
    values: dict[Key, float]
    since: float
    folded: list[str]
    """Files that are in it, and may still be there."""


def _ended(folder: Path) -> _Ended:
    """What processes counted that are gone."""
    try:
        said = orjson.loads((folder / ENDED).read_bytes())
    except (OSError, ValueError):  # none ended yet, or a power cut left half of it
        return _Ended({}, time.time(), [])
    return _Ended(
        {tuple(key): number for key, number in said["values"]}, said["since"], said["folded"]
    )


def _write(folder: Path, ended: _Ended) -> None:
    part = folder / f"{ENDED}.part"
    values = [(key, number) for key, number in ended.values.items()]
    part.write_bytes(orjson.dumps({"values": values, "since": ended.since, "folded": ended.folded}))
    part.replace(folder / ENDED)


def _fold_ended(folder: Path, passing: frozenset[str]) -> _Ended:
    """Take over what processes counted that are gone now, each once, and remove their files.

    A full disk leaves all as it is: then they are taken over the next time.
    """
    ended = _ended(folder)
    gone = [path for path in folder.glob("*.numbers") if not is_held(path)]
    if not gone:
        return ended
    for path in gone:
        if path.name not in ended.folded:
            found = _left_by(path)
            _add_up(ended.values, {key: n for key, n in found.items() if key[0] not in passing})
    ended = _Ended(ended.values, ended.since, [path.name for path in gone])
    with suppress(OSError):
        _write(folder, ended)
        for path in gone:
            path.unlink()
    return ended


def _left_by(path: Path) -> dict[Key, float]:
    """What a process counted that is gone; nothing where a power cut spoilt its file."""
    try:
        return _parsed(path.read_bytes())[0]
    except (struct.error, ValueError, TypeError):
        return {}


def _begin_anew_if_alone(folder: Path, now: float, passing: frozenset[str]) -> None:
    """Forget what was counted before a server that begins."""
    _fold_ended(folder, passing)
    if not any(folder.glob("*.numbers")):
        _write(folder, _Ended({}, now, []))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While no other process looks at which files there are."""
    for one in (folder.parent, folder):  # the lab's own folder, too, is its owner's alone
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
