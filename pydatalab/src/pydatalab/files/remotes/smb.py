"""A folder of a Windows share.

Links that the share leaves to its clients to follow are not followed. Those that the server follows
itself stay within the share, by the server's own rule.
"""

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import smbclient
from smbprotocol.exceptions import (
    LogonFailure,
    SMBAuthenticationError,
    SMBException,
    SMBOSError,
)

from pydatalab.errors import DatalabError, Forbidden, Unavailable
from pydatalab.files.remotes.port import Entry, nothing_there, parts_of
from pydatalab.files.remotes.upto import UpTo
from pydatalab.models.times import as_text

PORT = 445
PATIENCE = 8
"""Seconds that the server may take to let us in."""

NOT_IN_NAMES = frozenset('\\:*?"<>|')
"""What parts paths, streams and patterns there."""


class SMBRemote:
    """What is below a folder of a share."""

    def __init__(self, name: str, url: str, username: str | None, password: str | None) -> None:
        self._name = name
        parts = urlsplit(url)
        self._server, self._port = parts.hostname or "", parts.port or PORT
        inside = unquote(parts.path).strip("/").replace("/", "\\")
        self._root = f"\\\\{self._server}\\{inside}"
        self._cache: dict[str, Any] = {}
        self._how = {"port": self._port, "connection_cache": self._cache}
        with self._spoken(""):
            smbclient.register_session(
                self._server,
                username=username or (unquote(parts.username) if parts.username else None),
                password=password,
                connection_timeout=PATIENCE,
                **self._how,
            )

    def entries(self, path: str) -> Iterator[Entry]:
        inside = self._inside(path)
        with self._spoken(path), smbclient.scandir(inside, **self._how) as found:
            for one in found:
                if one.is_symlink() or NOT_IN_NAMES & set(one.name):
                    yield Entry(one.name, "other", is_link=one.is_symlink())
                else:
                    yield _listed(one)

    def look(self, path: str) -> Entry:
        inside = self._inside(path)
        with self._spoken(path):
            found = smbclient.stat(inside, follow_symlinks=False, **self._how)
            return _described(path.rpartition("/")[2], found)

    def open(self, path: str) -> tuple[Entry, BinaryIO]:
        inside = self._inside(path)
        with self._spoken(path):
            entry = self.look(path)
            if entry.kind != "file":
                raise nothing_there(path)
            stream = smbclient.open_file(inside, "rb", 0, share_access="rwd", **self._how)
        size = entry.size or 0
        return entry, UpTo.buffered(_Closable(stream), size, lambda: self._spoken(path))

    def close(self) -> None:
        with self._spoken(""):
            smbclient.reset_connection_cache(fail_on_error=False, connection_cache=self._cache)

    def _inside(self, path: str) -> str:
        """A path as the share has it, none of whose parts is a link."""
        names = parts_of(path)
        if any(NOT_IN_NAMES & set(name) or name != name.rstrip(". ") for name in names):
            raise nothing_there(path)
        place = self._root
        for name in names:
            place = f"{place}\\{name}"
            with self._spoken(path):
                found = smbclient.lstat(place, **self._how)
            if stat.S_ISLNK(found.st_mode):
                raise nothing_there(path)
        return place

    @contextmanager
    def _spoken(self, path: str) -> Iterator[None]:
        """Say in a sentence what the server, or the way to it, says."""
        try:
            yield
        except DatalabError:
            raise
        except (FileNotFoundError, NotADirectoryError) as exc:
            raise self._missing(path) from exc
        except (LogonFailure, SMBAuthenticationError) as exc:
            raise Unavailable(
                f"{self._name} does not let this server in. Check the account in the settings."
            ) from exc
        except PermissionError as exc:
            raise Forbidden(f"The server's account may not read {path!r} there.") from exc
        except (SMBException, SMBOSError, OSError, ValueError) as exc:
            raise self._said(path, exc) from exc

    def _said(self, path: str, exc: Exception) -> DatalabError:
        if isinstance(exc, SMBOSError) and exc.ntstatus in NO_PATH:
            return self._missing(path)
        if isinstance(exc, SMBOSError) and exc.ntstatus == ACCESS_DENIED:
            return Forbidden(f"The server's account may not read {path!r} there.")
        reason = str(exc).split("\n", 1)[0]
        return Unavailable(f"{self._name} is away ({reason}). Try again when it is back.")

    def _missing(self, path: str) -> DatalabError:
        if path:
            return nothing_there(path)
        return Unavailable(f"{self._name}: there is no such share or folder. Check the settings.")


class _Closable(io.RawIOBase):
    """A file of a share, closed also where the share is gone."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read: int = self._stream.readinto(buffer)
        return read

    def close(self) -> None:
        if self.closed:
            return
        try:
            self._stream.close()
        except (SMBException, OSError, ValueError):
            self._stream.fd._connected = False  # else it is tried again and again
        super().close()


ACCESS_DENIED = 0xC0000022
NO_PATH = frozenset({0xC0000033, 0xC0000034, 0xC0000039, 0xC000003A, 0xC000003B, 0xC0000103})
"""What the server says of names that lead nowhere, or cannot be."""


def _listed(one: Any) -> Entry:
    """An entry of a listing, which has it all with it."""
    modified = as_text(one.smb_info.last_write_time)
    if one.is_dir():
        return Entry(one.name, "folder", None, modified)
    return Entry(one.name, "file", one.smb_info.end_of_file, modified)


def _described(name: str, found: Any) -> Entry:
    modified = as_text(datetime.fromtimestamp(found.st_mtime, UTC))
    if stat.S_ISDIR(found.st_mode):
        return Entry(name, "folder", None, modified)
    if stat.S_ISREG(found.st_mode):
        return Entry(name, "file", found.st_size, modified)
    return Entry(name, "other")
