"""What a lab's settings say of its backups: how often, where to, and what is kept."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pydatalab.models.described import DESCRIBED

SCHEMES = ("sftp", "s3")
"""Destinations that are given as a URL."""

NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""Words that a crontab has for its usual lines."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$")]
"""Name of a strategy; the names of its archives begin with it."""

HOST = re.compile(r"(?:[^\s@/:]+@)?(?:[^\s@/:\[\]?#]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
"""A machine as SSH knows it: ``host``, ``user@host``, with ``:port`` behind."""


class Retention(BaseModel):
    """How many whole backups of a strategy are kept; the newest is kept in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=DESCRIBED)

    newest: int = Field(default=0, ge=0)
    """So many of the newest: what a bare number means."""

    daily: int = Field(default=0, ge=0)
    """The last of so many days that have one."""

    weekly: int = Field(default=0, ge=0)
    """The last of so many weeks, from Monday to Sunday."""

    monthly: int = Field(default=0, ge=0)
    """The last of so many months."""

    yearly: int = Field(default=0, ge=0)
    """The last of so many years."""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, given: Any) -> Any:
        """A bare number is so many of the newest."""
        if isinstance(given, Mapping):
            return _said(given, cls)
        if isinstance(given, cls):
            return given
        if isinstance(given, bool) or not re.fullmatch(r"\d+", str(given)):
            raise ValueError(
                "must be a number of backups, or a map of daily, weekly, monthly and yearly"
            )
        return {"newest": int(given)}

    @model_validator(mode="after")
    def _keeps_something(self) -> "Retention":
        if not any(self.model_dump().values()):
            raise ValueError("must keep one backup at least")
        return self


def _said(given: Mapping[Any, Any], model: type[BaseModel]) -> dict[Any, Any]:
    """What is ``null`` was not said, as in the files of existing deployments."""
    return {k: v for k, v in given.items() if v is not None or k not in model.model_fields}


def _as_list(given: Any) -> Any:
    """One public key or several; an empty text is a key that is missing, and not none."""
    if given is None:
        return ()
    return (tuple(given.split()) or (given,)) if isinstance(given, str) else given


class Strategy(BaseModel):
    """Backups of one kind, made again and again."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=DESCRIBED)

    active: bool = True
    """Whether the scheduler runs it."""

    hostname: str | None = None
    """Machine that ``location`` is on, reached by SSH: ``host`` or ``user@host``; this one where
    it is missing."""

    location: str
    """Where its backups go: a folder by its full path, ``sftp://user@host:port/folder`` or ``s3://bucket/prefix``."""

    retention: Retention = Field(default=100, validate_default=True)
    """How many are kept: a number, or a map of ``daily``, ``weekly``, ``monthly``, ``yearly``."""

    frequency: str | None = None
    """When it runs, as a line of a crontab: ``5 4 * * *``; only when asked where it is missing."""

    compression: Literal["none", "gz", "zst"] = "zst"
    """How archives are compressed."""

    encryption: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    """Public keys of age that can read it, one or a list; not encrypted where it is missing."""

    incremental: bool = False
    """Keep a repository in which each file is stored once, rather than whole archives."""

    notification_email_address: str | None = None
    """Who gets a letter when a run fails."""

    notify_on_success: bool = False
    """Whether a letter goes out when a run succeeds, too."""

    @property
    def compressed(self) -> str:
        """What a name ends in by the compression: ``.zst``, or nothing."""
        return "" if self.compression == "none" else f".{self.compression}"

    @property
    def url(self) -> str:
        """Where it goes: the location, or the SFTP address of it on another host."""
        if self.hostname is None:
            return self.location
        return f"sftp://{self.hostname}/{quote(self.location.lstrip('/'))}"

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, given: Any) -> Any:
        """Values that are ``null`` count as not there."""
        return _said(given, cls) if isinstance(given, Mapping) else given

    @field_validator("hostname")
    @classmethod
    def _is_a_host(cls, host: str | None) -> str | None:
        if host is not None and not HOST.fullmatch(host):
            raise ValueError("must be a machine: host, user@host or user@host:port")
        return host

    @field_validator("frequency")
    @classmethod
    def _is_a_schedule(cls, line: str | None) -> str | None:
        return None if line is None else crontab_line(line)

    @field_validator("encryption")
    @classmethod
    def _are_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        import pyrage

        for key in keys:
            try:
                pyrage.x25519.Recipient.from_str(key)
            except pyrage.RecipientError:
                raise ValueError(
                    f"{key[:12]}… must be a public key as age-keygen prints it: age1…"
                ) from None
        return keys

    @field_validator("notification_email_address")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            raise ValueError("must be an e-mail address")
        return address

    @field_validator("notify_on_success")
    @classmethod
    def _has_somebody_to_notify(cls, notify: bool, info: ValidationInfo) -> bool:
        if notify and info.data.get("notification_email_address", "invalid itself") is None:
            raise ValueError("needs a notification_email_address that letters go to")
        return notify

    @field_validator("location")
    @classmethod
    def _is_a_place(cls, location: str, info: ValidationInfo) -> str:
        if not location.strip() or "\0" in location:
            raise ValueError("must be a folder or a URL")
        if "://" in location:
            if info.data.get("hostname") is not None:
                raise ValueError("must be a folder where there is a hostname, not a URL")
            _check_url(location)
        elif not location.startswith(("/", "~")):
            raise ValueError("must be a folder by its full path (/backups), or a URL")
        return location


def crontab_line(line: str) -> str:
    """A line of a crontab, as five fields.

    Raises:
        ValueError: it is none, or there is no such time.
    """
    from cronsim import CronSim, CronSimError

    fields = NICKNAMES.get(line.strip().lower(), line.strip())
    try:
        if len(fields.split()) != 5:
            raise CronSimError("Wrong number of fields")
        next(CronSim(fields, datetime.now(UTC)))
    except (CronSimError, StopIteration) as exc:
        reason = str(exc).lower() or "there is no such time"
        raise ValueError(f"must be a line of a crontab, such as `5 4 * * *` ({reason})") from None
    return fields


def _check_url(location: str) -> None:
    parts = urlsplit(location)
    if parts.scheme not in SCHEMES:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise ValueError(f"must be a folder or begin with {known}")
    if not parts.hostname:
        raise ValueError(f"must name a {'bucket' if parts.scheme == 's3' else 'host'}")
    if parts.query or parts.fragment or location.endswith(("?", "#")):
        raise ValueError("must have %23 for a #, and %3F for a ?")
    if parts.password:
        raise ValueError("must not hold a password; keys come from the agent or from SSH_KEY_FILE")
    _ = parts.port  # raises where it is no number
