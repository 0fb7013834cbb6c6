"""The settings of a server, read from wherever they are set.

Settings come from the environment, then ``.env`` (each name with ``PYDATALAB_`` before it; lists and
maps as JSON), then the JSON or YAML file that ``PYDATALAB_CONFIG_FILE`` names: the first that sets one
counts. A name that nobody knows, or a value that cannot be, stops the start.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pydatalab.errors import Invalid
from pydatalab.settings.declared import MAIL_PASSWORD, Config
from pydatalab.settings.files import from_json, read_file
from pydatalab.settings.kinds import is_list, is_map
from pydatalab.settings.sources import PREFIX, Given, Source, judged, require_known, variables
from pydatalab.settings.wording import in_words

__all__ = ["PREFIX", "Config", "config_of", "demo_config", "read_config", "settings_given"]

FILE_DIRECTORY, OTHER_SPELLING = "FILE_DIRECTORY", "FILES_DIRECTORY"
CONFIG_FILE = "CONFIG_FILE"
DEFAULTS_FILE = "DEFAULTS_FILE"
"""Names, without prefix, a file of settings that count where nobody sets them: those of an image."""

WITHOUT_PREFIX = (
    *(f"{by}_OAUTH_CLIENT_{what}" for by in ("GITHUB", "GOOGLE", "MICROSOFT", "ORCID") for what in ("ID", "SECRET")),
    "OAUTH_ORCID_SANDBOX", "MAIL_PASSWORD", "OPENAI_API_KEY", "ANTHROPIC_API_KEY",
)  # fmt: skip
"""Names that deployments set as they are, and only in the environment. Of them this version uses
``MAIL_PASSWORD``."""

OF_GUNICORN = {
    "WEB_CONCURRENCY": "How many processes answer requests; as a build argument of the image, what counts where it is not set.",
    "PORT": "The port to listen on; 5001 where it is missing.",
    "GUNICORN_CMD_ARGS": "Any options of gunicorn, which go before all others.",
}
"""Variables that gunicorn takes, where it serves the lab, and what each holds."""


def settings_given(
    environment: Mapping[str, str] | None = None, folder: Path = Path()
) -> dict[str, Given]:
    """Each setting that is set, by its name: with what, and where. What does not count is left out.

    Raises:
        Invalid: an unknown name, two spellings with different values, or a file that cannot be read.
    """
    found = variables(os.environ if environment is None else environment, folder / ".env")
    told = judged(found)
    given = _from_file(told.pop(CONFIG_FILE, None), "file")
    packaged = _from_file(told.pop(DEFAULTS_FILE, None), "defaults file")
    known, unprefixed = [*Config.model_fields, OTHER_SPELLING], [*WITHOUT_PREFIX, *OF_GUNICORN]
    require_known(told, [*known, CONFIG_FILE], unprefixed)
    for some in (given, packaged):
        require_known(some, known, unprefixed)
    merged = given | {name: replace(one, value=_parsed(name, one)) for name, one in told.items()}
    if MAIL_PASSWORD in found:
        merged[MAIL_PASSWORD] = found[MAIL_PASSWORD]
    return packaged | _one_spelling(merged)


def read_config(environment: Mapping[str, str] | None = None, folder: Path = Path()) -> Config:
    """The settings from the environment, ``.env`` in ``folder`` and the configuration file.

    Raises:
        Invalid: an unknown name, two spellings with different values, or a value that cannot be.
    """
    return config_of(settings_given(environment, folder))


def config_of(given: Mapping[str, Given]) -> Config:
    """The settings, where these are set and all others at their defaults.

    Raises:
        Invalid: a value cannot be.
    """
    try:
        return Config.model_validate({name: one.value for name, one in given.items()})
    except ValidationError as exc:
        said = in_words(exc.errors(include_url=False), Config, given)
        raise Invalid(f"The settings cannot be used. {said}") from exc


def demo_config() -> Config:
    """The settings of an example lab: as any, but in a folder of its own unless one is set."""
    config = read_config()
    if "DATA_DIRECTORY" in config.model_fields_set:
        return config
    return config.model_copy(update={"DATA_DIRECTORY": Path("demo-data")})


def _from_file(told: Given | None, source: Source) -> dict[str, Given]:
    """The settings of the file that a variable names; none where it names none."""
    if told is None:
        return {}
    path = Path(told.value)
    return {name: Given(value, source, str(path)) for name, value in read_file(path).items()}


def _one_spelling(given: Mapping[str, Given]) -> dict[str, Given]:
    """The settings, with one name for the folder that has two.

    Raises:
        Invalid: the two differ.
    """
    ours, other = given.get(FILE_DIRECTORY), given.get(OTHER_SPELLING)
    if ours and other and str(Path(str(ours.value))) != str(Path(str(other.value))):
        raise Invalid(
            f"{FILE_DIRECTORY} and {OTHER_SPELLING} are set to different folders: {ours.value}"
            f" ({ours.where}) and {other.value} ({other.where}). Keep one."
        )
    one = ours or other
    rest = {name: value for name, value in given.items() if name != OTHER_SPELLING}
    return rest | ({FILE_DIRECTORY: one} if one else {})


def _parsed(name: str, given: Given) -> Any:
    """A variable's value: JSON for lists, maps and null, else the text as it is."""
    text = given.value
    if text.strip() == "null":
        return None
    field = Config.model_fields.get(name)
    kind = field.annotation if field else None
    if not (is_list(kind) or is_map(kind)):
        return text
    try:
        return from_json(text)
    except ValueError as exc:
        what = (
            'a list written as JSON, such as ["a", "b"]'
            if is_list(kind)
            else ('a map written as JSON, such as {"a": "b"}')
        )
        raise Invalid(
            f"{PREFIX}{name} must be {what}; it is not well formed ({exc}; set {given.where})."
        ) from exc
