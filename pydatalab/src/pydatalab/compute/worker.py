"""A worker: forked from the host, it does one job after the other within its limits."""

import ctypes
import errno
import gc
import logging
import os
import resource
import shutil
import signal
import socket
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

import orjson

from pydatalab.compute import wire
from pydatalab.errors import DatalabError, LimitExceeded, Unavailable, UnreadableFile
from pydatalab.techniques.registry import resolve
from pydatalab.watch.logs import REQUESTS
from pydatalab.watch.trace import Trace, following

LARGEST_OUTPUT = 4_000_000_000
"""Bytes of one file that a job may write: an export, or what it unpacks."""

FIRST_TO_GO = "900"
"""How readily the kernel ends a worker, of 1000, where the machine is out of memory."""

DIES_WITH_PARENT = 1
"""``PR_SET_PDEATHSIG`` of Linux's ``prctl``."""

log = logging.getLogger(__name__)
done = logging.getLogger(REQUESTS)


def work(connection: int, host: int, scratch: Path, memory: int) -> NoReturn:
    """Do jobs until the host is gone. Called in the forked process, and never returns.

    Args:
        connection: handle of the socket on which jobs come.
        host: process id of the host.
        scratch: folder in which this worker makes its own.
        memory: bytes that it may take beyond what it has from the start.
    """
    try:
        gc.freeze()  # what belongs to the host must not be finalised here
        _detach(connection, host)
        _limit(memory)
        folder = scratch / str(os.getpid())
        channel = socket.socket(fileno=3)
        while (request := wire.receive(channel)) is not None:
            folder.mkdir(mode=0o700, parents=True)
            answer = _answer(request, folder)
            channel.sendall(answer)
            shutil.rmtree(folder, ignore_errors=True)
    except Exception:
        log.exception("A worker failed.")
    finally:
        os._exit(0)


def _detach(connection: int, host: int) -> None:
    """Let go of what is the host's: its handles, its signals; and die with it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != host:
        os._exit(0)
    os.dup2(connection, 3, inheritable=False)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)  # what libraries print is no answer
    warnings.simplefilter("ignore")


def _limit(memory: int) -> None:
    taken = resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[5])
    for kind, most in (
        (resource.RLIMIT_DATA, taken + memory),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, limit))
    with suppress(OSError):  # some containers do not let us
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def _answer(request: bytes, folder: Path) -> bytes:
    """The answer to a job, with its length: what it gave, or why it failed."""
    job: dict[str, Any] = orjson.loads(request)
    with following(Trace(job.get("request_id"), "worker", route=job["function"])):
        begun = perf_counter()
        answer = _done(job, folder)
        seconds = perf_counter() - begun
        about = {"function": job["function"], "milliseconds": round(seconds * 1000, 1)}
        words = "%s in %.0f ms"
        done.info(words, job["function"], seconds * 1000, extra={"about": about})
    return answer


def _done(job: Mapping[str, Any], folder: Path) -> bytes:
    """Do a job; a failure is an answer, too."""
    try:
        return wire.message({"value": resolve(job["function"])(folder, **job["arguments"])})
    except DatalabError as exc:
        return wire.message(wire.failure(exc))
    except MemoryError:
        return wire.message(
            wire.failure(LimitExceeded("Reading this takes more memory than it may."))
        )
    except Exception as exc:
        return wire.message(wire.failure(_unexpected(exc)))


def _unexpected(error: Exception) -> DatalabError:
    """What to say when a reader stumbles; the log tells the rest."""
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return LimitExceeded("Reading this takes more disk than it may.")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable("The disk of the lab is full. Tell its data manager.")
    log.error("A job failed.", exc_info=error)
    return UnreadableFile(
        "The file cannot be read: it is damaged, or of another kind than it seems."
    )
