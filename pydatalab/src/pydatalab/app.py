"""Puts a lab together from its settings. With ``main``, the only reader of ``config``."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydatalab.compute.cache import Cache
from pydatalab.compute.figures import Compute
from pydatalab.compute.workers import Workers
from pydatalab.config import Config
from pydatalab.errors import Unavailable
from pydatalab.files.vault import Vault
from pydatalab.jobs.queue import Handler
from pydatalab.jobs.schedule import Schedule
from pydatalab.lab import Lab
from pydatalab.store.sqlite import SQLiteStore

log = logging.getLogger(__name__)

PAGE = Path(__file__).parents[3] / "webapp" / "dist"
"""The built page, in a checkout."""

HANDLERS: Mapping[str, Handler] = {}
"""What does the jobs of each name; loaded where a job runs."""


def schedules_of(config: Config) -> tuple[Schedule, ...]:
    """The jobs that are made by themselves."""
    return ()


@contextmanager
def open_lab(config: Config, *, working: bool = False) -> Iterator[Lab]:
    """The lab of these settings, open until the end of the block.

    Args:
        config: the settings.
        working: whether to start the workers that read files at once, for a server.

    Raises:
        Unavailable: the data folder or the database cannot be used.
    """
    for name, instead in config.without_effect.items():
        log.warning("The setting %s has no effect here: %s.", name, instead)
    data = _data_folder(config)
    store = SQLiteStore(data / "datalab.db")
    vault = Vault(config.files_directory.resolve(), config.MAX_CONTENT_LENGTH)
    workers = Workers(data / "workers", count=config.WORKERS, memory=config.MAX_COMPUTE_MEMORY)
    cache = Cache(data / "cache", config.MAX_CACHE_SIZE)
    try:
        if working:
            workers.start()
        yield Lab(
            store=store,
            vault=vault,
            compute=Compute(vault, workers, cache, seconds=config.MAX_COMPUTE_SECONDS),
            folder=data,
            prefix=config.IDENTIFIER_PREFIX,
            largest_batch=config.MAX_BATCH_CREATE_SIZE,
            session_hours=config.SESSION_LIFETIME,
            metadata=config.DEPLOYMENT_METADATA or {},
            schedules=schedules_of(config),
        )
    finally:
        workers.close()
        store.close()


def _data_folder(config: Config) -> Path:
    """The folder of the lab's data, made where it is missing: for its owner alone."""
    data = config.DATA_DIRECTORY.resolve()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise Unavailable(
            f"The data folder {data} cannot be made ({exc.strerror})."
            " Choose another by PYDATALAB_DATA_DIRECTORY."
        ) from exc
    return data
