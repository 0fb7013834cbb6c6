"""Serves a lab, until it is told to stop: with uvicorn, alone or below gunicorn."""

import logging
import signal
import socket
import sys
from types import FrameType

import uvicorn

from pydatalab.app import log_to, say_what_does_nothing
from pydatalab.config import PREFIX, Config, read_config
from pydatalab.errors import DatalabError
from pydatalab.lab import Lab
from pydatalab.served import Served
from pydatalab.services import accounts
from pydatalab.settings.declared import WORTH_SETTING
from pydatalab.transport import LONGEST_UPLOAD, TRANSPORT, listen
from pydatalab.watch.logs import TERMINAL_ONLY

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve_lab(config: Config, host: str, port: int, first: str | None = None) -> None:
    """Serve the page and the API at an address until SIGTERM or Ctrl-C.

    Args:
        config: the settings.
        host: the address to listen on.
        port: the port to listen on.
        first: id of the person whom the first visitor signs in as; somebody new if missing.

    Raises:
        Unavailable: the address is taken.
        DatalabError: the lab cannot be opened; but a database that is away is waited for.
    """
    log_to(config)
    say_what_does_nothing(config)
    _leave_in_order()
    listener = listen(host, port)

    def announce(lab: Lab) -> None:
        _announce(host, listener.getsockname()[1], accounts.make_first_run_link(lab, first))

    served = Served(config, announce)
    settings = uvicorn.Config(
        served, **TRANSPORT, access_log=False, timeout_graceful_shutdown=LONGEST_UPLOAD
    )
    try:
        uvicorn.Server(settings).run(sockets=[listener])
    finally:  # the signal that ends a server without a lab is no orderly end
        if served.failure:
            raise served.failure


def served_lab() -> Served:
    """The lab of the settings, for a server that is started otherwise and whose address we do not know.

    Raises:
        SystemExit: the settings cannot be used, which the log says.
    """
    try:
        config = read_config()
    except DatalabError as error:
        raise SystemExit(f"pydatalab: {error.message}") from error
    log_to(config)
    say_what_does_nothing(config)
    decided = (*WORTH_SETTING, "SECRET_KEY")
    if left := [PREFIX + name for name in decided if name not in config.model_fields_set]:
        log.warning("Still at their defaults: %s.", ", ".join(left))

    def announce(lab: Lab) -> None:
        if token := accounts.make_first_run_link(lab):
            path = f"{config.ROOT_PATH.rstrip('/')}/sign-in/first-run?token={token}"
            words = "Nobody administers this lab yet. Whoever opens %s first, does."
            log.warning(words, path, extra=TERMINAL_ONLY)

    return Served(config, announce)


def _leave_in_order() -> None:
    """Let a signal end the process by way of every ``finally``, so that the database is closed.

    uvicorn hands the signal that ended it on to whoever had it before: that is this handler.
    """

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, leave)


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
