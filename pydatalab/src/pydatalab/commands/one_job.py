"""Runs one job of the queue and ends: ``python -m pydatalab.commands.one_job``, started by a server.

The first line of its standard input says which job, and by which settings; the end of that input
means that the server is gone, however it went, and ends this process too.
"""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydatalab.commands.loading import uncollected

if TYPE_CHECKING:
    from pydatalab.lab import Lab
    from pydatalab.models.progress import Progress

log = logging.getLogger("pydatalab.jobs")

NICENESS = 10
"""How much later than the server jobs come to the processor, of 19."""


def main() -> None:
    """Run the job that the standard input names."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    told = json.loads(_first_line())
    threading.Thread(target=_end_with_server, name="lifeline", daemon=True).start()
    os.nice(NICENESS)

    with uncollected():
        from pydatalab.app import log_to, open_lab
        from pydatalab.config import Config
        from pydatalab.jobs.work import do_job
        from pydatalab.watch.trace import Trace, following

    config = Config.model_validate(told["config"])
    log_to(config)
    job = Trace(told["request_id"], "job", route=told["name"], job_id=told["job_id"])
    with following(job), open_lab(config) as lab:
        log.info("The job %s begins.", told["name"])
        run = partial(_handle, lab, told["place"])
        do_job(
            lab.store, told["job_id"], told["attempt"], run, stopping,
            repeatable=told["repeatable"],
        )  # fmt: skip
        log.info("The job %s is over.", told["name"])


def _handle(
    lab: "Lab", place: str, arguments: Mapping[str, Any], progress: "Progress"
) -> Mapping[str, Any]:
    """Have a handler do it; what goes wrong on loading it goes wrong in the job."""
    module, _, name = place.partition(":")
    with uncollected():
        handler = getattr(import_module(module), name)
    result: Mapping[str, Any] = handler(lab, arguments, progress)
    return result


def _first_line() -> bytes:
    """The first line of the standard input, behind which nothing comes but its end."""
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(0, 65536)
        if not more:
            sys.exit(1)
        line += more
    return line


def _end_with_server() -> None:
    """Wait for the end of the standard input."""
    from pydatalab.jobs.work import end_group

    while os.read(0, 4096):
        pass
    end_group()


if __name__ == "__main__":
    main()
