"""On whose behalf something is done: told to every line of the log, and to other processes."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,63}")
"""Ids that are taken over from callers: what a log, a header and a person can carry."""


@dataclass
class Trace:
    """A request or a job, as the log names it."""

    request_id: str | None = None
    """Of the request that began all this; ``None`` where a schedule did."""

    part: str = "request"
    """Where it goes on now: ``request``, ``job`` or ``worker``."""

    method: str = ""
    route: str = ""
    """Template of the route: ``/v1/items/{refcode}``; of a job, its name."""

    job_id: str | None = None

    told: bool = False
    """Whether what went wrong with it is in the log already."""


_current: ContextVar[Trace | None] = ContextVar("pydatalab_trace", default=None)


def current_trace() -> Trace | None:
    """What is being done here and now."""
    return _current.get()


def current_request_id() -> str | None:
    """Id of the request that asked for what is being done here and now."""
    trace = _current.get()
    return trace.request_id if trace else None


@contextmanager
def following(trace: Trace) -> Iterator[Trace]:
    """Do something on behalf of that, in threads that begin here too."""
    before = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(before)


def new_request_id() -> str:
    """An id that no other request has."""
    return secrets.token_hex(8)


def sane_request_id(told: str) -> str | None:
    """An id as a caller told it, if it is fit to be written anywhere."""
    return told if SANE.fullmatch(told) else None
