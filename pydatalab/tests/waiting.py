"""Waiting for what comes to pass by itself."""

import time
from collections.abc import Callable
from typing import Any


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Ask again and again, and give the first answer that is true."""
    over = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < over, "it did not come to pass"
        time.sleep(0.05)
    return found
