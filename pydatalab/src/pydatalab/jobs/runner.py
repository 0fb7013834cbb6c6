"""Runs the jobs of a queue, each in a process of its own, from one thread of the server."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson

from pydatalab.errors import DatalabError
from pydatalab.jobs.bell import Bell, NoBell
from pydatalab.jobs.queue import (
    ENDED,
    Handler,
    claim_job,
    end_job,
    interrupt_job,
    prune_jobs,
    this_process,
)
from pydatalab.jobs.schedule import Schedule, local_zone, make_due
from pydatalab.store.port import Store
from pydatalab.store.query import Document, Is, Query
from pydatalab.watch.measures import JOB_SECONDS, JOBS_RUN, Measures

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds that a job which was asked to stop has for that."""

PRUNED_EVERY = 3600.0
"""Seconds."""


class Child:
    """A process that runs one attempt of a job. It ends with this process at the latest: its
    standard input is a pipe from here, whose end it takes as its own."""

    def __init__(self, command: Sequence[str], told: Mapping[str, Any], job: Document) -> None:
        self.job_id: str = job["immutable_id"]
        self.name: str = job["name"]
        self.attempt: int = job["attempt"]
        self.begun = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 (the command is ours)
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it died at once, which is seen later
            self._process.stdin.write(orjson.dumps(told) + b"\n")
            self._process.stdin.flush()

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def why_it_ended(self) -> str:
        """In a sentence."""
        status = self._process.wait()
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        return f"its process ended {how}. Start it again, or ask who runs the server."

    def stop(self) -> None:
        """Ask it to stop in order."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it, once it has ended."""
        self._process.wait()
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()


class Runner:
    """Makes what schedules ask for, and runs what waits; begun by ``start``, ended by ``close``."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler],
        command: Sequence[str],
        told: Mapping[str, Any],
        schedules: tuple[Schedule, ...] = (),
        *,
        at_once: int = 2,
        every: float = 1.0,
        stale_after: float = 45.0,
        bell: Bell | None = None,
        measures: Measures | None = None,
    ) -> None:
        """A runner that has not begun.

        Args:
            store: the lab's documents.
            handlers: what does the jobs, by name.
            command: what runs one job, as it reads from its standard input.
            told: what each such process is told besides the job.
            schedules: what makes jobs by itself.
            at_once: jobs that run at the same time.
            every: seconds between two looks at the queue.
            stale_after: seconds without a beat after which a job of another runner is lost.
            bell: what rings when there is a job; if ``None``, nothing does.
            measures: where runs are counted.
        """
        self._store = store
        self._handlers = handlers
        self._command = command
        self._to_tell = told
        self._schedules = schedules
        self._at_once = at_once
        self._every = every
        self._stale_after = stale_after
        self._bell = bell or NoBell()
        self._measures = measures or Measures()
        self._children: dict[str, Child] = {}
        self._beats: dict[str, tuple[tuple[int, int], float]] = {}
        self._asked: dict[str, float] = {}
        self._pruned = -PRUNED_EVERY
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin. Returns at once."""
        self._thread.start()

    def close(self, patience: float = 5.0) -> None:
        """Stop in order: what runs is asked to, and put back into the queue to be begun again."""
        self._over.set()
        self._thread.join()
        for child in self._children.values():
            child.stop()
        until = time.monotonic() + patience
        while time.monotonic() < until and any(one.is_alive for one in self._children.values()):
            time.sleep(0.02)
        for child in self._children.values():
            child.kill()
            child.close()
        self._guarded(self._bury)

    def _work(self) -> None:
        zone = local_zone()

        def make() -> None:
            for job in make_due(self._store, self._schedules, zone):
                if late := job["late_since"]:
                    log.warning("%s was due at %s and is made up for.", job["schedule"], late)

        while not self._waited():
            for step in (self._bury, make, self._watch, self._begin, self._prune):
                self._guarded(step)

    def _waited(self) -> bool:
        """Wait for the next turn; whether it is over."""
        self._bell.wait(self._over, self._every)
        return self._over.is_set()

    def _guarded(self, step: Callable[[], None]) -> None:
        """Take a step; what goes wrong is tried again with the next turn."""
        try:
            step()
        except DatalabError as error:
            log.warning("Jobs: %s", error)
        except Exception:
            log.exception("Jobs")

    def _bury(self) -> None:
        """Let go of processes that ended, and write down those that had no time to."""
        for child in [one for one in self._children.values() if not one.is_alive]:
            job = self._interrupt(child.job_id, child.name, child.attempt, child.why_it_ended)
            self._count(child, job)
            child.close()
            del self._children[child.job_id]

    def _count(self, child: Child, job: Document) -> None:
        """Count a run that is over: a job that did not end with it waits, or others run it already."""
        is_over = job["attempt"] == child.attempt and job["state"] in ENDED
        self._measures.count(JOBS_RUN, child.name, job["state"] if is_over else "waiting")
        self._measures.take(JOB_SECONDS, time.monotonic() - child.begun, child.name)

    def _watch(self) -> None:
        """Notice jobs of runners that are gone, and own ones that do not stop when asked to."""
        running = self._store.jobs.find(Query(Is("state", "running"), limit=1_000)).documents
        ids = {job["immutable_id"] for job in running}
        self._beats = {key: seen for key, seen in self._beats.items() if key in ids}
        self._asked = {key: since for key, since in self._asked.items() if key in ids}
        for job in running:
            child = self._children.get(job["immutable_id"])
            if child is None:
                self._watch_other(job)
            elif job["cancel_asked"]:
                since = self._asked.setdefault(job["immutable_id"], time.monotonic())
                if time.monotonic() > since + PATIENCE:
                    child.kill()

    def _watch_other(self, job: Document) -> None:
        key, beats = job["immutable_id"], (job["attempt"], job["beats"])
        seen, since = self._beats.get(key, (None, 0.0))
        if seen != beats:
            self._beats[key] = beats, time.monotonic()
        elif time.monotonic() > since + self._stale_after:
            why = "the server that ran it is gone. Start it again."
            self._interrupt(key, job["name"], job["attempt"], why)

    def _interrupt(self, job_id: str, name: str, attempt: int, why: str) -> Document:
        handler = self._handlers.get(name)
        repeatable = handler is not None and handler.repeatable
        return interrupt_job(self._store, job_id, attempt, why, repeatable=repeatable)

    def _begin(self) -> None:
        """Claim what is due, as far as there is room, and run it."""
        while len(self._children) < self._at_once and not self._over.is_set():
            job = claim_job(self._store, self._handlers, this_process())
            if job is None:
                return
            self._run(job)

    def _run(self, job: Document) -> None:
        job_id, attempt = job["immutable_id"], job["attempt"]
        handler = self._handlers.get(job["name"])
        if handler is None:
            why = f"This server knows no job called {job['name']!r}."
            end_job(self._store, job_id, attempt, "failed", error=why)
            return
        told = {
            "job_id": job_id,
            "name": job["name"],
            "request_id": job.get("request_id"),
            "attempt": attempt,
            "place": handler.place,
            "repeatable": handler.repeatable,
            **self._to_tell,
        }
        try:
            self._children[job_id] = Child(self._command, told, job)
        except OSError as error:
            why = f"its process cannot be started ({error.strerror})."
            interrupt_job(self._store, job_id, attempt, why, repeatable=False)

    def _prune(self) -> None:
        if time.monotonic() > self._pruned + PRUNED_EVERY:
            self._pruned = time.monotonic()
            prune_jobs(self._store)
