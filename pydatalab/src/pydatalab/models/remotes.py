"""What a lab's settings say of the places that files are attached from."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from pydatalab.models.described import DESCRIBED

Kind = Literal["folder", "sftp", "s3", "smb"]

SCHEMES: tuple[Kind, ...] = ("sftp", "s3", "smb")
"""What ``path`` may begin with, where it is a URL."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]


class RemoteFilesystem(BaseModel):
    """A place that instruments write to, to attach files from."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=DESCRIBED)

    name: Name
    """What people call it; of no other one."""

    hostname: str | None = None
    """Machine to reach by SSH, as ``host``, ``account@host`` or ``account@host:port``; this one where
    it is missing."""

    path: str
    """Folder there: ``/data/xrd``, or ``~/xrd`` below the account's own; or a URL:
    ``sftp://account@host:port/data``, ``s3://bucket/prefix``, ``smb://server/share/folder``. Nothing
    outside of it is shown or read."""

    username: str | None = None
    """Account for SSH or SMB (``LAB\\\\name``), or the access key's id for S3, where the path does not
    name it."""

    secret_file: Path | None = None
    """File that holds what the account is opened with: for SSH a private key, for SMB the password,
    for S3 the secret access key. Where it is missing, SSH takes the keys of the agent and of
    ``SSH_KEY_FILE``, S3 the variables ``AWS_…``, SMB a Kerberos ticket."""

    endpoint: str | None = None
    """Address of an S3 server that is not Amazon's: ``https://s3.lab.example``."""

    @model_validator(mode="after")
    def _consistent(self) -> "RemoteFilesystem":
        scheme = self.path.partition("://")[0] if "://" in self.path else ""
        if not self.path or "\0" in self.path:
            raise ValueError("path is missing")
        if scheme and scheme not in SCHEMES:
            raise ValueError(f"path may be a folder, or begin with {'://, '.join(SCHEMES)}://")
        if scheme and self.hostname:
            raise ValueError("hostname goes with a folder, not with a URL")
        parts = urlsplit(self.url) if self.kind != "folder" else None
        if parts is not None and (not parts.hostname or parts.password is not None):
            raise ValueError("path names no machine, or a password, which belongs into secret_file")
        if self.endpoint and self.kind != "s3":
            raise ValueError("endpoint goes with s3:// alone")
        if self.kind == "smb" and parts is not None and not parts.path.strip("/"):
            raise ValueError("path names no share: smb://server/share/folder")
        return self

    @property
    def kind(self) -> Kind:
        """How it is reached."""
        if self.hostname:
            return "sftp"
        for scheme in SCHEMES:
            if self.path.startswith(f"{scheme}://"):
                return scheme
        return "folder"

    @property
    def url(self) -> str:
        """Its address; of a folder of this machine, the folder."""
        if not self.hostname:
            return self.path
        path = self.path if self.path.startswith("/") else f"/{_below_home(self.path)}"
        return f"sftp://{self.hostname}{quote(path)}"


def _below_home(path: str) -> str:
    return path if path == "~" or path.startswith("~/") else f"~/{path}"
