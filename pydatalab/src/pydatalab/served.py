"""A lab as an ASGI application, which opens it with its process and closes it with that."""

import asyncio
import fcntl
import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path
from typing import IO

from starlette.types import ASGIApp, Receive, Scope, Send

from pydatalab.api.accel import Accelerated
from pydatalab.api.away import build_away
from pydatalab.api.proxy import OneProxy
from pydatalab.api.server import build, load_v1
from pydatalab.app import PAGE, open_lab, running_jobs, wait_until_over
from pydatalab.config import Config
from pydatalab.errors import DatabaseAway, DatalabError, Unavailable
from pydatalab.lab import LEADER, Lab
from pydatalab.watch.measures import Measures

log = logging.getLogger(__name__)

LONGEST_START = 10.0
"""Seconds after which a server that still opens its lab, as after an upgrade, says so to callers."""

TRIED_EVERY = 0.5
"""Seconds between two tries to reach a database, or to lead."""

MEASURES = "measures"
"""Folder, inside of that of the data, in which the processes of a server add up what they measure."""


class Served:
    """The lab of some settings, for a server that speaks ASGI and its lifespan.

    Where the database is away, or an upgrade takes its time, the server starts all the same, says so,
    and opens the lab as soon as it can. Several processes may serve one lab: one of those on a machine
    leads, which runs the jobs, unless ``RUN_JOBS`` leaves them to others; another follows when it is gone.
    """

    def __init__(self, config: Config, leads: Callable[[Lab], None]) -> None:
        """Nothing is opened yet.

        Args:
            config: the settings.
            leads: is told the open lab where this process begins to lead.
        """
        self._config = config
        self._leads = leads
        self._measures = Measures(config.DATA_DIRECTORY.resolve() / MEASURES)
        self._app = self._seen(build_away(PAGE, config.APP_URL, config.ROOT_PATH, self._measures))
        self._begun = False
        self._told = threading.Event()
        self.failure: DatalabError | None = None
        """Why there is no lab to serve, if there is none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open the lab when the server starts, close it when that ends."""
        await receive()
        over, tried = threading.Event(), threading.Event()
        work = threading.Thread(target=self._work, args=(over, tried), name="lab", daemon=True)
        work.start()
        await asyncio.to_thread(tried.wait, LONGEST_START)
        self._begun = True
        if self.failure:
            await send({"type": "lifespan.startup.failed", "message": self.failure.message})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        over.set()
        await asyncio.to_thread(work.join)
        await send({"type": "lifespan.shutdown.complete"})

    def _work(self, over: threading.Event, tried: threading.Event) -> None:
        """Keep the lab open until it is over, or end the server with it; ``tried`` is set when that may begin."""
        try:
            self._serve(over, tried)
        except DatalabError as error:
            self._fail(error)
        except Exception:  # of a thread, which nobody else would tell of
            log.exception("A mistake while the lab was served")
            self._fail(Unavailable("The lab cannot be served, by a mistake that the log shows."))
        finally:
            tried.set()

    def _serve(self, over: threading.Event, tried: threading.Event) -> None:
        with ExitStack() as stack:
            self._measures.begin()
            lab = self._opened(stack, over, tried)
            if lab is None:
                return
            self._app = self._seen(build(lab, PAGE, self._config.APP_URL, self._config.ROOT_PATH))
            tried.set()
            threading.Thread(target=self._load, name="routes", daemon=True).start()
            self._lead(lab, over)
            over.wait()

    def _fail(self, error: DatalabError) -> None:
        """End the server, which has no lab any more."""
        self.failure = error
        if self._begun:
            log.error("%s", error)
            os.kill(os.getpid(), signal.SIGTERM)

    def _opened(
        self, stack: ExitStack, over: threading.Event, tried: threading.Event
    ) -> Lab | None:
        """The open lab, as soon as its database is there; none if it is over before."""
        while not over.is_set():
            try:
                opened = open_lab(self._config, working=True, measures=self._measures)
                return stack.enter_context(opened)
            except DatabaseAway as error:
                if not tried.is_set():
                    log.warning("%s The server starts, and waits for it.", error)
                tried.set()
            over.wait(TRIED_EVERY)
        return None

    def _lead(self, lab: Lab, over: threading.Event) -> None:
        """Run the jobs as soon as no other process of this machine does, until it is over."""
        with _opened_lock(lab.folder / LEADER) as lock:
            while not _is_ours(lock):
                if over.wait(TRIED_EVERY):
                    return
            with running_jobs(lab, self._config) if self._config.RUN_JOBS else nullcontext():
                self._tell(lab, over)
                self._stay(lab, over)

    def _stay(self, lab: Lab, over: threading.Event) -> None:
        """Lead until it is over. Where a newer datalab has upgraded the lab, that is soon: what is under way is
        finished, and gunicorn's other processes end as ours is not begun anew."""
        try:
            wait_until_over(lab, over)
        except Unavailable as newer:
            self._fail(newer)
            over.wait()

    def _load(self) -> None:
        """Load the routes before somebody asks for one, but after whoever waits for the start was told."""
        self._told.wait(TRIED_EVERY)
        load_v1()

    def _tell(self, lab: Lab, over: threading.Event) -> None:
        """Tell that we lead; again, should the database go away just then."""
        while not over.is_set():
            with suppress(DatabaseAway):
                self._leads(lab)
                return self._told.set()
            over.wait(TRIED_EVERY)
        return None

    def _seen(self, app: ASGIApp) -> ASGIApp:
        """An application as callers reach it: past a proxy, or not."""
        if self._config.USE_X_ACCEL_REDIRECT:
            app = Accelerated(app)
        return OneProxy(app) if self._config.BEHIND_REVERSE_PROXY else app


def _opened_lock(path: Path) -> IO[bytes]:
    """A file to lock, made where it is missing."""
    try:
        return path.open("ab")
    except OSError as exc:
        raise Unavailable(
            f"{path} cannot be opened ({exc.strerror}). Let the account that runs the server own it."
        ) from exc


def _is_ours(lock: IO[bytes]) -> bool:
    """Whether a lock could be taken: the system opens it when its holder ends, however that is."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
