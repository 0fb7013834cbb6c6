"""The workers' host: one process a lab, from which workers are forked.

The first ones begin at once, and load by themselves what their jobs need. Meanwhile a thread of the
host loads what all techniques need; then workers that have it take their places.

Run as ``python -m pydatalab.compute.host <folder> <count> <memory>``. Its standard input is a pipe
that the process which started it holds open. It ends at once when that process and all others that
were connected are gone, however they went, and its workers with it.
"""

import asyncio
import fcntl
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import socket
from typing import IO

import orjson

from pydatalab.compute import wire
from pydatalab.compute.pool import Pool
from pydatalab.compute.preload import freeze, load, load_first, rest
from pydatalab.compute.spawn import LOG, listen, survive_starter
from pydatalab.watch.logs import LogSettings, write_logs
from pydatalab.watch.trace import Trace, following

NICENESS = 5
"""How much later than the API the host and its workers come to the processor, of 19."""


class Host:
    """Has jobs done for all who are connected, and ends when nobody is left."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._tasks: set[asyncio.Task[None]] = set()
        self._users = 1
        """Those who would miss this process: the one that started it, and every connection."""

    async def serve(self, listener: socket) -> None:
        """Do jobs for ever."""
        loop = asyncio.get_running_loop()
        await self._pool.fill()
        loop.add_reader(0, self._lose_starter)
        await loop.create_unix_server(lambda: Connection(self), sock=listener)
        await self._load_rest()
        await asyncio.Event().wait()

    async def _load_rest(self) -> None:
        """Load what all techniques need, in a thread, so that jobs are answered meanwhile."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as thread:
            for name in rest():
                async with self._pool.forking:
                    await loop.run_in_executor(thread, load, name)
        freeze()
        self._pool.renew()

    def gain_user(self) -> None:
        """Somebody connected."""
        self._users += 1

    def lose_user(self) -> None:
        """Somebody is gone; with the last one all ends here."""
        self._users -= 1
        if not self._users:
            self._pool.end()
            os._exit(0)

    def take(self, request: bytes, transport: asyncio.Transport) -> None:
        """Have a job done, and answer it."""
        task = asyncio.get_running_loop().create_task(self._answer(request, transport))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, request: bytes, transport: asyncio.Transport) -> None:
        told = orjson.loads(request)
        if "ask" in told:
            transport.write(wire.message({"value": self._pool.status()}))
            return
        with following(Trace(told.get("request_id"), "worker", route=told["function"])):
            transport.write(await self._pool.run(request, told["seconds"]))

    def _lose_starter(self) -> None:
        asyncio.get_running_loop().remove_reader(0)
        self.lose_user()


class Connection(asyncio.Protocol):
    """One client, and what came of its next message so far."""

    _transport: asyncio.Transport

    def __init__(self, host: Host) -> None:
        self._host = host
        self._come = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host.gain_user()

    def data_received(self, data: bytes) -> None:
        self._come += data
        while len(self._come) >= wire.LENGTH.size:
            end = wire.LENGTH.size + wire.LENGTH.unpack_from(self._come)[0]
            if len(self._come) < end:
                return
            self._host.take(bytes(self._come[wire.LENGTH.size : end]), self._transport)
            del self._come[:end]

    def connection_lost(self, exc: Exception | None) -> None:
        self._host.lose_user()


def main() -> None:
    """Be the host of a folder, unless it has one."""
    folder, count, memory = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    lock = _alone(folder)
    if lock is None:
        return
    listener = listen(folder)  # from now on clients may connect, and wait
    os.nice(NICENESS)
    write_logs(LogSettings.from_text(os.environ.get(LOG)))
    load_first()
    survive_starter()
    asyncio.run(_serve(Pool(folder / "scratch", count, memory), listener))


async def _serve(pool: Pool, listener: socket) -> None:
    await Host(pool).serve(listener)


def _alone(folder: Path) -> IO[bytes] | None:
    """The lock of a folder, held as long as this process lives; ``None`` where another has it."""
    lock = (folder / "host.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


if __name__ == "__main__":
    main()
