"""A lab that is opened and closed with the process that serves it."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pydatalab.config import Config
from pydatalab.lab import Lab
from pydatalab.served import Served


@pytest.fixture
def told_to_end() -> Iterator[threading.Event]:
    """Set when this process is told to end, which it does not then."""
    told = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: told.set())
    yield told
    signal.signal(signal.SIGTERM, before)


def test_a_mistake_ends_the_server_rather_than_leave_it_without_a_lab(
    tmp_path: Path, told_to_end: threading.Event, caplog: pytest.LogCaptureFixture
):
    answered: list[str] = []

    def mistaken(_: Lab) -> None:
        raise LookupError("nobody expected that")

    async def lived() -> None:
        messages = iter(("lifespan.startup", "lifespan.shutdown"))

        async def receive() -> dict[str, Any]:
            if answered == ["lifespan.startup.complete"]:
                assert await asyncio.to_thread(told_to_end.wait, 30)
            return {"type": next(messages)}

        async def send(message: Any) -> None:
            answered.append(message["type"])

        await served({"type": "lifespan"}, receive, send)

    served = Served(Config(DATA_DIRECTORY=tmp_path), mistaken)
    asyncio.run(lived())
    assert answered[-1] in {"lifespan.startup.failed", "lifespan.shutdown.complete"}
    assert served.failure
    assert "the log shows" in served.failure.message
    assert "nobody expected that" in caplog.text
