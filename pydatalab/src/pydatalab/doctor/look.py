"""What an examination works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydatalab.doctor.machine import Machine


@dataclass(frozen=True)
class Look:
    """Where a lab runs, and what is asked of its doctor."""

    environment: Mapping[str, str]
    folder: Path
    """Where ``.env`` is looked for."""
    machine: Machine
    compose: Path | None = None
    """A compose file to compare with ours."""
    letter_to: str = ""
    """Who gets a letter, to see that one arrives; nobody where it is empty."""
