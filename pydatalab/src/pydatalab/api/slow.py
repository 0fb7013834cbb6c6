"""Threads for what may take long, so that it never keeps the quick requests waiting."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

MOST = 24
"""How many may run or wait for a worker at once; beyond that they queue here."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_limiter: RunVar[CapacityLimiter] = RunVar("pydatalab_slow")


async def run_slowly(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Call a function on one of these threads."""
    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(MOST)
        _limiter.set(limiter)
    return await run_sync(partial(function, *args, **kwargs), limiter=limiter)
