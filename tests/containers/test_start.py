"""How long it takes from ``up`` to the first answer."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress

from conftest import Compose, docker, is_ready, until_true

SLOWER = 3.0
"""Seconds that the whole may take longer than its database alone."""

TRIES = 3


def test_the_first_answer_comes_soon_after_the_database_could_give_it(compose: Compose):
    alone = min(
        started(compose, ["database"], lambda: database_answers(compose)) for _ in range(TRIES)
    )
    whole = min(started(compose, [], is_ready) for _ in range(TRIES))
    print(f"database alone: {alone:.2f} s; to the first answer: {whole:.2f} s")  # noqa: T201
    assert whole - alone <= SLOWER


def started(compose: Compose, services: list[str], answers: Callable[[], bool]) -> float:
    """Seconds from ``up`` until something answers; afterwards all is down."""
    begun = time.monotonic()
    compose("up", "--detach", "--no-build", *services)
    until_true(answers, 90, lambda: compose("logs"))
    took = time.monotonic() - begun
    compose("down", "--volumes", "--timeout", "20")
    return took


def database_answers(compose: Compose) -> bool:
    """Whether its port can be reached."""
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = docker("inspect", "-f", form, f"{compose.project}-database-1").strip()
    with suppress(OSError), socket.create_connection((address, 27017), timeout=1):
        return True
    return False
