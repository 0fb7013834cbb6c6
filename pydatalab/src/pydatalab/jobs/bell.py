"""Rings where jobs wait, so that runners on other machines look at once, and not with their next turn.

Nothing is said but that there is something: jobs stand in the database, and whoever hears nothing
finds them a little later.
"""

import logging
import threading
import time
from typing import Any, Protocol

from pydatalab.errors import Invalid, Unavailable

log = logging.getLogger(__name__)

SILENT_FOR = 5.0
"""Seconds for which a Redis that does not answer is left alone."""

PATIENCE = 1.0
"""Seconds in which it answers, or is taken to be away."""


class Bell(Protocol):
    """What is rung when there is a job, and heard by those who run jobs."""

    def ring(self) -> None:
        """Tell that there is something to do. Never fails, and hardly ever waits."""

    def wait(self, over: threading.Event, seconds: float) -> None:
        """Wait until it rings, or ``over`` is set, or these seconds have passed. For one thread alone."""


class NoBell:
    """Nobody is told: whoever runs jobs looks for them again and again."""

    def ring(self) -> None:
        """Nobody hears it."""

    def wait(self, over: threading.Event, seconds: float) -> None:
        """Wait for so long."""
        over.wait(seconds)


class RedisBell:
    """A channel of a Redis that all machines of a lab reach. While it is away, nobody is told."""

    def __init__(self, address: str, lab: str) -> None:
        """Know the place; nothing is asked yet.

        Args:
            address: ``redis://host:6379/0``, or ``rediss://`` where the connection is encrypted.
            lab: tells the labs of one Redis apart.

        Raises:
            Invalid: this is no address of a Redis.
        """
        import redis  # a lab without it never pays for it
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._channel = f"datalab:{lab}:jobs"
        self._errors = (redis.RedisError, OSError)
        try:
            self._redis: Any = redis.Redis.from_url(
                address,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError as exc:
            raise Invalid(f"REDIS_URI cannot be used: {exc}") from exc
        self._heard: Any = None
        self._away_until = 0.0

    def ring(self) -> None:
        """Tell whoever listens."""
        if not self._is_away():
            try:
                self._redis.publish(self._channel, b"")
                self._away_until = 0.0
            except self._errors as error:
                self._missed(error)

    def check(self) -> None:
        """Ring it to see whether it can be.

        Raises:
            Unavailable: it is away, or does not let us in.
        """
        try:
            self._redis.publish(self._channel, b"")
        except self._errors as error:
            said = str(error).rstrip(".")
            raise Unavailable(f"Redis does not answer as it should: {said}.") from error

    def wait(self, over: threading.Event, seconds: float) -> None:
        """Listen until it rings, or for so long."""
        if self._is_away():
            over.wait(seconds)
            return
        try:
            self._listen(over, seconds)
            self._away_until = 0.0
        except self._errors as error:
            self._missed(error)
            self._heard = None
            over.wait(seconds)

    def _listen(self, over: threading.Event, seconds: float) -> None:
        if self._heard is None:
            heard = self._redis.pubsub(ignore_subscribe_messages=True)
            heard.subscribe(self._channel)
            self._heard = heard
        until = time.monotonic() + seconds
        while not over.is_set() and (left := until - time.monotonic()) > 0:
            if self._heard.get_message(timeout=left):
                return

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _missed(self, error: Exception) -> None:
        """Leave it alone for a while."""
        if self._away_until == 0.0:
            log.warning("Redis is away: jobs begin a second later until it is back. (%s)", error)
        self._away_until = time.monotonic() + SILENT_FOR
