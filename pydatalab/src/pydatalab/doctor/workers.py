"""The worker pool: it draws a small file, as it would for people."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pydatalab.compute.cache import Cache
from pydatalab.compute.figures import Compute, FigureRequest, InputFile
from pydatalab.compute.workers import Workers
from pydatalab.config import Config
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.errors import DatalabError
from pydatalab.files.vault import Vault
from pydatalab.lab import Lab
from pydatalab.techniques.registry import technique

PATTERN = b"".join(b"%d %d\n" % (10 + step, 100 + step % 7) for step in range(60))
"""A powder pattern, made up."""

SLOW = 20.0
"""Seconds after which people have given up."""


def examine(config: Config, lab: Lab) -> Iterator[Finding]:
    """Draw it in the pool that the running server uses, or in one of our own."""
    began = time.monotonic()
    try:
        _draw(config, lab)
    except (DatalabError, OSError) as exc:
        said = exc.message if isinstance(exc, DatalabError) else str(exc)
        yield error(
            "workers-away",
            f"The workers cannot draw a small powder pattern: {said}",
            "See the server's log; see that the machine has memory left and that"
            f" {lab.folder / 'workers'} can be written to; start the server again.",
        )
        return
    seconds = time.monotonic() - began
    said = f"The workers drew a powder pattern in {seconds:.1f} s."
    if seconds > SLOW:
        yield warning("workers-slow", said, "Give the machine more cores, or lower WORKERS.")
    else:
        yield ok("workers", said)


def _draw(config: Config, lab: Lab) -> None:
    workers = Workers(
        lab.folder / "workers", count=config.WORKERS, memory=config.MAX_COMPUTE_MEMORY
    )
    with tempfile.TemporaryDirectory(dir=lab.folder, prefix="doctor-") as folder:
        vault = Vault(Path(folder), len(PATTERN) * 2, keep_free=0)
        compute = Compute(vault, workers, Cache(Path(folder) / "cache", 10_000_000))
        try:
            with vault.writer() as writer:
                writer.write(PATTERN)
                blob = writer.finish()
            files = (InputFile("doctor", "pattern.xy", blob.sha256),)
            parameters = technique("xrd").parameters().model_dump(mode="json")
            compute.figure(FigureRequest("xrd", files, parameters, {}))
        finally:
            workers.close()
