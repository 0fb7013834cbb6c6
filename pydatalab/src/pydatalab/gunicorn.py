"""Settings for gunicorn, which serves a lab by several processes:

``gunicorn --config python:pydatalab.gunicorn``. ``WEB_CONCURRENCY`` says by how many, ``PORT`` where, and
``GUNICORN_CMD_ARGS`` anything else.
"""

import ctypes
import logging
import os
import signal
import sys
from typing import Any, ClassVar

from gunicorn.glogging import Logger
from uvicorn_worker import UvicornWorker

from pydatalab.transport import LONGEST_UPLOAD, TRANSPORT


class LabLogger(Logger):  # type: ignore[misc]  # its package has no types
    """What gunicorn says, in the lab's own log. Requests are written down there, too: never here, where
    their addresses would show keys."""

    def setup(self, cfg: Any) -> None:
        """Hand everything on."""
        super().setup(cfg)
        _hand_on("gunicorn.error")


class LabWorker(UvicornWorker):  # type: ignore[misc]  # its package has no types
    """A process that serves, below gunicorn's master."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {**TRANSPORT, "access_log": False}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _hand_on("uvicorn.error")


def _hand_on(name: str) -> None:
    """Let the log of the lab take over what a logger is told."""
    logger = logging.getLogger(name)
    logger.handlers = []
    logger.propagate = True


PR_SET_PDEATHSIG = 1
"""Of Linux: the signal that a process gets when the one that made it is gone (prctl(2))."""


ENDING = (signal.SIGTERM, signal.SIGINT)
"""Signals by which whoever runs the server ends it."""


def when_ready(_: Any) -> None:
    """Lose no signal: neither one that came before there was anybody to handle it (a container starts us with them
    blocked, since its first process would drop them), nor one that meets a process which was just made, and which would
    take it for the master.
    """
    os.register_at_fork(before=_hold, after_in_parent=_let_in, after_in_child=_begin_anew)
    _let_in()


def _hold() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def _let_in() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _begin_anew() -> None:
    """Let a signal end this process, which has nothing to finish yet."""
    for one in ENDING:
        signal.signal(one, signal.SIG_DFL)
    _let_in()


def post_fork(_: Any, worker: LabWorker) -> None:
    """Let a process end with the master, however that ends: alone it would go on with jobs, and keep the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != worker.ppid:
        raise SystemExit


wsgi_app = "pydatalab.main:served_lab()"
worker_class = LabWorker
logger_class = LabLogger
preload_app = True  # processes share what they loaded, and none opens anything before it is its own
bind = [f"0.0.0.0:{os.environ.get('PORT', '5001')}"]
workers = int(os.environ.get("WEB_CONCURRENCY") or 4)
graceful_timeout = LONGEST_UPLOAD
timeout = 120
worker_tmp_dir = "/dev/shm"  # noqa: S108  a folder in memory, where a beat never waits for a disk
control_socket_disable = True
loglevel = "warning"
