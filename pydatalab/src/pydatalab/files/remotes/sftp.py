"""A folder of another machine, by SSH.

The host says itself where a path leads, links and all; what it then opens is that very place. (There
is no way to ask where an open file is, as there is on this machine: whoever may write on the host
can show a file of it that the account there may read.)
"""

import io
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

import paramiko
from paramiko.sftp import SFTPError

from pydatalab.errors import DatalabError, Forbidden, Unavailable
from pydatalab.files.remotes.port import UNNAMED, Entry, nothing_there, parts_of
from pydatalab.files.sftp import Address, connect
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.files.sftp_listing import listed
from pydatalab.files.sftp_streams import PIECE, Reader
from pydatalab.models.times import as_text

PATIENCE = 8
"""Seconds that the host may take for a step, or be silent."""


class SFTPRemote:
    """What is below a folder of another machine."""

    def __init__(self, name: str, url: str, keys: SSHKeys) -> None:
        self._name = name
        address = Address.of(url)
        self._client = connect(address, keys, seconds=PATIENCE)
        try:
            with self._spoken(""):
                self._sftp = self._client.open_sftp()
                channel = self._sftp.get_channel()
                if channel is not None:
                    channel.settimeout(PATIENCE)
                self._root = self._real_root(address.path)
        except BaseException:
            self.close()
            raise

    def _real_root(self, path: str) -> str:
        try:
            root = self._sftp.normalize(path)
            self._sftp.stat(root)
        except FileNotFoundError as exc:
            raise Unavailable(f"There is no folder {path} on the machine of {self._name}.") from exc
        return root

    def entries(self, path: str) -> Iterator[Entry]:
        real = self._real(path)
        with self._spoken(path):
            for one in listed(self._sftp, real):
                if UNNAMED in one.filename:
                    yield Entry(one.filename, "other")
                elif stat.S_ISLNK(one.st_mode or 0):
                    yield self._behind_link(f"{path}/{one.filename}".lstrip("/"), one.filename)
                else:
                    yield _described(one.filename, one)

    def _behind_link(self, path: str, name: str) -> Entry:
        try:
            return _described(name, self._sftp.stat(self._real(path)), is_link=True)
        except (DatalabError, FileNotFoundError, PermissionError):
            return Entry(name, "other", is_link=True)

    def look(self, path: str) -> Entry:
        real = self._real(path)
        with self._spoken(path):
            return _described(path.rpartition("/")[2], self._sftp.stat(real))

    def open(self, path: str) -> tuple[Entry, BinaryIO]:
        real = self._real(path)
        with self._spoken(path):
            if not stat.S_ISREG(self._sftp.stat(real).st_mode or 0):
                raise nothing_there(path)
            handle = self._sftp.open(real, "rb")
            entry = _described(path.rpartition("/")[2], handle.stat())
            if self._real(path) != real:
                raise nothing_there(path)
        reader = Reader(handle, entry.size or 0, lambda: self._spoken(path))
        return entry, io.BufferedReader(reader, PIECE)

    def close(self) -> None:
        self._client.close()

    def _real(self, path: str) -> str:
        """Where a path leads, which is below the root."""
        inside = "/".join(parts_of(path))
        with self._spoken(path):
            real = self._sftp.normalize(
                posixpath.join(self._root, inside) if inside else self._root
            )
        if real != self._root and not real.startswith(self._root.rstrip("/") + "/"):
            raise nothing_there(path)
        return real

    @contextmanager
    def _spoken(self, path: str) -> Iterator[None]:
        """Say in a sentence what the host, or the way to it, says."""
        try:
            yield
        except DatalabError:
            raise
        except (FileNotFoundError, NotADirectoryError) as exc:
            raise nothing_there(path) from exc
        except PermissionError as exc:
            raise Forbidden(f"The server's account may not read {path!r} there.") from exc
        except UnicodeError as exc:
            raise nothing_there(path) from exc
        except (OSError, EOFError, paramiko.SSHException, SFTPError) as exc:
            reason = str(exc) or "it is silent"
            raise Unavailable(
                f"{self._name} is away ({reason}). Try again when it is back."
            ) from exc


def _described(name: str, found: paramiko.SFTPAttributes, *, is_link: bool = False) -> Entry:
    modified = as_text(datetime.fromtimestamp(found.st_mtime or 0, UTC))
    if stat.S_ISDIR(found.st_mode or 0):
        return Entry(name, "folder", None, modified, is_link)
    if stat.S_ISREG(found.st_mode or 0):
        return Entry(name, "file", found.st_size or 0, modified, is_link)
    return Entry(name, "other", is_link=is_link)
