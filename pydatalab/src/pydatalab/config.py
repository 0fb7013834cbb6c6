"""Every setting, with its default, unit and description.

Settings come from the environment, then ``.env`` (each name with ``PYDATALAB_`` before it; lists and
maps as JSON), then the JSON or YAML file that ``PYDATALAB_CONFIG_FILE`` names: the first that sets one
counts. A name that nobody knows, or a value that cannot be, stops the start.
"""

import json
import math
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pydatalab.errors import Invalid
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.models.strategies import Name, Strategy, crontab_line
from pydatalab.settings.files import read_file
from pydatalab.settings.kinds import Unit, is_list, is_map, unit_of
from pydatalab.settings.secrets import shown
from pydatalab.settings.sources import PREFIX, Given, Source, judged, require_known, variables
from pydatalab.settings.wording import in_words
from pydatalab.watch.logs import LogFormat

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

OF_GUNICORN = ("WEB_CONCURRENCY", "PORT", "GUNICORN_CMD_ARGS")
"""Variables that gunicorn takes, where it serves the lab."""

_BY_LINK = "people sign in by links that an administrator makes, and by API keys"

WITHOUT_EFFECT = {
    "TESTING": "sign-in stays on",
    "ASYNC_BLOCK_TYPES": "every technique runs outside of the server's process",
    "REFCODE_GENERATOR": "refcodes are random",
    "GITHUB_ORG_ALLOW_LIST": _BY_LINK,
    "EMAIL_DOMAIN_ALLOW_LIST": _BY_LINK,
    "EMAIL_AUTO_ACTIVATE_ACCOUNTS": _BY_LINK,
    "AUTO_ACTIVATE_ACCOUNTS": _BY_LINK,
    "DISABLE_MAGIC_LINK_AUTH": _BY_LINK,
}
"""Settings of existing deployments that are accepted, and what holds instead."""

MAIL_PASSWORD = "MAIL_PASSWORD"  # noqa: S105  a name
SECRETS = frozenset({"SECRET_KEY", MAIL_PASSWORD, "METRICS_TOKEN", "ERROR_REPORT_URL"})
"""Settings that are told to nobody."""

WEAK = 3.8
"""Bits for each character of ``SECRET_KEY`` below which it can be guessed."""


class MailSettings(BaseModel):
    """How letters go out by SMTP; the password comes from ``MAIL_PASSWORD``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    MAIL_SERVER: str
    """Name of the server."""

    MAIL_PORT: int = Field(default=587, gt=0, lt=65536)
    """Its port."""

    MAIL_USERNAME: str = ""
    """Account that sends."""

    MAIL_USE_TLS: bool = True
    """Whether the connection is encrypted."""

    MAIL_DEFAULT_SENDER: str = ""
    """Address that letters come from."""

    @model_validator(mode="before")
    @classmethod
    def _without_password(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and MAIL_PASSWORD in given:
            raise ValueError(
                f"the password is set as {MAIL_PASSWORD} in the environment, without prefix"
            )
        return given


Bucket = Annotated[str, StringConstraints(pattern=r"^s3://[^/]+(/.*)?$")]
"""A prefix of an S3 bucket."""


class Config(BaseModel):
    """All settings of one server. Made by ``read_config``."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    DATA_DIRECTORY: Path = Path("data")
    """Folder that holds the database, files and the cache."""

    FILE_DIRECTORY: Path | Bucket | None = Field(
        default=None, validation_alias=AliasChoices("FILE_DIRECTORY", "FILES_DIRECTORY")
    )
    """Folder that uploads are kept in, inside of ``DATA_DIRECTORY`` where it is missing; or
    ``s3://bucket/prefix``, with the account and the server in ``AWS_ACCESS_KEY_ID``,
    ``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION`` and ``AWS_ENDPOINT_URL``."""

    MONGO_URI: str | None = None
    """MongoDB database that keeps the documents: ``mongodb://host:27017/datalab``; where it is missing,
    they are kept in SQLite, in ``DATA_DIRECTORY``."""

    SECRET_KEY: str | None = None
    """Random text of at least 3.8 bits for each character; a weaker one stops the start. Where it is
    missing, one is made once and kept in ``DATA_DIRECTORY``. Nothing is signed with it so far: sessions
    and links are random, and known to the database."""

    ALLOW_INSECURE_SECRET_KEY: bool = False
    """Let a weak ``SECRET_KEY`` pass, in development."""

    IDENTIFIER_PREFIX: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,12}$")] = "lab"
    """Stands before the colon of every refcode made here: 2 to 12 lower-case letters."""

    APP_URL: str | None = None
    """Where people reach the page, if not under the server's own address."""

    ROOT_PATH: str = "/"
    """Sub-path under which the server is reached, such as ``/api``."""

    BEHIND_REVERSE_PROXY: bool = False
    """Trust what one proxy in front says about the caller (``X-Forwarded-*``)."""

    USE_X_ACCEL_REDIRECT: bool = False
    """Let the nginx in front send files: it is told which by ``X-Accel-Redirect: /x-accel/blobs/…``."""

    SESSION_LIFETIME: Annotated[int, Unit("hours")] = Field(default=168, gt=0)
    """How long a sign-in lasts, in hours."""

    MAX_CONTENT_LENGTH: Annotated[int, Unit("bytes")] = Field(default=10 * 1000**3, gt=0)
    """Largest upload, in bytes."""

    MAX_BATCH_CREATE_SIZE: Annotated[int, Unit("items")] = Field(default=10_000, gt=0)
    """Items that one call may create."""

    MAX_COMPUTE_SECONDS: Annotated[float, Unit("seconds")] = Field(default=60, gt=0)
    """How long reading one file may take, in seconds."""

    MAX_COMPUTE_MEMORY: Annotated[int | None, Unit("bytes")] = Field(default=None, gt=0)
    """How much memory reading one file may take, in bytes; half the machine's where it is missing,
    but 4 GB at most."""

    MAX_CACHE_SIZE: Annotated[int, Unit("bytes")] = Field(default=10 * 1000**3, gt=0)
    """How much disk finished figures and exports may take, in bytes."""

    MAX_NEARBY_SIZE: Annotated[int, Unit("bytes")] = Field(default=10 * 1000**3, gt=0)
    """How much disk copies of files from S3 may take, which workers read, in bytes."""

    WORKERS: Annotated[int | None, Unit("processes")] = Field(default=None, gt=0)
    """Processes that read files; as many as there are cores, at least two, where it is missing."""

    RUN_JOBS: bool = True
    """Whether this server runs jobs itself, such as backups and imports; ``false`` leaves them to
    machines where ``pydatalab work`` runs."""

    REDIS_URI: str | None = None
    """Redis that tells the machines which run jobs of new ones at once: ``redis://host:6379/0``. Jobs are
    kept in the database; where it is missing, or away, they begin up to a second later."""

    LOG_FILE: Path | None = None
    """File that the log is written to besides the terminal. It may be moved away at any time: a new one
    begins then."""

    LOG_FORMAT: LogFormat = "text"
    """How its lines look: ``text`` for people, or ``json``, an object on each line, for programs."""

    LOG_REQUESTS: bool | None = None
    """Whether each request, and each plot that is made, has a line in the log; where it is missing,
    only with ``LOG_FORMAT=json``. Mistakes of the server are always written down."""

    METRICS_TOKEN: str | None = Field(default=None, repr=False, min_length=16)
    """Lets programs read ``/metrics`` that send ``Authorization: Bearer`` with it, from anywhere."""

    ERROR_REPORT_URL: str | None = Field(default=None, repr=False)
    """Where unexpected errors are reported to: the DSN of a project on a server that speaks
    Sentry's protocol, ``https://KEY@host/PROJECT``."""

    DEBUG: bool = False
    """Log more."""

    TESTING: bool = False
    """Switches sign-in off, for tests."""

    REMOTE_FILESYSTEMS: tuple[RemoteFilesystem, ...] = ()
    """Places that instruments write to, to attach files from."""

    REMOTE_CACHE_MAX_AGE: Annotated[float, Unit("minutes")] = Field(default=60, ge=0)
    """After how many minutes a remote listing is read anew."""

    REMOTE_CACHE_MIN_AGE: Annotated[float, Unit("minutes")] = Field(default=1, ge=0)
    """How many minutes a remote listing is kept though a new one was asked for."""

    REMOTE_LIVE_FREQUENCY: str | None = "*/5 * * * *"
    """When files that were attached from remote folders are looked at where they came from, and copied
    again if they changed, as a line of a crontab; ``null``: never."""

    REMOTE_LIVE_HOURS: Annotated[float, Unit("hours")] = Field(default=168, gt=0)
    """After how many hours without a change such a file is taken to be finished, and is not looked at
    any more."""

    GITHUB_ORG_ALLOW_LIST: tuple[str | int, ...] | None = ()
    """GitHub organisations whose members get in; ``null`` lets anyone in."""

    EMAIL_DOMAIN_ALLOW_LIST: tuple[str, ...] | None = ()
    """E-mail domains that get in; ``null`` lets any in."""

    EMAIL_AUTO_ACTIVATE_ACCOUNTS: bool = False
    """Whether accounts made by e-mail are active at once."""

    AUTO_ACTIVATE_ACCOUNTS: bool = False
    """Whether all new accounts are active at once."""

    DISABLE_MAGIC_LINK_AUTH: bool = False
    """Whether nobody signs in by e-mail."""

    EMAIL_AUTH_SMTP_SETTINGS: MailSettings | None = None
    """How letters go out."""

    DEPLOYMENT_METADATA: Mapping[str, Any] | None = None
    """Who runs this server; shown by ``/info``."""

    ASYNC_BLOCK_TYPES: tuple[str, ...] = ()
    """Block types that are drawn in the background."""

    REFCODE_GENERATOR: str | None = None
    """Python name of the class that makes refcodes."""

    MAIL_PASSWORD: str | None = Field(default=None, repr=False)
    """Password of ``MAIL_USERNAME``; only in the environment, without prefix."""

    BACKUP_STRATEGIES: Mapping[Name, Strategy] | None = None
    """Backups that are made again and again, by name."""

    BACKUP_DRILL_FREQUENCY: str | None = "30 5 * * 0"
    """When the newest backup of each strategy is restored into a scratch folder and looked at, as a
    line of a crontab; ``null``: only when asked."""

    BACKUP_DRILL_DIRECTORY: Path | None = None
    """Scratch folder of drills; inside of ``DATA_DIRECTORY`` where it is missing. It needs room for
    a whole backup."""

    BACKUP_IDENTITY_FILE: Path | None = None
    """Private keys of age that drills read encrypted backups with. Whoever has this file can read
    them: without it, drills of encrypted backups are made by hand, where the key is."""

    SSH_KEY_FILE: Path | None = None
    """Private key for other machines reached by SSH, besides those of the agent."""

    SSH_KNOWN_HOSTS: Path | None = None
    """The host keys of those machines; ``~/.ssh/known_hosts`` where it is missing. A host that is
    not in it is not talked to."""

    @field_validator("REMOTE_FILESYSTEMS")
    @classmethod
    def _of_different_names(
        cls, places: tuple[RemoteFilesystem, ...]
    ) -> tuple[RemoteFilesystem, ...]:
        names = [place.name for place in places]
        if len(set(names)) < len(names):
            raise ValueError("two remote folders have the same name")
        return places

    @field_validator("FILE_DIRECTORY", mode="before")
    @classmethod
    def _is_a_folder_or_a_bucket(cls, place: Any) -> Any:
        if isinstance(place, str) and "://" in place and not re.match("s3://[^/]", place):
            raise ValueError("files are kept in a folder, or in s3://bucket/prefix")
        return place

    @field_validator("*", mode="before")
    @classmethod
    def _says_something(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse what pydantic would make something of: true as a number, and nothing as a path."""
        field = cls.model_fields[str(info.field_name)]
        if isinstance(value, bool) and unit_of(field):
            raise ValueError("must be a number")
        if value == "" and (field.annotation is Path or Path in get_args(field.annotation)):
            raise ValueError("must be a path")
        return value

    @field_validator("APP_URL")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        if address and not re.match(r"https?://[^\s/]", address):
            raise ValueError("must begin with https:// or http:// and a name")
        return address or None

    @field_validator("ROOT_PATH")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if not path.startswith("/"):
            raise ValueError("must begin with a slash")
        return path

    @field_validator("MONGO_URI")
    @classmethod
    def _is_of_a_database(cls, address: str | None) -> str | None:
        if address and not address.startswith(("mongodb://", "mongodb+srv://")):
            raise ValueError("must begin with mongodb:// or mongodb+srv://")
        return address or None

    @field_validator("ERROR_REPORT_URL")
    @classmethod
    def _is_a_reporter(cls, address: str | None) -> str | None:
        if not address:
            return None
        from pydatalab.watch.reports import Reporter

        try:
            Reporter.from_url(address)
        except Invalid as error:
            raise ValueError(error.message.rstrip(".")) from None
        return address

    @field_validator("REDIS_URI")
    @classmethod
    def _is_of_a_redis(cls, address: str | None) -> str | None:
        if address and not address.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis:// or rediss://")
        return address or None

    @field_validator("BACKUP_DRILL_FREQUENCY", "REMOTE_LIVE_FREQUENCY")
    @classmethod
    def _is_a_schedule(cls, line: str | None) -> str | None:
        return None if line is None else crontab_line(line)

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        if self.REMOTE_CACHE_MAX_AGE < self.REMOTE_CACHE_MIN_AGE:
            raise ValueError("REMOTE_CACHE_MAX_AGE must not be less than REMOTE_CACHE_MIN_AGE")
        weak = self.SECRET_KEY is not None and bits(self.SECRET_KEY) < WEAK
        if weak and not self.ALLOW_INSECURE_SECRET_KEY:
            raise ValueError(
                "SECRET_KEY can be guessed; set one that `openssl rand -base64 48` makes"
            )
        return self

    @property
    def file_store(self) -> str:
        """Where uploads are kept: the whole path of a folder, or ``s3://bucket/prefix``."""
        if isinstance(self.FILE_DIRECTORY, str):
            return self.FILE_DIRECTORY
        return str(self.files_directory.resolve())

    @property
    def files_directory(self) -> Path:
        """The folder that uploads are kept in.

        Raises:
            Invalid: they are kept in S3.
        """
        if isinstance(self.FILE_DIRECTORY, str):
            raise Invalid(f"Files are kept in {self.FILE_DIRECTORY}, which is no folder.")
        return self.FILE_DIRECTORY or self.DATA_DIRECTORY / "files"

    def without_secrets(self) -> dict[str, Any]:
        """All settings that may be shown and kept in a backup, as JSON."""
        kept = self.model_dump(mode="json", exclude=set(SECRETS))
        return {name: shown(name, value) for name, value in kept.items()}

    @property
    def without_effect(self) -> dict[str, str]:
        """Settings that were given but do nothing here, and what holds instead."""
        return {name: why for name, why in WITHOUT_EFFECT.items() if name in self.model_fields_set}


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
    for some in (told, given, packaged):
        known = [*Config.model_fields, OTHER_SPELLING]
        require_known(some, known, [*WITHOUT_PREFIX, *OF_GUNICORN])
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
        return json.loads(text)
    except ValueError as exc:
        what = (
            'a list written as JSON, such as ["a", "b"]'
            if is_list(kind)
            else ('a map written as JSON, such as {"a": "b"}')
        )
        raise Invalid(
            f"{PREFIX}{name} must be {what}; it is not well formed ({exc}; set {given.where})."
        ) from exc


def bits(text: str) -> float:
    """Shannon's entropy of the characters of a text, in bits for each."""
    shares = [number / len(text) for number in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)
