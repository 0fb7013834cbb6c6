"""The workers of a host: who is free, who works, and what becomes of those who take too much."""

import asyncio
import logging
import os
import shutil
import signal
import socket
from pathlib import Path

from pydatalab.compute import wire
from pydatalab.compute.worker import work
from pydatalab.errors import DatalabError, LimitExceeded, Unavailable, UnreadableFile
from pydatalab.watch.machine import own_memory

PATIENT = 0.3
"""Seconds that a job waits for a worker before another one is made."""

MOST = 4
"""Times as many workers as usual, while some of them hang over files that never end."""

LONGEST_WAIT = 60.0
"""Seconds that a job waits when there are that many."""

JOBS_EACH = 200
"""Jobs after which a worker is replaced by a fresh one, in case a reader leaks."""

GROWN = 500_000_000
"""Bytes of memory at which a worker is replaced, too."""

KILLS = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""Signals that come from outside, whatever the file was."""

log = logging.getLogger(__name__)


class WorkerGoneError(Exception):
    """The worker ended before it answered."""


class WorkerProcess:
    """One worker, as the host sees it."""

    def __init__(self, scratch: Path, memory: int, generation: int) -> None:
        self.generation = generation
        self._connection, theirs = socket.socketpair()
        host = os.getpid()
        self.pid = os.fork()
        if not self.pid:
            work(theirs.detach(), host, scratch, memory)
        theirs.close()
        self._connection.setblocking(False)
        self._folder = scratch / str(self.pid)
        self._jobs = 0

    @property
    def dead(self) -> bool:
        """Whether it ended while nobody looked."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    @property
    def spent(self) -> bool:
        """Whether it is time for a fresh one."""
        return self._jobs >= JOBS_EACH or own_memory(self.pid) > GROWN

    async def run(self, request: bytes) -> bytes:
        """Have a job done; the answer with its length.

        Raises:
            WorkerGoneError: the worker died over it.
        """
        self._jobs += 1
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._connection, wire.LENGTH.pack(len(request)) + request)
            start = await self._exactly(wire.LENGTH.size)
            return start + await self._exactly(wire.LENGTH.unpack(start)[0])
        except OSError:
            raise WorkerGoneError from None

    def end(self) -> int:
        """Kill it, should it still live, and clear up after it.

        Returns:
            The signal that ended it; 0 where it ended by itself.
        """
        self._connection.close()
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        shutil.rmtree(self._folder, ignore_errors=True)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    async def _exactly(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        whole = bytearray()
        while len(whole) < size:
            piece = await loop.sock_recv(self._connection, size - len(whole))
            if not piece:
                raise WorkerGoneError
            whole += piece
        return bytes(whole)


class Pool:
    """Workers that wait for jobs, and a few more where those hang."""

    def __init__(self, scratch: Path, count: int, memory: int) -> None:
        self._scratch = scratch
        self._count = count
        self._memory = memory
        self._size = 0
        self._generation = 0
        self._filling: set[asyncio.Task[None]] = set()
        self.forking = asyncio.Lock()
        """Held while a worker is forked, and by whoever must not be in the middle of something then."""
        self._idle: asyncio.LifoQueue[WorkerProcess] = asyncio.LifoQueue()
        self._waiting = 0
        self._pids: set[int] = set()
        self._counts = {"done": 0, "timeouts": 0, "crashes": 0}
        shutil.rmtree(scratch, ignore_errors=True)  # what a killed host left

    def status(self) -> dict[str, int]:
        """How many workers there are, how many of them are busy, how many jobs wait for one; since the
        host began, the jobs that were done, that took too long, and that their worker died over; and the
        bytes of memory of them all."""
        busy = self._size - self._idle.qsize()
        memory = sum(map(own_memory, (os.getpid(), *self._pids)))
        there = {"workers": self._size, "busy": busy, "waiting": self._waiting, "memory": memory}
        return there | self._counts

    async def fill(self) -> None:
        """Have as many workers as usual."""
        while self._size < self._count:
            self._idle.put_nowait(await self._new())

    def renew(self) -> None:
        """Replace the workers there are, those that work when they are done."""
        self._generation += 1
        for worker in [self._idle.get_nowait() for _ in range(self._idle.qsize())]:
            self._drop(worker)

    def end(self) -> None:
        """Kill all workers and bury them: whoever counts processes finds none of them left."""
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        for pid in self._pids:
            os.waitpid(pid, 0)

    async def run(self, request: bytes, seconds: float) -> bytes:
        """The answer to a job, with its length; a failure is an answer, too."""
        self._waiting += 1
        try:
            worker = await self._taken()
        except TimeoutError:
            return _failed(Unavailable("The lab is busy reading files. Try again in a minute."))
        finally:
            self._waiting -= 1
        try:
            async with asyncio.timeout(seconds):
                answer = await worker.run(request)
        except TimeoutError:
            self._drop(worker)
            self._counts["timeouts"] += 1
            log.warning("A worker was stopped: its job took longer than %g s.", seconds)
            return _failed(
                LimitExceeded(f"Reading this took longer than {seconds:g} s, and was stopped.")
            )
        except WorkerGoneError:
            ended_by = self._drop(worker)
            self._counts["crashes"] += 1
            log.warning("A worker ended by signal %d over its job.", ended_by)
            return _failed(_cause(ended_by))
        self._counts["done"] += 1
        self._give_back(worker)
        return answer

    async def _taken(self) -> WorkerProcess:
        """A worker that is free, made if need be.

        Raises:
            TimeoutError: none came free for a long time.
        """
        while True:
            worker = await self._next()
            if not worker.dead:
                return worker
            self._drop(worker)

    async def _next(self) -> WorkerProcess:
        try:
            async with asyncio.timeout(PATIENT):
                return await self._idle.get()
        except TimeoutError:
            if self._size < self._count * MOST:
                return await self._new()
        async with asyncio.timeout(LONGEST_WAIT):
            return await self._idle.get()

    async def _new(self) -> WorkerProcess:
        self._size += 1
        async with self.forking:
            worker = WorkerProcess(self._scratch, self._memory, self._generation)
        self._pids.add(worker.pid)
        return worker

    def _drop(self, worker: WorkerProcess) -> int:
        self._size -= 1
        self._pids.discard(worker.pid)
        filling = asyncio.get_running_loop().create_task(self.fill())
        self._filling.add(filling)
        filling.add_done_callback(self._filling.discard)
        return worker.end()

    def _give_back(self, worker: WorkerProcess) -> None:
        is_old = worker.generation < self._generation or worker.spent
        if is_old or self._idle.qsize() >= self._count:
            self._drop(worker)
        else:
            self._idle.put_nowait(worker)


def _failed(error: DatalabError) -> bytes:
    return wire.message(wire.failure(error))


def _cause(ended_by: int) -> DatalabError:
    """What a worker's death says of the file it was reading."""
    if ended_by in KILLS:
        return Unavailable("What was reading this was killed. Try again.")
    return UnreadableFile(
        "Reading this crashed: the file is damaged, or of another kind than it seems."
    )
