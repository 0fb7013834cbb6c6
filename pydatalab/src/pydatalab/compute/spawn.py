"""Where the workers' host listens, and how it comes to be there."""

import fcntl
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SOCKET = "host.sock"
LONGEST_ADDRESS = 100
"""Bytes of a Unix socket's path; the system takes 107."""

ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "PYDANTIC_DISABLE_PLUGINS": "1",
}
"""Of the host: threads do not survive the fork that makes its workers, which are many anyway; and
looking for plug-ins that nobody has takes time."""

LOG = "DATALAB_LOG"
"""Variable that tells the host how its log is written."""

TRIED_EVERY = 0.5
"""Seconds between two starts of a host that does not come up."""


def connect(folder: Path) -> socket.socket:
    """A connection to the host of that folder.

    Raises:
        OSError: none listens.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with_address(folder, connection.connect)
    except OSError:
        connection.close()
        raise
    return connection


def listen(folder: Path) -> socket.socket:
    """A socket that listens there, in the place of one that a dead host may have left."""
    (folder / SOCKET).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with_address(folder, listener.bind)
    (folder / SOCKET).chmod(0o600)
    listener.listen(128)
    return listener


def with_address(folder: Path, use: Callable[[str], None]) -> None:
    """Hand the socket's address to ``use``; through a handle of its folder where it is too long."""
    address = str(folder / SOCKET)
    if len(address.encode()) <= LONGEST_ADDRESS:
        use(address)
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        use(f"/proc/self/fd/{handle}/{SOCKET}")
    finally:
        os.close(handle)


def die_with_starter(pipe: int, host: int) -> None:
    """Let the system end a host, however deep in loading a library it is, when its starter is gone.

    The other end of its pipe closes then, which raises SIGIO there, and nothing handles that.
    """
    fcntl.fcntl(pipe, fcntl.F_SETOWN, host)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)


def survive_starter() -> None:
    """Undo that in the host, which from now on looks at its pipe, its standard input, itself."""
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) & ~os.O_ASYNC)


class HostProcess:
    """The host that this process started, if it did: it ends with this process at the latest."""

    def __init__(self, folder: Path, count: int, memory: int, log_settings: str = "") -> None:
        self._environment = {**ENVIRONMENT, LOG: log_settings}
        self._arguments = [str(folder), str(count), str(memory)]
        self._lock = threading.Lock()
        self._pid = 0
        self._lifeline = -1
        self._tried = -TRIED_EVERY
        self._closed = False

    def revive(self) -> None:
        """Start a host, unless ours is alive or was started a moment ago. Returns at once.

        One host a folder: a second one sees that and ends.
        """
        with self._lock:
            if self._closed or self._alive() or time.monotonic() < self._tried + TRIED_EVERY:
                return
            self._tried = time.monotonic()
            reading, self._lifeline = os.pipe()
            self._pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", "pydatalab.compute.host", *self._arguments],
                {**os.environ, **self._environment},
                file_actions=[(os.POSIX_SPAWN_DUP2, reading, 0)],
                setpgroup=0,
            )
            die_with_starter(reading, self._pid)
            os.close(reading)

    def close(self) -> None:
        """Let the host go, and wait a moment for its end."""
        with self._lock:
            self._closed = True
            if self._pid:
                os.close(self._lifeline)
            deadline = time.monotonic() + 0.5
            while self._pid and not self._reaped() and time.monotonic() < deadline:
                time.sleep(0.005)

    def _alive(self) -> bool:
        if self._pid and self._reaped():
            os.close(self._lifeline)
            self._pid = 0
        return bool(self._pid)

    def _reaped(self) -> bool:
        with suppress(ChildProcessError):
            return os.waitpid(self._pid, os.WNOHANG)[0] == self._pid
        return True
