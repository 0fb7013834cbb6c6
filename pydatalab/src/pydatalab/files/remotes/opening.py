"""From what the settings say of a place to an open connection to it."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pydatalab.errors import Unavailable
from pydatalab.files.remotes.port import Remote
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.models.remotes import RemoteFilesystem


def open_remote(place: RemoteFilesystem, keys: SSHKeys) -> Remote:
    """Connect to a place; the libraries for it are loaded with the first.

    Raises:
        Unavailable: it is away, is not the machine that it was, or does not let us in.
    """
    if place.kind == "sftp":
        from pydatalab.files.remotes.sftp import SFTPRemote

        keys = SSHKeys(place.secret_file or keys.key_file, keys.known_hosts)
        return SFTPRemote(place.name, _with_account(place), keys)
    if place.kind == "s3":
        from pydatalab.files.remotes.s3 import S3Remote

        return S3Remote(place.name, place.url, _s3_account(place))
    if place.kind == "smb":
        from pydatalab.files.remotes.smb import SMBRemote

        return SMBRemote(place.name, place.url, place.username, _secret(place))
    from pydatalab.files.remotes.folder import MountedFolder

    return MountedFolder(Path(place.path).expanduser())


def _with_account(place: RemoteFilesystem) -> str:
    """The address with the account in it."""
    parts = urlsplit(place.url)
    if not place.username or parts.username:
        return place.url
    return parts._replace(netloc=f"{quote(place.username)}@{parts.netloc}").geturl()


def _s3_account(place: RemoteFilesystem) -> dict[str, str] | None:
    """What the bucket is opened with; ``None``: what the environment says."""
    given: dict[str, Any] = {
        "AWS_ACCESS_KEY_ID": place.username,
        "AWS_SECRET_ACCESS_KEY": _secret(place),
        "AWS_ENDPOINT_URL": place.endpoint,
    }
    if not any(given.values()):
        return None
    known = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    return known | {name: value for name, value in given.items() if value}


def _secret(place: RemoteFilesystem) -> str | None:
    """What stands in the secret file."""
    if place.secret_file is None:
        return None
    try:
        return place.secret_file.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as exc:
        raise Unavailable(
            f"The secret file of {place.name} cannot be read by the server. Tell its administrator."
        ) from exc
