"""What was found, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level

    name: str
    """What it is about, for programs: ``files-not-on-a-volume``."""

    said: str
    """What was found, in a sentence."""

    to_do: str = ""
    """What to do about it; empty where all is well."""

    subject: str = ""
    """What it belongs to: ``Settings``."""

    def as_data(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "subject": self.subject,
            "name": self.name,
            "level": self.level,
            "finding": self.said,
            "to_do": self.to_do or None,
        }


def ok(name: str, said: str) -> Finding:
    """All is well with something."""
    return Finding("ok", name, said)


def warning(name: str, said: str, to_do: str) -> Finding:
    """Something works, but is not as it should be."""
    return Finding("warning", name, said, to_do)


def error(name: str, said: str, to_do: str) -> Finding:
    """Something does not work, or loses data."""
    return Finding("error", name, said, to_do)


def count(findings: Iterable[Finding], level: Level) -> int:
    """How many there are of a level."""
    return sum(one.level == level for one in findings)
