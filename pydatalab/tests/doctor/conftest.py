"""A lab to be looked over, in surroundings that a test makes."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pydatalab.app import open_lab
from pydatalab.config import read_config
from pydatalab.doctor.examining import examine
from pydatalab.doctor.findings import Finding
from pydatalab.doctor.look import Look
from pydatalab.doctor.machine import Machine, Mount
from pydatalab.lab import Lab

BARE = Machine()


class Visit:
    """A lab with some settings, and the doctor's visits to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: dict[str, Any] = {"DATA_DIRECTORY": str(folder / "data")}
        self.environment: dict[str, str] = {}
        self.machine = BARE
        self.compose: Path | None = None

    def variables(self) -> dict[str, str]:
        """The settings as variables of the environment."""
        said = {
            f"PYDATALAB_{name}": value if isinstance(value, str) else json.dumps(value)
            for name, value in self.settings.items()
        }
        return said | self.environment

    @contextmanager
    def lab(self) -> Iterator[Lab]:
        """The lab, open; there is a database afterwards."""
        with open_lab(read_config(self.variables(), self.folder)) as lab:
            yield lab

    def found(self, *only: str, **asked: Any) -> list[Finding]:
        """What a visit finds, of these subjects or all."""
        look = Look(self.variables(), self.folder, self.machine, self.compose, **asked)
        return examine(look, only)

    def names(self, *only: str, level: str = "") -> set[str]:
        """Names of what a visit finds, at this level or all."""
        return {one.name for one in self.found(*only) if level in {"", one.level}}

    def of(self, name: str, *only: str, **asked: Any) -> Finding:
        """The one finding of a name."""
        found = self.found(*only, **asked)
        named = [one for one in found if one.name == name]
        assert len(named) == 1, [one.name for one in found]
        return named[0]


@pytest.fixture
def visit(tmp_path: Path, engine: dict[str, str]) -> Visit:
    """A lab that nobody has started yet."""
    made = Visit(tmp_path)
    made.settings |= engine
    return made


@pytest.fixture
def container() -> Callable[..., Machine]:
    """``container("/app/files")``: one of the API's image, with volumes there."""

    def made(*volumes: str | Path, in_memory: tuple[str | Path, ...] = ()) -> Machine:
        mounts = [Mount(Path("/"), "overlay"), Mount(Path("/proc"), "proc")]
        mounts += [Mount(Path("/etc/hosts"), "ext4")]
        mounts += [Mount(Path(one), "ext4") for one in volumes]
        mounts += [Mount(Path(one), "tmpfs") for one in in_memory]
        return Machine(True, True, tuple(mounts))

    return made


@pytest.fixture
def free() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
