"""How uvicorn serves, alone, below gunicorn and beside the work of a machine for jobs."""

import socket
from collections.abc import Mapping
from typing import Any

from pydatalab.errors import Unavailable

LONGEST_UPLOAD = 3_600
"""Seconds that a busy server gives its uploads to finish."""

TRANSPORT: Mapping[str, Any] = {
    "log_config": None,
    "timeout_keep_alive": 75,
    "proxy_headers": False,
    "server_header": False,
    "lifespan": "on",
    "http": "httptools",
    "loop": "uvloop",
}
"""How uvicorn serves, everywhere."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound to an address.

    Raises:
        Unavailable: the address is taken, or there is no such one.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as exc:
        listener.close()
        reason = exc.strerror if isinstance(exc, OSError) else "ports go from 0 to 65535"
        raise Unavailable(
            f"{host}:{port} cannot be listened on ({reason}). Choose another with --port or --host."
        ) from exc
    return listener
