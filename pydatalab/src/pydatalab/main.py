"""Serves a lab with uvicorn, until it is told to stop."""

import logging
import signal
import socket
import sys
from types import FrameType

import uvicorn

from pydatalab.api.server import build
from pydatalab.app import PAGE, log_to, open_lab, running_jobs
from pydatalab.config import Config
from pydatalab.errors import Unavailable
from pydatalab.services import accounts

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST_UPLOAD = 3_600
"""Seconds that a busy server gives its uploads to finish."""


def serve_lab(config: Config, host: str, port: int, first: str | None = None) -> None:
    """Serve the page and the API at an address until SIGTERM or Ctrl-C.

    Args:
        config: the settings.
        host: the address to listen on.
        port: the port to listen on.
        first: id of the person whom the first visitor signs in as; somebody new if missing.

    Raises:
        Unavailable: the address is taken.
    """
    log_to(config)
    _leave_in_order()
    listener = _listen(host, port)
    with open_lab(config, working=True) as lab, running_jobs(lab, config):
        settings = uvicorn.Config(
            build(lab, PAGE, config.APP_URL, config.ROOT_PATH),
            log_config=None,
            access_log=config.DEBUG,
            timeout_graceful_shutdown=LONGEST_UPLOAD,
            timeout_keep_alive=75,
            proxy_headers=config.BEHIND_REVERSE_PROXY,
            server_header=False,
            http="httptools",
            loop="uvloop",
        )
        _announce(host, listener.getsockname()[1], accounts.make_first_run_link(lab, first))
        uvicorn.Server(settings).run(sockets=[listener])


def _leave_in_order() -> None:
    """Let a signal end the process by way of every ``finally``, so that the database is closed.

    uvicorn hands the signal that ended it on to whoever had it before: that is this handler.
    """

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, leave)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as exc:
        raise Unavailable(
            f"{host}:{port} cannot be listened on ({exc.strerror}). Choose another with --port."
        ) from exc
    return listener


def _announce(host: str, port: int, first_run: str | None) -> None:
    """Say where the lab is, and, until it has an administrator, how to become that."""
    name = "localhost" if host in LOOPBACK else socket.gethostname()
    address = f"http://{name}:{port}"
    sys.stdout.write(f"\ndatalab is at {address}\n")
    if first_run:
        sys.stdout.write(
            "Nobody administers it yet. Whoever opens this link first does:\n"
            f"  {address}/sign-in/first-run?token={first_run}\n\n"
        )
    sys.stdout.flush()
    if host not in LOOPBACK:
        log.warning("Traffic is not encrypted: use this only in a network that you trust.")
