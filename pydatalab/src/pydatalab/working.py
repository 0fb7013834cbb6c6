"""Does a lab's work that nobody waits for, on a machine that serves no pages."""

import logging
import signal
import threading
from collections.abc import Callable

from pydatalab.app import log_to, open_lab, running_jobs
from pydatalab.config import Config
from pydatalab.errors import DatabaseAway

log = logging.getLogger(__name__)

TRIED_EVERY = 0.5
"""Seconds between two tries to reach a database that is away."""


def work_for_lab(config: Config, *, at_once: int, began: Callable[[], None]) -> None:
    """Run the jobs of a lab, those of its schedules too, until SIGTERM or Ctrl-C.

    What runs then is put back into the queue, for another machine or for later.

    Args:
        config: the settings: the same as those of the servers, but for its own data folder.
        at_once: jobs that run at the same time.
        began: is called once the lab is open.

    Raises:
        DatalabError: the lab cannot be opened; but a database that is away is waited for.
    """
    log_to(config)
    over = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: over.set())
    is_away = False
    while not over.is_set():
        try:
            with open_lab(config) as lab, running_jobs(lab, config, at_once=at_once):
                began()
                over.wait()
        except DatabaseAway as error:
            if not is_away:
                log.warning("%s The work waits for it.", error)
            is_away = True
            over.wait(TRIED_EVERY)
