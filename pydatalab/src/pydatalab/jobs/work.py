"""One attempt of a job, in the process that was made for it."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from pydatalab.errors import Cancelled, DatabaseAway, DatalabError, Unavailable
from pydatalab.jobs.queue import (
    change_job,
    end_job,
    get_job,
    interrupt_job,
    is_attempt,
    put_back,
)
from pydatalab.models.progress import Progress
from pydatalab.store.port import Store
from pydatalab.store.query import Document

log = logging.getLogger(__name__)

LOOKED_EVERY = 1.0
"""Seconds between two looks at what others wrote about the job, and two words of progress."""

BEATS_EVERY = 5.0
"""Seconds within which a job beats, if it has nothing else to say."""

WRITTEN_WITHIN = 60
"""Seconds for which a job that ended tries to write that down."""

UNEXPECTED = "Something went wrong that nobody thought of. The server's log has the details."

Run = Callable[[Mapping[str, Any], Progress], Mapping[str, Any]]


def do_job(
    store: Store,
    job_id: str,
    attempt: int,
    run: Run,
    stopping: threading.Event,
    *,
    repeatable: bool,
) -> None:
    """Run a job that was claimed, and write down what became of it.

    Args:
        store: the lab's documents.
        job_id: the job.
        attempt: which attempt of it this is.
        run: takes the job's arguments and where to say how far it is; gives the result.
        stopping: set when the server stops: the job is then put back.
        repeatable: whether it may be begun again where the database went away meanwhile.
    """
    arguments = get_job(store, job_id)["arguments"]
    with Pulse(store, job_id, attempt, stopping) as pulse:
        write_down = _tried(
            store, job_id, attempt, lambda: run(arguments, pulse), pulse, repeatable=repeatable
        )
    _insist(write_down)


def _tried(
    store: Store,
    job_id: str,
    attempt: int,
    work: Callable[[], Mapping[str, Any]],
    pulse: "Pulse",
    *,
    repeatable: bool,
) -> Callable[[], Document]:
    """Do the work; what then writes down how it ended."""

    def failed(message: str) -> Callable[[], Document]:
        return lambda: end_job(store, job_id, attempt, "failed", error=message)

    try:
        result = work()
    except Cancelled:
        if pulse.is_stopping:
            return lambda: put_back(store, job_id, attempt)
        return lambda: end_job(store, job_id, attempt, "cancelled")
    except DatabaseAway as error:
        why = error.message
        return lambda: interrupt_job(store, job_id, attempt, why, repeatable=repeatable)
    except DatalabError as error:
        return failed(error.message)
    except Exception:
        log.exception("The job %s failed.", job_id)
        return failed(UNEXPECTED)
    return lambda: end_job(store, job_id, attempt, "done", result=result)


def _insist(write_down: Callable[[], Document]) -> None:
    """Write, though the database may be away for a while."""
    until = time.monotonic() + WRITTEN_WITHIN
    while True:
        try:
            write_down()
            return
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(LOOKED_EVERY)


class Pulse:
    """The progress of a job: written down by a thread, which also hears that it should stop."""

    def __init__(self, store: Store, job_id: str, attempt: int, stopping: threading.Event) -> None:
        self._store = store
        self._job_id = job_id
        self._attempt = attempt
        self._stopping = stopping
        self._said: Mapping[str, Any] | None = None
        self._cancelled = False
        self._beaten = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"pulse {job_id}", daemon=True)

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Keep it for the next look.

        Raises:
            Cancelled: somebody asked to stop, or the server stops.
        """
        self._said = {"doing": doing, "done": done, "total": total}
        if self._cancelled:
            raise Cancelled("This was cancelled.")
        if self._stopping.is_set():
            raise Cancelled("The server stops.")

    @property
    def is_stopping(self) -> bool:
        """Whether it is the server that stops, rather than somebody who wants the job no more."""
        return self._stopping.is_set() and not self._cancelled

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _beat(self) -> None:
        while not self._over.wait(LOOKED_EVERY):
            self._look()

    def _look(self) -> None:
        try:
            change_job(self._store, self._job_id, self._beaten_once)
        except DatalabError as error:  # the database is away; the next look is soon
            log.warning("The job %s cannot say how far it is: %s", self._job_id, error)

    def _beaten_once(self, job: Document) -> Document:
        if not is_attempt(job, self._attempt):
            log.error("The job %s was given to somebody else, since this one was silent.", job)
            end_group()
        self._cancelled = job["cancel_asked"]
        said = self._said or job["progress"]
        if said == job["progress"] and time.monotonic() < self._beaten + BEATS_EVERY:
            return job
        self._beaten = time.monotonic()
        return job | {"progress": said, "beats": job["beats"] + 1}


def end_group() -> None:
    """End this process at once, with those that it started if it leads them."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
