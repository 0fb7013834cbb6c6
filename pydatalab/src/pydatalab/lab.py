"""An open laboratory: everything that the use-cases work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydatalab.compute.figures import Compute
from pydatalab.files.remotes.browser import RemoteFolders
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.files.vault import Vault
from pydatalab.jobs.bell import Bell, NoBell
from pydatalab.jobs.schedule import Schedule
from pydatalab.locks import is_held
from pydatalab.models.strategies import Strategy
from pydatalab.store.port import Store
from pydatalab.watch.measures import Measures

if TYPE_CHECKING:
    from pydatalab.mail import Mailer

LEADER = "leader.lock"
"""File of a lab's folder, locked by the process of a machine that runs its jobs."""


def is_led(folder: Path) -> bool:
    """Whether a process of this machine serves the lab of a folder, and so leads there."""
    lock = folder / LEADER
    return lock.is_file() and is_held(lock)


@dataclass(frozen=True)
class BackupPlan:
    """What the settings say of backups."""

    strategies: Mapping[str, Strategy] = field(default_factory=dict)
    """Backups that are made again and again, by name."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """The server's settings without secrets, for those who look into a backup."""

    drill_folder: Path | None = None
    """Where backups are restored to be looked at; inside of the lab's folder where it is missing."""

    identity_file: Path | None = None
    """Private keys that drills read encrypted backups with."""

    page: str = ""
    """Address of the lab's page, which letters lead to; empty where nobody set it."""


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

    secret_key: str = field(default="", repr=False)
    """Signs what is sent out and is to come back: nothing so far, since sessions and links are random."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Who runs it, as the settings say: maintainer, issue tracker, homepage."""

    schedules: tuple[Schedule, ...] = ()
    """Jobs that are made by themselves while a server runs."""

    bell: Bell = field(default_factory=NoBell)
    """Rung when there is a job, for those who run them."""

    keys: SSHKeys = field(default_factory=SSHKeys)
    """What other machines are reached with by SSH."""

    remotes: RemoteFolders = field(default_factory=RemoteFolders)
    """Places that files are attached from."""

    live_hours: float = 168
    """After how many hours without a change a file of theirs is taken to be finished."""

    mail: "Mailer | None" = None
    """Sends letters; ``None`` where no server is set up that takes them."""

    backup_plan: BackupPlan = field(default_factory=BackupPlan)
    """What is backed up where, and when."""

    measures: Measures = field(default_factory=Measures)
    """What the server measures of itself."""

    metrics_token: str | None = field(default=None, repr=False)
    """What lets programs read those."""
