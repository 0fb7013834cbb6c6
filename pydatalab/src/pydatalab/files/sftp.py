"""Other machines by SSH: the connection, and a folder there as a destination of backups.

paramiko has no method for some of what is needed to be quick and sure at once (hearing what became
of every piece that is under way, free space, syncing): there its lower layer is spoken to.

A host is talked to only if it shows the key that ``known_hosts`` has of it. ``~/.ssh/config`` counts
for names, ports, accounts and key files of hosts.
"""

import errno
import io
import socket
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

import paramiko
from paramiko.sftp import CMD_EXTENDED, SFTPError

from pydatalab.errors import DatalabError, Unavailable
from pydatalab.files.destinations import PART, Stored, full, is_part, missing, part_name
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.files.sftp_listing import listed
from pydatalab.files.sftp_streams import PIECE, Reader, Writer

SECONDS = 20
"""How long a host may take to let us in."""

SILENCE = 60
"""How long a host may be silent in the middle of something, in seconds."""

ALIVE_EVERY = 15
"""Seconds between two signs of life, so that a host that is gone is noticed."""

SERVER_FAILURE = "Failure"
"""What OpenSSH says of a full disk, and of much else."""


@dataclass(frozen=True)
class Address:
    """A folder on another machine."""

    host: str
    port: int | None
    user: str | None
    path: str
    """Absolute, or relative to the account's own folder."""

    @classmethod
    def of(cls, url: str) -> "Address":
        """The parts of ``sftp://user@host:port/folder``; ``/~/folder`` is below the account's own."""
        parts = urlsplit(url)
        path = "/" + unquote(parts.path).lstrip("/")
        if path == "/~" or path.startswith("/~/"):
            path = path[3:] or "."
        return cls(parts.hostname or "", parts.port, parts.username, path.rstrip("/") or "/")


class _NameTheKey(paramiko.MissingHostKeyPolicy):
    """Does not talk to a host that is not known, but says which key it shows."""

    def missing_host_key(self, _: paramiko.SSHClient, host: str, key: paramiko.PKey) -> None:
        raise _UnknownHost(f"{key.get_name()} {key.fingerprint}")


class _UnknownHost(paramiko.SSHException):
    """A host that ``known_hosts`` does not have."""


def connect(address: Address, keys: SSHKeys, *, seconds: float = SECONDS) -> paramiko.SSHClient:
    """Be let in by a host.

    Args:
        address: which host, and as whom.
        keys: what it may be talked to with.
        seconds: how long each step may take.

    Raises:
        Unavailable: it is away, is not known, shows another key, or does not let us in.
    """
    known = _configured(address.host)
    host = known.get("hostname", address.host)
    port = address.port or int(known.get("port", paramiko.config.SSH_PORT))
    client = paramiko.SSHClient()
    for path in _known_hosts(keys):
        client.load_system_host_keys(str(path))
    client.set_missing_host_key_policy(_NameTheKey())
    key_files: Any = [str(keys.key_file)] if keys.key_file else known.get("identityfile")
    try:
        client.connect(
            host,
            port,
            username=address.user or known.get("user"),
            key_filename=key_files,
            look_for_keys=keys.key_file is None,
            timeout=seconds,
            banner_timeout=seconds,
            auth_timeout=seconds,
        )
    except (OSError, paramiko.SSHException, EOFError) as exc:
        client.close()
        raise _not_let_in(address.host, exc) from exc
    transport = client.get_transport()
    if transport is not None:
        transport.set_keepalive(ALIVE_EVERY)
    return client


def _configured(host: str) -> dict[str, Any]:
    """What ``~/.ssh/config`` says of a host."""
    path = Path("~/.ssh/config").expanduser()
    if not path.is_file():
        return {}
    return dict(paramiko.SSHConfig.from_path(str(path)).lookup(host))


def _known_hosts(keys: SSHKeys) -> list[Path]:
    if keys.known_hosts is not None:
        if not keys.known_hosts.is_file():
            raise Unavailable(f"There is no file {keys.known_hosts}, which SSH_KNOWN_HOSTS names.")
        return [keys.known_hosts]
    usual = (Path("~/.ssh/known_hosts").expanduser(), Path("/etc/ssh/ssh_known_hosts"))
    return [path for path in usual if path.is_file()]


def _not_let_in(host: str, exc: Exception) -> Unavailable:
    if isinstance(exc, paramiko.BadHostKeyException):
        return Unavailable(
            f"{host} shows another key ({exc.key.fingerprint}) than the one that is known of it."
            " Find out why, then put its new key into known_hosts."
        )
    if isinstance(exc, paramiko.AuthenticationException):
        return Unavailable(
            f"{host} does not let this server in ({exc}). Put its public key into the account's"
            " authorized_keys, and name the private one by SSH_KEY_FILE."
        )
    if isinstance(exc, _UnknownHost):
        return Unavailable(
            f"The host key of {host} is not known: {exc}. Compare it with the machine's own, then add"
            f" it: ssh-keyscan {host} >> ~/.ssh/known_hosts"
        )
    reason = getattr(exc, "strerror", None) or exc or type(exc).__name__
    return Unavailable(f"{host} is not reached by SSH ({reason}).")


class SFTPFolder:
    """A folder on another machine; made when something is written there."""

    lanes = 1

    def __init__(self, url: str, keys: SSHKeys) -> None:
        self.url = url
        self._address = Address.of(url)
        self._client = connect(self._address, keys)
        self._made: set[str] = set()
        try:
            with self.spoken():
                self._sftp = self._client.open_sftp()
                channel = self._sftp.get_channel()
                if channel is not None:
                    channel.settimeout(SILENCE)
        except BaseException:
            self.close()
            raise

    def find(self, folder: str = "", *, deep: bool = False) -> Iterator[Stored]:
        with self.spoken():
            try:
                found = listed(self._sftp, self._path(folder))
            except FileNotFoundError:
                return
        for one in sorted(found, key=lambda one: one.filename):
            name = f"{folder}/{one.filename}".lstrip("/")
            if stat.S_ISDIR(one.st_mode or 0):
                if deep:
                    yield from self.find(name, deep=True)
            elif not PART.fullmatch(one.filename):
                yield Stored(name, one.st_size or 0, one.st_mtime or 0)

    @contextmanager
    def writer(self, name: str, *, label: str = "file", expected: int = 0) -> Iterator[BinaryIO]:
        target = self._path(name)
        folder = target.rpartition("/")[0]
        part = f"{folder or '.'}/{part_name(label)}"
        with self.spoken():
            self._make(folder)
            try:
                with self._sftp.open(part, "wbx") as handle:
                    self._sftp.chmod(part, 0o600)
                    out = Writer(handle)
                    yield cast(BinaryIO, out)
                    out.settle()
                    self._sync(handle)
                if self._sftp.stat(part).st_size != out.written:
                    raise Unavailable(f"{self.url} did not keep all that was sent.")
                self._sftp.posix_rename(part, target)
            except BaseException as exc:
                said = self._said(exc) if isinstance(exc, OSError) else exc  # the disk as it is now
                with suppress(OSError, EOFError, paramiko.SSHException):
                    self._sftp.remove(part)
                raise said from exc

    def open(self, name: str) -> BinaryIO:
        with self.spoken(name):
            handle = self._sftp.open(self._path(name), "rb")
            size = handle.stat().st_size or 0
        return io.BufferedReader(Reader(handle, size, self.spoken), PIECE)

    def read(self, name: str, start: int, end: int) -> memoryview:
        with self.spoken(name), self._sftp.open(self._path(name), "rb") as handle:
            handle.seek(start)
            return memoryview(handle.read(end - start))

    def size(self, name: str) -> int:
        with self.spoken(name):
            return self._sftp.stat(self._path(name)).st_size or 0

    def remove(self, name: str) -> None:
        with self.spoken(), suppress(FileNotFoundError):
            self._sftp.remove(self._path(name))

    def sweep(self, label: str, *, deep: bool = False) -> None:
        with self.spoken():
            self._sweep(self._path(""), label, deep)

    def _sweep(self, folder: str, label: str, deep: bool) -> None:
        with suppress(FileNotFoundError):
            for one in listed(self._sftp, folder):
                path = f"{folder}/{one.filename}"
                if stat.S_ISDIR(one.st_mode or 0):
                    if deep:
                        self._sweep(path, label, deep)
                elif is_part(one.filename, label):
                    self._sftp.remove(path)

    def free(self) -> int | None:
        with self.spoken():
            path = self._path("")
            while True:
                try:
                    _, answer = self._extended("statvfs@openssh.com", path)
                    _, fragment, _, _, available = struct.unpack(">5Q", answer.get_bytes(40))
                    return int(available * fragment)
                except FileNotFoundError:
                    path = path.rpartition("/")[0] or "/"
                except OSError:  # another server than OpenSSH
                    return None

    def close(self) -> None:
        self._client.close()

    def _path(self, name: str) -> str:
        root = self._address.path
        return f"{root.rstrip('/')}/{name}" if name else root

    def _make(self, folder: str) -> None:
        """Make a folder with those above it, for its owner alone."""
        if not folder or folder in self._made:
            return
        try:
            self._sftp.stat(folder)
        except FileNotFoundError:
            self._make(folder.rpartition("/")[0])
            with suppress(OSError):  # somebody else just did; else writing says what is wrong
                self._sftp.mkdir(folder, 0o700)
        self._made.add(folder)

    def _sync(self, handle: paramiko.SFTPFile) -> None:
        """Wait until a file is on the host's disk, where the host offers that."""
        with suppress(OSError):
            self._extended("fsync@openssh.com", handle.handle)

    def _extended(self, name: str, argument: Any) -> tuple[int, paramiko.Message]:
        """Ask for an extension of the protocol, for which paramiko has no method."""
        sftp: Any = self._sftp
        answer: tuple[int, paramiko.Message] = sftp._request(CMD_EXTENDED, name, argument)
        return answer

    @contextmanager
    def spoken(self, name: str = "") -> Iterator[None]:
        """Say in a sentence what the host, or the way to it, says."""
        try:
            yield
        except DatalabError:
            raise
        except FileNotFoundError as exc:
            raise missing(self.url, name) from exc
        except (OSError, EOFError, paramiko.SSHException, SFTPError) as exc:
            raise self._said(exc) from exc

    def _said(self, exc: Exception) -> Unavailable:
        if isinstance(exc, PermissionError):
            return Unavailable(f"{self.url} may not be used: {exc.strerror or exc}.")
        if isinstance(exc, OSError) and exc.errno in (errno.ENOSPC, errno.EDQUOT):
            return full(self.url)
        if isinstance(exc, OSError) and str(exc) == SERVER_FAILURE:
            with suppress(DatalabError):
                free = self.free()
                if free is not None and free < PIECE:
                    return full(self.url)
        reason = "it was silent for too long" if isinstance(exc, socket.timeout) else exc
        return Unavailable(f"{self.url} is away ({reason}). Try again when it is back.")
