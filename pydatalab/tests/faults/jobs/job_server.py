"""Runs the jobs of a lab with the handlers of ``job_handlers``, until it is told to stop or killed."""

import signal
import sys
import threading
from pathlib import Path

from pydatalab.app import ONE_JOB, open_lab
from pydatalab.config import Config
from pydatalab.jobs.queue import Handler
from pydatalab.jobs.runner import Runner

HANDLERS = {
    "wait": Handler("job_handlers:wait", repeatable=True),
    "wait once": Handler("job_handlers:wait"),
    "be silent": Handler("job_handlers:be_silent", repeatable=True),
    "count": Handler("job_handlers:count_items"),
    "refuse": Handler("job_handlers:refuse"),
    "stumble": Handler("job_handlers:stumble"),
    "lose": Handler("job_handlers:lose_the_database", repeatable=True),
    "lose once": Handler("job_handlers:lose_the_database"),
    "lost": Handler("job_handlers:nowhere"),
}


def main() -> None:
    """Run until SIGTERM."""
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    config = Config(DATA_DIRECTORY=Path(sys.argv[1]))
    told = {"config": config.model_dump(mode="json", exclude_unset=True)}
    with open_lab(config) as lab:
        runner = Runner(lab.store, HANDLERS, ONE_JOB, told, every=0.05, stale_after=7)
        runner.start()
        told_to_stop.wait()
        runner.close(patience=float(sys.argv[2]))


if __name__ == "__main__":
    main()
