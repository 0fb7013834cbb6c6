"""What workers need, loaded before they are forked: little at first, the rest while they work."""

import gc
import logging
from collections.abc import Iterator
from importlib import import_module

from pydatalab.techniques.registry import techniques

FIRST = ("numpy", "pydatalab.compute.job", "pydatalab.techniques.shared.drawing")
"""What every worker needs. With it a worker can begin, and loads by itself what its job needs."""

LATE = ("pyarrow.csv", "scipy.interpolate", "scipy.signal")
"""What readers and figures load where they need it."""

log = logging.getLogger(__name__)


def load_first() -> None:
    """Load what every worker needs."""
    for name in FIRST:
        import_module(name)
    techniques()
    freeze()


def rest() -> Iterator[str]:
    """The modules of all readers and figures, and what they load late."""
    for technique in techniques().values():
        readers = [one.reader for one in technique.formats]
        for named in (*readers, technique.figure, technique.analysis):
            if named:
                yield named.partition(":")[0]
    yield from LATE


def load(name: str) -> None:
    """Load a module.

    One that cannot be loaded is logged, and fails again, for itself alone, when it is asked for.
    """
    try:
        import_module(name)
    except Exception as exc:
        log.error("%s cannot be loaded: %r", name, exc)


def freeze() -> None:
    """Let workers share the pages of what is loaded for longer."""
    gc.collect()
    gc.freeze()
