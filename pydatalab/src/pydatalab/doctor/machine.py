"""The machine, or container, that the lab runs on: what Linux says of it."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MARKS = ("/.dockerenv", "/run/.containerenv")
"""Files that Docker and podman leave in their containers."""

OF_THE_SYSTEM = ("/proc", "/sys", "/dev", "/run", "/etc", "/tmp", "/var/tmp")  # noqa: S108 (names)
"""Where engines and people mount what is no volume of a lab."""

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
NO_VOLUMES = IN_MEMORY | {"overlay"}

NAMELESS = re.compile(r"/volumes/[0-9a-f]{64}/_data$")
"""Where Docker and podman keep volumes to which nobody gave a name."""

OF_OUR_IMAGE = "PYDATALAB_DEFAULTS_FILE"
"""A variable that the API's image sets."""


@dataclass(frozen=True)
class Mount:
    """Something mounted."""

    place: Path
    kind: str
    """Type of its file system."""
    is_nameless: bool = False
    """Whether it is a volume that an engine made because the image asks for one."""
    is_read_only: bool = False


@dataclass(frozen=True)
class Machine:
    """What a process sees of where it runs."""

    is_container: bool = False
    is_ours: bool = False
    """Whether it is a container of the API's image: of others nobody knows what they are for."""
    mounts: tuple[Mount, ...] = ()

    def mount_of(self, path: Path) -> Mount | None:
        """What a path lies on."""
        found = [one for one in self.mounts if path.is_relative_to(one.place)]
        return max(found, key=lambda one: len(one.place.parts), default=None)

    def keeps(self, path: Path) -> bool:
        """Whether what lies there outlives a container."""
        if not self.is_container:
            return True
        mount = self.mount_of(path)
        return mount is not None and mount.place != Path("/") and mount.kind not in IN_MEMORY

    @property
    def volumes(self) -> list[Path]:
        """Where a container of ours has volumes that can be written to."""
        if not (self.is_container and self.is_ours):
            return []
        return [
            one.place
            for one in self.mounts
            if one.place != Path("/")
            and one.kind not in NO_VOLUMES
            and not one.is_read_only
            and not any(one.place.is_relative_to(where) for where in OF_THE_SYSTEM)
        ]


@dataclass(frozen=True)
class Gunicorn:
    """A running gunicorn."""

    master: int
    """Id of its process."""
    workers: int
    """Processes that serve below it."""
    environment: Mapping[str, str] = field(default_factory=dict)


def this_machine() -> Machine:
    """The one that this process sees."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        lines = ""
    in_container = any(Path(mark).exists() for mark in MARKS) or "container" in os.environ
    return Machine(in_container, OF_OUR_IMAGE in os.environ, tuple(mounts_in(lines.splitlines())))


def mounts_in(lines: Iterable[str]) -> Iterable[Mount]:
    """The mounts of ``/proc/self/mountinfo``: the fourth word is what is mounted of its file system, the
    fifth the place, the sixth how it is mounted, and the type follows a hyphen."""
    for line in lines:
        before, _, after = line.partition(" - ")
        words, kind = before.split(" "), after.partition(" ")[0]
        if len(words) > 5 and kind:
            nameless, read_only = NAMELESS.search(words[3]), words[5].split(",")[0] == "ro"
            yield Mount(Path(_plain(words[4])), kind, bool(nameless), read_only)


def nearest_folder(folder: Path) -> Path:
    """A folder, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def gunicorns(lock: Path, processes: Path = Path("/proc")) -> list[Gunicorn]:
    """Those whose processes have a file open, as far as we may look: the one by which a lab is led."""
    parents: dict[int, int] = {}
    for folder in processes.glob("[0-9]*"):
        if _is_gunicorn(folder) and _has_open(folder, lock) and (parent := _parent(folder)):
            parents[parent] = parents.get(parent, 0) + 1
    return [
        Gunicorn(master, workers, _environment(processes / str(master)))
        for master, workers in sorted(parents.items())
        if _is_gunicorn(processes / str(master))
    ]


def _plain(escaped: str) -> str:
    """A path of mountinfo, which writes blanks and the like as octal numbers."""
    for sign in " \t\n\\":
        escaped = escaped.replace(f"\\{ord(sign):03o}", sign)
    return escaped


def _is_gunicorn(process: Path) -> bool:
    try:
        return b"gunicorn" in (process / "cmdline").read_bytes()
    except OSError:
        return False


def _has_open(process: Path, file: Path) -> bool:
    """Whether a process has a file open; not, where we may not look."""
    try:
        return any(one.readlink() == file for one in (process / "fd").iterdir())
    except OSError:
        return False


def _parent(process: Path) -> int | None:
    try:
        said = (process / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(said.rpartition(")")[2].split()[1])


def _environment(process: Path) -> dict[str, str]:
    """What a process was started with; nothing where it is not ours."""
    try:
        found = (process / "environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return {}
    return dict(pair.partition("=")[::2] for pair in found if "=" in pair)
