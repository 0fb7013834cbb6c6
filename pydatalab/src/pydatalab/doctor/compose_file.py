"""What a lab's own compose file says of its containers."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

STDIN = Path("-")


@dataclass(frozen=True)
class Service:
    """What a compose file says of a container."""

    name: str
    said: Mapping[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """Its variables; those that are passed on from outside are empty."""
        return _pairs(self.said.get("environment"))

    @property
    def arguments(self) -> dict[str, str]:
        """What its image is built with."""
        build = self.said.get("build")
        return _pairs(build.get("args")) if isinstance(build, Mapping) else {}

    @property
    def image(self) -> str:
        """Which of ours it is: ``server``, ``app`` or ``database``; else nothing."""
        build = self.said.get("build")
        file = str(build.get("dockerfile", "")) if isinstance(build, Mapping) else ""
        found = re.search(r"(server|app|database)_dockerfile$", file)
        by_name = {"api": "server", "app": "app", "database": "database"}
        return found.group(1) if found else by_name.get(self.name.removesuffix("-dev"), "")

    @property
    def is_development(self) -> bool:
        """Whether it is for work on datalab itself."""
        build = self.said.get("build")
        return isinstance(build, Mapping) and build.get("target") == "development"

    @property
    def targets(self) -> list[PurePosixPath]:
        """Where its volumes are mounted."""
        return [target for one in self.said.get("volumes") or [] if (target := _target(one))]

    @property
    def writable(self) -> list[PurePosixPath]:
        """Those of them that can be written to."""
        said = [one for one in self.said.get("volumes") or [] if not _is_read_only(one)]
        return [target for one in said if (target := _target(one))]

    @property
    def ports(self) -> list[str]:
        """The ports of the container that are published."""
        return [_port(one) for one in self.said.get("ports") or []]


def read(path: Path) -> dict[str, Any]:
    """What a compose file says.

    Raises:
        OSError, ValueError: it cannot be read, or is none.
    """
    import yaml

    text = sys.stdin.read() if path == STDIN else path.read_text(encoding="utf-8")
    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as exc:
        raise ValueError(" ".join(str(exc).split())) from exc
    if not isinstance(said, dict) or not isinstance(said.get("services"), dict):
        raise ValueError("it has no services")
    return said


def _pairs(said: Any) -> dict[str, str]:
    """Names and values, written as a map or as a list of ``name=value``."""
    if isinstance(said, Mapping):
        return {str(name): "" if value is None else str(value) for name, value in said.items()}
    return dict(str(one).partition("=")[::2] for one in said or [])


def _target(volume: Any) -> PurePosixPath | None:
    """Where a volume is mounted: ``./files:/app/files:ro``, or a map."""
    if isinstance(volume, Mapping):
        target = str(volume.get("target", ""))
    else:
        parts = re.sub(r"\$\{[^}]*\}", "$", str(volume)).split(":")
        target = parts[1] if len(parts) > 1 else parts[0]
    return PurePosixPath(target) if target.startswith("/") else None


def _is_read_only(volume: Any) -> bool:
    if isinstance(volume, Mapping):
        return bool(volume.get("read_only"))
    return "ro" in str(volume).rpartition(":")[2].split(",")


def _port(published: Any) -> str:
    """The container's port: ``127.0.0.1:5001:5001/tcp``, or a map."""
    if isinstance(published, Mapping):
        return str(published.get("target", ""))
    return str(published).partition("/")[0].rpartition(":")[2]
