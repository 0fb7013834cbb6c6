"""Every setting, with its default, unit and description.

Settings come from the environment, then ``.env`` (each name with ``PYDATALAB_`` before it; lists and
maps as JSON), then the JSON or YAML file that ``PYDATALAB_CONFIG_FILE`` names: the first that sets one
counts. A name that nobody knows, or a value that cannot be, stops the start.
"""

import difflib
import json
import math
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from pydatalab.errors import Invalid
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.models.strategies import Name, Strategy, crontab_line

PREFIX = "PYDATALAB_"
FREE = "PYDATALAB_TEST_"
CONFIG_FILE = "CONFIG_FILE"
DEFAULTS_FILE = "DEFAULTS_FILE"
"""Names, without prefix, a file of settings that count where nobody sets them: those of an image."""

WITHOUT_PREFIX = (
    *(f"{by}_OAUTH_CLIENT_{what}" for by in ("GITHUB", "GOOGLE", "MICROSOFT", "ORCID") for what in ("ID", "SECRET")),
    "OAUTH_ORCID_SANDBOX", "MAIL_PASSWORD", "OPENAI_API_KEY", "ANTHROPIC_API_KEY",
)  # fmt: skip
"""Names that deployments set as they are, and only in the environment. Of them this version uses
``MAIL_PASSWORD``."""

_BY_LINK = "people sign in by links that an administrator makes, and by API keys"

WITHOUT_EFFECT = {
    "TESTING": "sign-in stays on",
    "ASYNC_BLOCK_TYPES": "every technique runs outside of the server's process",
    "REFCODE_GENERATOR": "refcodes are random",
    "USE_X_ACCEL_REDIRECT": "the server sends downloads itself",
    "GITHUB_ORG_ALLOW_LIST": _BY_LINK,
    "EMAIL_DOMAIN_ALLOW_LIST": _BY_LINK,
    "EMAIL_AUTO_ACTIVATE_ACCOUNTS": _BY_LINK,
    "AUTO_ACTIVATE_ACCOUNTS": _BY_LINK,
    "DISABLE_MAGIC_LINK_AUTH": _BY_LINK,
}
"""Settings of existing deployments that are accepted, and what holds instead."""

MAIL_PASSWORD = "MAIL_PASSWORD"  # noqa: S105  a name
SECRETS = frozenset({"SECRET_KEY", MAIL_PASSWORD})
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


Bucket = Annotated[str, StringConstraints(pattern=r"^s3://[^/]+(/.*)?$")]
"""A prefix of an S3 bucket."""


class Config(BaseModel):
    """All settings of one server. Made by ``read_config``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

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
    """Random text of at least 3.8 bits for each character; a weaker one stops the start. Nothing is
    signed with it so far: sessions and links are random, and known to the database."""

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
    """Hand downloads to nginx."""

    SESSION_LIFETIME: int = Field(default=168, gt=0)
    """How long a sign-in lasts, in hours."""

    MAX_CONTENT_LENGTH: int = Field(default=10 * 1000**3, gt=0)
    """Largest upload, in bytes."""

    MAX_BATCH_CREATE_SIZE: int = Field(default=10_000, gt=0)
    """Items that one call may create."""

    MAX_COMPUTE_SECONDS: float = Field(default=60, gt=0)
    """How long reading one file may take, in seconds."""

    MAX_COMPUTE_MEMORY: int | None = Field(default=None, gt=0)
    """How much memory reading one file may take, in bytes; half the machine's where it is missing,
    but 4 GB at most."""

    MAX_CACHE_SIZE: int = Field(default=10 * 1000**3, gt=0)
    """How much disk finished figures and exports may take, in bytes."""

    MAX_NEARBY_SIZE: int = Field(default=10 * 1000**3, gt=0)
    """How much disk copies of files from S3 may take, which workers read, in bytes."""

    WORKERS: int | None = Field(default=None, gt=0)
    """Processes that read files; as many as there are cores, at least two, where it is missing."""

    RUN_JOBS: bool = True
    """Whether this server runs jobs itself, such as backups and imports; ``false`` leaves them to
    machines where ``pydatalab work`` runs."""

    LOG_FILE: Path | None = None
    """File that the log is written to besides the terminal."""

    DEBUG: bool = False
    """Log more."""

    TESTING: bool = False
    """Switches sign-in off, for tests."""

    REMOTE_FILESYSTEMS: tuple[RemoteFilesystem, ...] = ()
    """Places that instruments write to, to attach files from."""

    REMOTE_CACHE_MAX_AGE: float = Field(default=60, ge=0)
    """After how many minutes a remote listing is read anew."""

    REMOTE_CACHE_MIN_AGE: float = Field(default=1, ge=0)
    """How many minutes a remote listing is kept though a new one was asked for."""

    REMOTE_LIVE_FREQUENCY: str | None = "*/5 * * * *"
    """When files that were attached from remote folders are looked at where they came from, and copied
    again if they changed, as a line of a crontab; ``null``: never."""

    REMOTE_LIVE_HOURS: float = Field(default=168, gt=0)
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

    @field_validator("BACKUP_DRILL_FREQUENCY", "REMOTE_LIVE_FREQUENCY")
    @classmethod
    def _is_a_schedule(cls, line: str | None) -> str | None:
        return None if line is None else crontab_line(line)

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        if self.REMOTE_CACHE_MAX_AGE < self.REMOTE_CACHE_MIN_AGE:
            raise ValueError("REMOTE_CACHE_MAX_AGE must not be less than REMOTE_CACHE_MIN_AGE")
        weak = self.SECRET_KEY is not None and _bits(self.SECRET_KEY) < WEAK
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
        return self.model_dump(mode="json", exclude=set(SECRETS))

    @property
    def without_effect(self) -> dict[str, str]:
        """Settings that were given but do nothing here, and what holds instead."""
        return {name: why for name, why in WITHOUT_EFFECT.items() if name in self.model_fields_set}


def read_config(environment: Mapping[str, str] | None = None, folder: Path = Path()) -> Config:
    """The settings from the environment, ``.env`` in ``folder`` and the configuration file.

    Raises:
        Invalid: an unknown name, two spellings with different values, or a value that cannot be.
    """
    both = _dotenv(folder / ".env") | dict(os.environ if environment is None else environment)
    variables = _variables(both)
    given, packaged = (
        _from_file(Path(path)) if (path := variables.pop(name, None)) else {}
        for name in (CONFIG_FILE, DEFAULTS_FILE)
    )
    _refuse_unknown(variables, PREFIX)
    _refuse_unknown(given, "")
    merged = given | {name: _parsed(name, text) for name, text in variables.items()}
    if MAIL_PASSWORD in both:
        merged[MAIL_PASSWORD] = both[MAIL_PASSWORD]
    try:
        return Config.model_validate(_under(packaged, _one_spelling(merged)))
    except ValidationError as exc:
        raise Invalid(f"The settings cannot be used. {_first_words(exc)}") from exc


def demo_config() -> Config:
    """The settings of an example lab: as any, but in a folder of its own unless one is set."""
    config = read_config()
    if "DATA_DIRECTORY" in config.model_fields_set:
        return config
    return config.model_copy(update={"DATA_DIRECTORY": Path("demo-data")})


def _variables(both: Mapping[str, str]) -> dict[str, str]:
    """Settings from the environment and ``.env``, less the prefix."""
    return {
        name.removeprefix(PREFIX): text
        for name, text in both.items()
        if name.startswith(PREFIX) and not name.startswith(FREE)
    }


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: text for name, text in dotenv_values(path).items() if text is not None}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise Invalid(f"The configuration file {path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise Invalid(f"The configuration file {path} is not in UTF-8.") from exc
    import yaml

    try:
        yaml_file = path.suffix.lower() in {".yaml", ".yml"}
        found = yaml.safe_load(text) or {} if yaml_file else json.loads(text)
    except (ValueError, yaml.YAMLError) as exc:
        raise Invalid(f"The configuration file {path} is not well formed: {exc}.") from exc
    if not isinstance(found, dict):
        raise Invalid(f"The configuration file {path} must hold a map of settings.")
    return found


def _known_names() -> list[str]:
    return [*Config.model_fields, "FILES_DIRECTORY", CONFIG_FILE, DEFAULTS_FILE]


def _refuse_unknown(given: Mapping[str, Any], prefix: str) -> None:
    known = _known_names()
    for name in given:
        if name in WITHOUT_PREFIX:
            raise Invalid(f"{name} is set in the environment, and without {PREFIX}.")
        if name not in known:
            near = difflib.get_close_matches(str(name).upper(), known, n=1, cutoff=0)
            raise Invalid(f"There is no setting {prefix}{name}. Did you mean {prefix}{near[0]}?")


def _one_spelling(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with one name for the folder that has two.

    Raises:
        Invalid: the two differ.
    """
    one, other = given.get("FILE_DIRECTORY"), given.get("FILES_DIRECTORY")
    if one is None or other is None:
        return dict(given)
    if Path(str(one)) != Path(str(other)):
        raise Invalid("FILE_DIRECTORY and FILES_DIRECTORY are set to different folders; keep one.")
    return {name: value for name, value in given.items() if name != "FILES_DIRECTORY"}


def _under(packaged: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with those of the package where they have none."""
    if "FILES_DIRECTORY" in given:
        packaged = {name: value for name, value in packaged.items() if name != "FILE_DIRECTORY"}
    return {**packaged, **given}


def _parsed(name: str, text: str) -> Any:
    """A variable's value: JSON for lists, maps and null, else the text as it is."""
    if text.strip() == "null":
        return None
    field = Config.model_fields.get(name)
    if field is None or not _is_structured(field.annotation):
        return text
    try:
        return json.loads(text)
    except ValueError as exc:
        raise Invalid(f"{PREFIX}{name} is not well-formed JSON: {exc}.") from exc


def _is_structured(kind: Any) -> bool:
    """Whether values of a type are lists or maps."""
    if get_origin(kind) in {tuple, Mapping}:
        return True
    if isinstance(kind, type):
        return issubclass(kind, BaseModel)
    return any(_is_structured(one) for one in get_args(kind))


def _bits(text: str) -> float:
    """Shannon's entropy of the characters of a text, in bits for each."""
    shares = [number / len(text) for number in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


def _first_words(exc: ValidationError) -> str:
    errors = exc.errors(include_url=False, include_context=False)
    return " ".join(_words(error) for error in errors)


def _words(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    said = error["msg"].removeprefix("Value error, ")
    hidden = not place or any(secret in place for secret in SECRETS)
    shown = re.sub(r"://([^/@\s]*?):[^@\s]*@", r"://\1:…@", repr(error["input"]))
    given = "" if hidden else f" (it is {shown})"
    return f"{place}: {said}{given}." if place else f"{said}."
