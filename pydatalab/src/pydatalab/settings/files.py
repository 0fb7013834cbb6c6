"""Files of settings: JSON and YAML that say the same give the same."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydatalab.errors import Invalid
from pydatalab.settings.sources import ENCODING


def read_file(path: Path) -> dict[str, Any]:
    """The settings in a file: YAML where its name ends so, else JSON.

    Raises:
        Invalid: it is not there, not well formed, or no map of settings.
    """
    try:
        text = path.read_text(encoding=ENCODING)
    except OSError as exc:
        raise Invalid(f"The configuration file {path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise Invalid(f"The configuration file {path} is not in UTF-8.") from exc
    try:
        found = _yaml(text) if path.suffix.lower() in {".yaml", ".yml"} else from_json(text)
    except ValueError as exc:
        raise Invalid(f"The configuration file {path} is not well formed: {exc}.") from exc
    if not isinstance(found, dict):
        raise Invalid(f"The configuration file {path} must hold a map of settings.")
    return found


def from_json(text: str) -> Any:
    """What a JSON text says.

    Raises:
        ValueError: it is not well formed, or a name of a map comes twice.
    """
    return json.loads(text, object_pairs_hook=_map, parse_constant=_no_number)


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _map(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The map of these pairs.

    Raises:
        ValueError: a name comes twice.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name} stands there twice")
        found[name] = value
    return found


def _yaml(text: str) -> Any:
    """What a YAML text says by the rules that it shares with JSON (the core schema of YAML 1.2).

    By those of YAML 1.1, ``no`` is false, ``22:30`` a number and ``2026-01-01`` a day; here they are texts,
    and names of a map are texts in any case.

    Raises:
        ValueError: it is not well formed.
    """
    import yaml

    class Core(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (as yaml has it)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            names = [name for name, _ in node.value if isinstance(name, yaml.ScalarNode)]
            _map((name.value, None) for name in names)
            for name in names:
                if name.tag != "tag:yaml.org,2002:merge":
                    name.tag = "tag:yaml.org,2002:str"
            return super().construct_mapping(node, deep)

    for kind, pattern, first in _CORE:
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), first)
    try:
        found = yaml.load(text, Core)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as exc:
        said = str(exc).replace('in "<unicode string>", ', "at ")
        raise ValueError(" ".join(said.split())) from exc
    return {} if found is None else found


_CORE: tuple[tuple[str, str, list[str]], ...] = (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    (
        "float",
        r"^[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$",
        list("-+.0123456789"),
    ),
    ("merge", r"^<<$", ["<"]),
)
"""Which plain words of YAML are what."""
