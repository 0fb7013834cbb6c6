"""What other machines are reached with by SSH."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SSHKeys:
    """Keys of this server, and those that other hosts must show."""

    key_file: Path | None = None
    """Private key to sign in with, besides those of the agent and of ``~/.ssh``."""

    known_hosts: Path | None = None
    """Keys of hosts; ``~/.ssh/known_hosts`` and ``/etc/ssh/ssh_known_hosts`` where it is missing."""
