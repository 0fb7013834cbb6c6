"""Every setting, with its default, unit and description; and what its value can be."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pydatalab.errors import Invalid
from pydatalab.models.described import DESCRIBED
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.models.strategies import Name, Strategy, crontab_line
from pydatalab.settings.kinds import Unit, names_a_host, unit_of
from pydatalab.settings.secrets import can_be_guessed, shown
from pydatalab.watch.logs import LogFormat

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

WORTH_SETTING = {
    "IDENTIFIER_PREFIX": "stands in every refcode for good: decide it before people work with it",
    "APP_URL": "leads people from letters and sign-in links to the page",
    "EMAIL_AUTH_SMTP_SETTINGS": "lets letters go out",
    "DEPLOYMENT_METADATA": "tells people whom to ask",
}
"""What a lab that is served for good should decide, and what each does."""

MAIL_PASSWORD = "MAIL_PASSWORD"  # noqa: S105  a name
SECRETS = frozenset({"SECRET_KEY", MAIL_PASSWORD, "METRICS_TOKEN", "ERROR_REPORT_URL"})
"""Settings that are told to nobody."""


A_CENTURY = 876_000
"""Hours beyond which a time is none that a calendar knows."""


class MailSettings(BaseModel):
    """How letters go out by SMTP; the password comes from ``MAIL_PASSWORD``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=DESCRIBED)

    MAIL_SERVER: str = Field(min_length=1)
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
    """All settings of one server. Made by ``config.read_config``."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=DESCRIBED, allow_inf_nan=False
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

    SESSION_LIFETIME: Annotated[int, Unit("hours")] = Field(default=168, gt=0, le=A_CENTURY)
    """How long a sign-in lasts, in hours."""

    MAX_CONTENT_LENGTH: Annotated[int, Unit("bytes")] = Field(default=10 * 1000**3, gt=0)
    """Largest upload, in bytes."""

    MAX_BATCH_CREATE_SIZE: Annotated[int, Unit("items")] = Field(default=10_000, gt=0)
    """Items that one call may create."""

    MAX_COMPUTE_SECONDS: Annotated[float, Unit("seconds")] = Field(default=60, gt=0, le=86_400)
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

    REMOTE_CACHE_MAX_AGE: Annotated[float, Unit("minutes")] = Field(
        default=60, ge=0, le=A_CENTURY * 60
    )
    """After how many minutes a remote listing is read anew."""

    REMOTE_CACHE_MIN_AGE: Annotated[float, Unit("minutes")] = Field(
        default=1, ge=0, le=A_CENTURY * 60
    )
    """How many minutes a remote listing is kept though a new one was asked for."""

    REMOTE_LIVE_FREQUENCY: str | None = "*/5 * * * *"
    """When files that were attached from remote folders are looked at where they came from, and copied
    again if they changed, as a line of a crontab; ``null``: never."""

    REMOTE_LIVE_HOURS: Annotated[float, Unit("hours")] = Field(default=168, gt=0, le=A_CENTURY)
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
        """Refuse what pydantic would make something of: true as a number, and nothing as a path; and let
        ``~`` be the home of who runs the server, as a shell would."""
        field = cls.model_fields[str(info.field_name)]
        if isinstance(value, bool) and unit_of(field):
            raise ValueError("must be a number")
        is_path = field.annotation is Path or Path in get_args(field.annotation)
        if value == "" and is_path:
            raise ValueError("must be a path")
        at_home = is_path and isinstance(value, str) and re.match(r"~(/|$)", value)
        return Path(value).expanduser() if at_home else value

    @field_validator("APP_URL")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        if address and not (re.match(r"https?://[^\s/]", address) and names_a_host(address)):
            raise ValueError(
                "must begin with https:// or http:// and a name, such as https://lab.example"
            )
        return address or None

    @field_validator("ROOT_PATH")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if not re.fullmatch(r"/|(/[^\s/?#]+)+/?", path):
            raise ValueError("must begin with a slash, and be a path such as /api")
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
        if address and not address.startswith("unix://") and not names_a_host(address):
            raise ValueError(
                "must name a machine, and a port that is a number: redis://host:6379/0"
            )
        return address or None

    @field_validator("BACKUP_DRILL_FREQUENCY", "REMOTE_LIVE_FREQUENCY")
    @classmethod
    def _is_a_schedule(cls, line: str | None) -> str | None:
        return None if line is None else crontab_line(line)

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        if self.REMOTE_CACHE_MAX_AGE < self.REMOTE_CACHE_MIN_AGE:
            raise ValueError("REMOTE_CACHE_MAX_AGE must not be less than REMOTE_CACHE_MIN_AGE")
        weak = self.SECRET_KEY is not None and can_be_guessed(self.SECRET_KEY)
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
