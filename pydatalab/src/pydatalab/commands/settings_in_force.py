"""Every setting as it is in force, and where it comes from; secrets hidden."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydatalab.config import (
    FILE_DIRECTORY,
    OF_GUNICORN,
    WITHOUT_PREFIX,
    Config,
    config_of,
    settings_given,
)
from pydatalab.settings.declared import MAIL_PASSWORD, WITHOUT_EFFECT
from pydatalab.settings.secrets import shown
from pydatalab.settings.sources import Given, variables

DEFAULT = Given(None, "default", "")


@dataclass(frozen=True)
class InForce:
    """A setting that is in force."""

    name: str
    value: Any
    """As JSON; without secrets."""
    given: Given
    """Where it comes from."""
    instead: str | None = None
    """What holds instead, of one without effect."""


def settings_in_force(
    environment: Mapping[str, str] | None = None, folder: Path = Path()
) -> list[InForce]:
    """All settings, in the order of their reference; then what has no prefix, where it is set.

    Raises:
        Invalid: they cannot be used.
    """
    environment = os.environ if environment is None else environment
    given = settings_given(environment, folder)
    config = config_of(given)
    return [*_ours(config, given), *_others(environment, folder)]


def _ours(config: Config, given: Mapping[str, Given]) -> Iterator[InForce]:
    values = config.model_dump(mode="json") | {FILE_DIRECTORY: config.file_store}
    for name in Config.model_fields:
        if name != MAIL_PASSWORD:
            value = shown(name, values[name])
            yield InForce(name, value, given.get(name, DEFAULT), WITHOUT_EFFECT.get(name))


def _others(environment: Mapping[str, str], folder: Path) -> Iterator[InForce]:
    """What is set without the prefix; gunicorn looks for its own in the environment alone."""
    found = variables(environment, folder / ".env")
    for name in WITHOUT_PREFIX:
        if name in found:
            unused = None if name == MAIL_PASSWORD else "this version does not use it"
            yield InForce(name, shown(name, found[name].value), found[name], unused)
    for name in OF_GUNICORN:
        if name in environment:
            yield InForce(name, environment[name], found[name])
