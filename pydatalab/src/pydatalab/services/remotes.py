"""Remote folders as people see them: looked into, and attached from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydatalab.files.remotes.browser import Wanted
from pydatalab.files.remotes.listings import Listing
from pydatalab.files.remotes.port import Entry
from pydatalab.files.vault import Blob
from pydatalab.lab import Lab
from pydatalab.models.people import Person
from pydatalab.models.progress import Progress, Silent
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.models.times import as_text, now
from pydatalab.services import access, files, items
from pydatalab.store.query import Document

GULP = 1024 * 1024

SILENT = Silent()


@dataclass(frozen=True)
class Copied:
    """A file of a remote folder, in the file store."""

    blob: Blob

    entry: Entry
    """As it was when it was opened."""

    begins_as_before: bool
    """Whether it begins with all the bytes that it had before."""


def list_remotes(lab: Lab) -> list[dict[str, Any]]:
    """The remote folders that there are, without the accounts that they are opened with."""
    return [
        {"name": one.name, "kind": one.kind, "hostname": _host(one), "path": _path(one)}
        for one in lab.remotes.places.values()
    ]


def _host(place: RemoteFilesystem) -> str | None:
    return place.hostname.rpartition("@")[2] if place.hostname else None


def _path(place: RemoteFilesystem) -> str:
    if "://" not in place.path:
        return place.path
    parts = urlsplit(place.path)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def browse(
    lab: Lab,
    remote: str,
    path: str,
    *,
    wanted: Wanted = "recent",
    words: str = "",
    offset: int = 0,
    limit: int = 200,
) -> dict[str, Any]:
    """A page of what stands in a folder of a remote one.

    Args:
        lab: the lab.
        remote: its name in the settings.
        path: of the folder, relative; empty for the remote folder itself.
        wanted: how old the listing may be.
        words: what names of files must contain, in any case; folders stay.
        offset: how many entries to leave out.
        limit: how many to give.

    Raises:
        NotFound: there is no such remote folder, or no such folder in it.
        Forbidden: the server itself may not read it.
        Unavailable: it is away.
    """
    found = lab.remotes.listing(remote, path, wanted)
    folded = words.casefold()
    matching = [
        one for one in found.entries if one.kind == "folder" or folded in one.name.casefold()
    ]
    return {
        "remote": remote,
        "path": path,
        **age_of(found),
        "is_whole": found.is_whole,
        "total": len(matching),
        "entries": [_shown(path, one) for one in matching[offset : offset + limit]],
    }


def age_of(listing: Listing) -> dict[str, Any]:
    """When a listing was read."""
    read_at = datetime.fromtimestamp(listing.read_at, UTC)
    age = (datetime.now(UTC) - read_at).total_seconds()
    return {"read_at": as_text(read_at), "age_seconds": max(0, round(age))}


def _shown(folder: str, one: Entry) -> dict[str, Any]:
    return {
        "name": one.name,
        "path": f"{folder}/{one.name}" if folder else one.name,
        "kind": one.kind,
        "size": one.size,
        "modified_at": one.modified_at,
        "is_link": one.is_link,
    }


def attach_remote_file(
    lab: Lab, who: Person, refcode: str, remote: str, path: str, progress: Progress = SILENT
) -> tuple[Document, bool]:
    """Copy a file of a remote folder, and attach it to an item; it is followed while it grows.

    ``progress`` hears how many bytes have come.

    Returns:
        The file's record, and whether it is new: one that the item has from there already is
        brought up to date.

    Raises:
        NotFound: ``who`` can see no such item, or there is no such file.
        Forbidden: ``who`` may not change the item, or the server itself may not read the file.
        TooLarge: it is larger than the lab accepts.
        Unavailable: the remote folder is away, or the disk is full.
    """
    item = items.get_item(lab, who, refcode)
    access.require(access.may_change(who, item), "attach files to it")
    copied = copy_in(lab, remote, path, progress)
    origin = origin_of(lab, remote, path, copied.entry)
    name = path.rpartition("/")[2]
    file, new = files.attach_copy(lab, who, refcode, name, copied.blob, origin)
    if not new:
        file = files.renew_copy(lab, file["immutable_id"], copied.blob, origin, is_beginning=False)
    return file, new


def origin_of(lab: Lab, remote: str, path: str, entry: Entry) -> Document:
    """What a file's record says of where it came from."""
    finished = is_finished(lab, entry.modified_at)
    return {
        "source": "remote",
        "source_server_name": remote,
        "source_path": path,
        "last_modified_remote": entry.modified_at,
        "is_live": not finished,
        "following": {
            "checked_at": now(),
            "changed_at": now(),
            "missing": 0,
            "problem": None,
            "ended": "unchanged" if finished else None,
        },
    }


def is_finished(lab: Lab, *moments: str | None) -> bool:
    """Whether nothing happened for so long that nothing is expected any more."""
    since = as_text(datetime.now(UTC) - timedelta(hours=lab.live_hours))
    return all(moment is None or moment < since for moment in moments)


def copy_in(
    lab: Lab, remote: str, path: str, progress: Progress, before: Mapping[str, Any] | None = None
) -> Copied:
    """Copy a file of a remote folder into the file store.

    Args:
        lab: the lab.
        remote: name of the remote folder.
        path: of the file there.
        progress: hears how many bytes have come.
        before: record of the file as it is here, to see whether it only grew.
    """
    beginning = _Beginning(before)
    with lab.remotes.opened(remote, path) as (entry, stream):
        lab.vault.check_size(entry.size or 0)
        with lab.vault.writer() as writer:
            read = 0
            while chunk := stream.read(GULP):
                writer.write(chunk)
                beginning.update(chunk)
                read += len(chunk)
                progress.tell(f"Copying {entry.name}", read, entry.size)
            return Copied(writer.finish(), entry, beginning.is_as_before)


class _Beginning:
    """Whether new bytes begin with those that were there before."""

    def __init__(self, before: Mapping[str, Any] | None) -> None:
        self._left = int((before or {}).get("size") or 0)
        self._wanted = ((before or {}).get("checksums") or {}).get("sha256")
        self._digest = hashlib.sha256()

    def update(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._left:
            taken = chunk[: self._left]
            self._digest.update(taken)
            self._left -= len(taken)

    @property
    def is_as_before(self) -> bool:
        """Whether all of the former bytes came again."""
        return not self._left and self._digest.hexdigest() == self._wanted
