"""Does a lab's work that nobody waits for, on a machine that serves no pages."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydatalab.app import (
    log_to,
    open_lab,
    running_jobs,
    say_what_does_nothing,
    wait_until_over,
)
from pydatalab.config import Config
from pydatalab.errors import DatabaseAway
from pydatalab.lab import Lab
from pydatalab.transport import TRANSPORT, listen

log = logging.getLogger(__name__)

TRIED_EVERY = 0.5
"""Seconds between two tries to reach a database that is away."""

LONGEST_ANSWER = 5
"""Seconds that whoever asks how it does has for the answer when it ends."""


def work_for_lab(
    config: Config,
    *,
    at_once: int,
    began: Callable[[], None],
    address: tuple[str, int] | None = None,
) -> None:
    """Run the jobs of a lab, those of its schedules too, until SIGTERM or Ctrl-C.

    What runs then is put back into the queue, for another machine or for later.

    Args:
        config: the settings: the same as those of the servers, but for its own data folder.
        at_once: jobs that run at the same time.
        began: is called once the lab is open.
        address: host and port where it answers how it does; nowhere if missing.

    Raises:
        Unavailable: the address is taken.
        DatalabError: the lab cannot be opened, or a newer datalab has upgraded it meanwhile; but a database that
            is away is waited for.
    """
    log_to(config)
    say_what_does_nothing(config)
    over = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: over.set())
    listener = listen(*address) if address else None
    is_away = False
    while not over.is_set():
        try:
            with (
                open_lab(config) as lab,
                running_jobs(lab, config, at_once=at_once),
                _answering(lab, listener),
            ):
                began()
                wait_until_over(lab, over)
        except DatabaseAway as error:
            if not is_away:
                log.warning("%s The work waits for it.", error)
            is_away = True
            over.wait(TRIED_EVERY)


@contextmanager
def _answering(lab: Lab, listener: socket.socket | None) -> Iterator[None]:
    """Answer how this machine does, beside its work, until the end of the block."""
    if listener is None:
        yield
        return
    import uvicorn

    from pydatalab.api.server import build_for_jobs  # who does not ask for it never pays for it

    settings = uvicorn.Config(
        build_for_jobs(lab),
        **{**TRANSPORT, "lifespan": "off"},
        access_log=False,
        timeout_graceful_shutdown=LONGEST_ANSWER,
    )
    server = uvicorn.Server(settings)
    answering = threading.Thread(target=server.run, args=([listener],), name="answers", daemon=True)
    answering.start()
    try:
        yield
    finally:
        server.should_exit = True
        answering.join()
