"""What a lab's own compose file says of its containers."""

import re
import sys
from collections.abc import Callable, Mapping
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
        if found := re.search(r"(server|app|database)_dockerfile$", file):
            return found.group(1)
        if re.match(r"(.*/)?mongo(:|@|$)", str(self.said.get("image", ""))):
            return "database"
        by_name = {"api": "server", "app": "app", "database": "database"}
        return by_name.get(self.name.removesuffix("-dev"), "")

    @property
    def is_development(self) -> bool:
        """Whether it is for work on datalab itself."""
        build = self.said.get("build")
        return isinstance(build, Mapping) and build.get("target") == "development"

    @property
    def has_env_file(self) -> bool:
        """Whether variables may come from a file that is not seen."""
        return bool(self.said.get("env_file"))

    @property
    def kept(self) -> list[PurePosixPath]:
        """Where its volumes are mounted: those that are found again, by a name or as a folder."""
        return self._targets(lambda one: not _is_fleeting(one))

    @property
    def read_only(self) -> list[PurePosixPath]:
        """Those of all volumes that cannot be written to."""
        return self._targets(_is_read_only)

    @property
    def writable(self) -> list[PurePosixPath]:
        """Those that can."""
        return self._targets(lambda one: not _is_read_only(one))

    def _targets(self, wanted: Callable[[Any], bool]) -> list[PurePosixPath]:
        volumes = self.said.get("volumes") or []
        return [target for one in volumes if wanted(one) and (target := _target(one))]

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

    class Loader(yaml.SafeLoader):
        """Takes tags of Compose, such as ``!override``, for what they stand before."""

    Loader.add_multi_constructor("!", _untagged)
    try:
        said = yaml.load(text, Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as exc:
        raise ValueError(" ".join(str(exc).split())) from exc
    if not isinstance(said, dict) or not isinstance(said.get("services"), dict):
        raise ValueError("it has no services")
    return said


def _untagged(loader: Any, _: str, node: Any) -> Any:
    kinds = {"mapping": loader.construct_mapping, "sequence": loader.construct_sequence}
    if node.id in kinds:
        return kinds[node.id](node, deep=True)
    return loader.construct_scalar(node) or None


def _pairs(said: Any) -> dict[str, str]:
    """Names and values, written as a map or as a list of ``name=value``."""
    if isinstance(said, Mapping):
        found = {str(name): "" if value is None else str(value) for name, value in said.items()}
    else:
        found = dict(str(one).partition("=")[::2] for one in said or [])
    return {name: _USUALLY.sub(r"\1", value) for name, value in found.items()}


_USUALLY = re.compile(r"\$\{\w+:?-([^${}]*)\}")
"""A variable of the shell with what stands for it where it is not set: ``${FILES:-/app/files}``."""


def _target(volume: Any) -> PurePosixPath | None:
    """Where a volume is mounted: ``./files:/app/files:ro``, or a map."""
    if isinstance(volume, Mapping):
        target = str(volume.get("target", ""))
    else:
        parts = _parts(volume)
        target = parts[1] if len(parts) > 1 else parts[0]
    return PurePosixPath(target) if target.startswith("/") else None


def _parts(volume: Any) -> list[str]:
    """What colons separate, variables of the shell aside."""
    return re.sub(r"\$\{[^}]*\}", "$", str(volume)).split(":")


def _is_fleeting(volume: Any) -> bool:
    """Whether it is another one after ``docker compose down``: in memory, or without a name."""
    if isinstance(volume, Mapping):
        return volume.get("type") == "tmpfs" or not volume.get("source")
    return len(_parts(volume)) == 1


def _is_read_only(volume: Any) -> bool:
    if isinstance(volume, Mapping):
        return bool(volume.get("read_only"))
    return "ro" in str(volume).rpartition(":")[2].split(",")


def _port(published: Any) -> str:
    """The container's port: ``127.0.0.1:5001:5001/tcp``, or a map."""
    if isinstance(published, Mapping):
        return str(published.get("target", ""))
    return str(published).partition("/")[0].rpartition(":")[2]
