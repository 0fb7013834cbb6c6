"""The way to the workers: what the API process holds of them. Light; the work is done elsewhere."""

import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydatalab.compute import wire
from pydatalab.compute.spawn import HostProcess, connect
from pydatalab.errors import Unavailable
from pydatalab.watch.trace import current_request_id

START_WITHIN = 20.0
"""Seconds in which a new host must listen."""

PATIENCE = 120.0
"""Seconds that an answer may take beyond the job's own limit: warming up, and waiting in line."""

STATUS_WITHIN = 1.0
"""Seconds in which a host says how it stands with its workers."""

PAUSES = (0.0, 0.1, 0.0)
"""Seconds after each try of a job under which the host died: the next one may meet it still dying."""


@dataclass(frozen=True)
class Job:
    """Something to be done in a worker."""

    function: str
    """``module:function``, called as ``function(folder, **arguments)`` with an empty folder that is
    removed afterwards. What it returns is what JSON can say."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What JSON can say."""

    seconds: float = 60.0
    """How long it may take before its worker is killed."""


class Workers:
    """A host process with workers in it, shared by all who open the same folder.

    The host lives as long as one of those who opened it, however they end, and its workers no longer
    than the host. One that died is replaced when the next job comes.
    """

    def __init__(
        self,
        folder: Path,
        count: int | None = None,
        memory: int | None = None,
        log_settings: str = "",
    ) -> None:
        """Know the place; nothing is started yet.

        Args:
            folder: where host and clients meet, and where workers unpack files.
            count: workers that wait for jobs; if ``None``, as many as cores, but two at least.
            memory: bytes that a job may take; if ``None``, half the machine's, but 4 GB at most.
            log_settings: how a host writes its log, as ``LogSettings.as_text`` says.
        """
        self._folder = folder.absolute()
        count = count or max(os.cpu_count() or 2, 2)
        memory = memory or min(_memory_of_machine() // 2, 4_000_000_000)
        self._host = HostProcess(self._folder, count, memory, log_settings)
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        self._busy: set[socket.socket] = set()
        self._closed = False

    def start(self) -> None:
        """See to it that a host is there or on its way. Returns at once."""
        with self._lock, suppress(OSError):
            self._idle.append(connect(self._folder))
        if not self._idle:
            self._revive()

    def _revive(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._host.revive()

    def run(self, job: Job) -> Any:
        """Do a job, and wait for it.

        Returns:
            What its function returned.

        Raises:
            LimitExceeded: it took more time, memory or disk than it may.
            UnreadableFile: it failed, or its worker crashed over it.
            Unavailable: its worker was killed, or none is to be had.
            DatalabError: whatever the function raised.
        """
        request = wire.message(asdict(job) | {"request_id": current_request_id()})
        for pause in PAUSES:
            answer = self._ask(request, job.seconds + PATIENCE)
            if answer is not None:
                return wire.value_of(answer)
            time.sleep(pause)
        raise Unavailable("The part of the lab that reads files is away. Try again in a moment.")

    def status(self) -> dict[str, Any] | None:
        """How it stands with the workers: see ``Pool.status``; ``None`` where there is no host."""
        try:
            with connect(self._folder) as connection:
                connection.settimeout(STATUS_WITHIN)
                connection.sendall(wire.message({"ask": "status"}))
                answer = wire.receive(connection)
        except OSError:
            return None
        status: dict[str, Any] | None = wire.value_of(answer) if answer else None
        return status

    def close(self) -> None:
        """Let go of the host, which ends at once if nobody else uses it. Running jobs fail."""
        with self._lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            for connection in self._busy:  # whoever waits for it closes it
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._host.close()

    def _ask(self, request: bytes, patience: float) -> bytes | None:
        """The host's answer; ``None`` where it died before it gave one."""
        connection = self._connection()
        connection.settimeout(patience)
        answer = None
        try:
            connection.sendall(request)
            answer = wire.receive(connection)
        except TimeoutError:
            raise Unavailable("The lab is busy reading files. Try again later.") from None
        except OSError:
            pass
        finally:
            self._give_back(connection, sound=answer is not None)
        return answer

    def _connection(self) -> socket.socket:
        """A way to the host, which is started where there is none."""
        deadline = time.monotonic() + START_WITHIN
        while not self._closed and time.monotonic() < deadline:
            with self._lock, suppress(OSError):
                connection = self._idle.pop() if self._idle else connect(self._folder)
                self._busy.add(connection)
                return connection
            self._revive()
            time.sleep(0.02)
        raise Unavailable("The part of the lab that reads files is away. Try again in a moment.")

    def _give_back(self, connection: socket.socket, *, sound: bool) -> None:
        with self._lock:
            self._busy.discard(connection)
            if sound and not self._closed:
                self._idle.append(connection)
                return
            gone = [connection, *self._idle]  # what the host had open went with it
            self._idle.clear()
        for one in gone:
            one.close()


def _memory_of_machine() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
