"""An open laboratory: everything that the use-cases work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydatalab.compute.figures import Compute
from pydatalab.files.vault import Vault
from pydatalab.jobs.schedule import Schedule
from pydatalab.store.port import Store


@dataclass(frozen=True)
class Lab:
    """One laboratory, open for work. ``app.open_lab`` makes it from the settings."""

    store: Store
    """Documents."""

    vault: Vault
    """Bytes of files."""

    compute: Compute
    """Figures and measurements."""

    folder: Path
    """On a local disk, for what belongs to the lab but is neither document nor file."""

    prefix: str
    """Stands before the colon of every refcode made here."""

    largest_batch: int = 10_000
    """Items that one call may create."""

    session_hours: int = 168
    """How long a sign-in lasts."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Who runs it, as the settings say: maintainer, issue tracker, homepage."""

    schedules: tuple[Schedule, ...] = ()
    """Jobs that are made by themselves while a server runs."""
