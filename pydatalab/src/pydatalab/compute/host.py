"""The workers' host: one process a lab, from which workers are forked when all they need is loaded.

Run as ``python -m pydatalab.compute.host <folder> <count> <memory>``. Its standard input is a pipe
that the process which started it holds open. It ends at once when that process and all others that
were connected are gone, however they went, and its workers with it.
"""

import asyncio
import fcntl
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

import orjson

from pydatalab.compute import wire
from pydatalab.compute.pool import Pool
from pydatalab.compute.spawn import listen


class Host:
    """Takes jobs from connections, one after the other on each, and has them done."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._warm = asyncio.Event()
        self._users = 1
        """Those who would miss this process: who started it, and every connection."""

    async def serve(self, listener: Any) -> None:
        """Answer until nobody is left."""
        loop = asyncio.get_running_loop()
        loop.add_reader(0, self._lose_starter)
        await asyncio.start_unix_server(self._answer, sock=listener)
        await _warm_up()
        gc.collect()
        gc.freeze()
        self._pool.fill()
        self._warm.set()
        await asyncio.Event().wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._users += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                (length,) = wire.LENGTH.unpack(await reader.readexactly(wire.LENGTH.size))
                request = await reader.readexactly(length)
                await self._warm.wait()
                writer.write(await self._pool.run(request, orjson.loads(request)["seconds"]))
                await writer.drain()
        writer.close()
        self._lose_user()

    def _lose_starter(self) -> None:
        asyncio.get_running_loop().remove_reader(0)
        self._lose_user()

    def _lose_user(self) -> None:
        self._users -= 1
        if not self._users:
            os._exit(0)


def main() -> None:
    """Be the host of a folder, unless it has one."""
    folder, count, memory = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    lock = _alone(folder)
    if lock is None:
        return
    listener = listen(folder)
    asyncio.run(_serve(Pool(folder / "scratch", count, memory), listener))


async def _warm_up() -> None:
    """Load what workers need, on a thread so that meanwhile the end of the starter is noticed."""
    from pydatalab.compute.preload import preload

    thread = Thread(target=preload)
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.01)
    thread.join()  # none may run when workers are forked


async def _serve(pool: Pool, listener: Any) -> None:
    await Host(pool).serve(listener)


def _alone(folder: Path) -> IO[bytes] | None:
    """The lock of a folder, held as long as this process lives; ``None`` where another has it."""
    lock = (folder / "host.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return None
    return lock


if __name__ == "__main__":
    main()
