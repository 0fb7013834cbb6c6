"""Jobs as bad files make them. Importable by workers: see the fixture ``workers``."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from pydatalab.errors import NoData


def echo(folder: Path, value: Any) -> Any:
    return value


def worker_id(folder: Path) -> int:
    return os.getpid()


def folder_of(folder: Path) -> list[str]:
    (folder / "left over").write_text("something")
    return [str(folder), *sorted(one.name for one in folder.iterdir())]


def never_return(folder: Path) -> None:
    while True:
        time.sleep(0.01)


def never_return_in_c(folder: Path) -> None:
    ctypes.CDLL(None).pause()


def sleep(folder: Path, seconds: float) -> None:
    time.sleep(seconds)


def eat_memory(folder: Path) -> None:
    eaten = []
    while True:
        eaten.append(bytearray(50_000_000))


def grow(folder: Path) -> int:
    kept.append(os.urandom(1_000_000) * 600)
    return os.getpid()


kept: list[bytes] = []


def fill_disk(folder: Path) -> None:
    with (folder / "endless").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 5_000_000_000)


def crash(folder: Path) -> None:
    ctypes.string_at(0)


def abort(folder: Path) -> None:
    os.abort()


def leave(folder: Path) -> None:
    os._exit(3)


def be_killed(folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def recurse(folder: Path) -> None:
    recurse(folder)


def stumble(folder: Path) -> None:
    raise KeyError("an unexpected key")


def refuse(folder: Path) -> None:
    raise NoData("There is nothing in it.", rows=0)


def print_much(folder: Path) -> str:
    os.write(1, b"x" * 10_000)
    sys.stdout.write("x" * 10_000)
    return "done"


def large_answer(folder: Path) -> str:
    return "x" * 5_000_000


def is_loaded(folder: Path, module: str) -> bool:
    return module in sys.modules
