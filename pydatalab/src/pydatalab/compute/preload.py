"""What a worker needs, loaded once before workers are forked."""

import logging
from collections.abc import Iterator
from importlib import import_module
from itertools import chain

from pydatalab.techniques.registry import techniques

ALWAYS = ("numpy", "pydatalab.compute.job", "pydatalab.techniques.shared.drawing", "pyarrow.csv")

log = logging.getLogger(__name__)


def preload() -> None:
    """Import the readers and figures of all techniques.

    One that cannot be imported is logged, and fails again, for itself alone, when it is asked for.
    """
    for name in chain(ALWAYS, _modules()):
        try:
            import_module(name)
        except Exception as exc:
            log.error("%s cannot be loaded: %r", name, exc)


def _modules() -> Iterator[str]:
    for technique in techniques().values():
        readers = [one.reader for one in technique.formats]
        for named in (*readers, technique.figure, technique.analysis):
            if named:
                yield named.partition(":")[0]
