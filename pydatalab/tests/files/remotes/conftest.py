"""The same small folder as a mounted one, by SFTP, in S3 and on a Windows share, on real servers."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pydatalab.files.remotes.port import Remote
from pydatalab.models.remotes import RemoteFilesystem

sys.path.insert(0, str(Path(__file__).parent))  # for instrument.py

from instrument import Place, fill

SMBD = Path("/usr/sbin/smbd")
PASSWORD = "kept between us"


@dataclass
class SMBServer:
    """Samba on this machine, with a share of everything below a folder."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def share(self) -> Path:
        return self.folder / "share"

    @property
    def secret(self) -> Path:
        return self.folder / "password"

    def start(self) -> "SMBServer":
        config = self.folder / "smb.conf"
        command = [SMBD, "--foreground", "--no-process-group", f"--configfile={config}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + 20
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        pytest.skip(f"Samba does not start here: {(self.folder / 'log').read_text()[-500:]}")

    def end(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def smb_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SMBServer]:
    """A running Samba server with one account: this one."""
    if not SMBD.exists() or os.getuid() != 0:
        pytest.skip("no Samba server here: apt-get install samba, and be root")
    folder = tmp_path_factory.mktemp("samba")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    for name in ("share", "private", "lock", "state", "cache", "pid", "ncalrpc"):
        (folder / name).mkdir()
    (folder / "smb.conf").write_text(
        "[global]\nserver role = standalone server\nworkgroup = LAB\nmap to guest = never\n"
        f"smb ports = {port}\ninterfaces = lo\nbind interfaces only = yes\ndisable spoolss = yes\n"
        "load printers = no\nserver min protocol = SMB3\n"
        f"private dir = {folder}/private\nlock directory = {folder}/lock\n"
        f"state directory = {folder}/state\ncache directory = {folder}/cache\n"
        f"pid directory = {folder}/pid\nncalrpc dir = {folder}/ncalrpc\n"
        f"passdb backend = tdbsam:{folder}/private/passdb.tdb\nlog file = {folder}/log\n"
        f"[share]\npath = {folder}/share\nread only = no\n"
    )
    (folder / "password").write_text(PASSWORD + "\n")
    command = ["smbpasswd", "-c", str(folder / "smb.conf"), "-s", "-a", "root"]
    twice = f"{PASSWORD}\n{PASSWORD}\n".encode()
    subprocess.run(command, input=twice, check=True, capture_output=True)
    server = SMBServer(folder, port).start()
    yield server
    server.end()


@pytest.fixture
def smb(smb_session: SMBServer) -> Iterator[SMBServer]:
    """A running Samba server with an empty share; started again after a test that ended it."""
    for path in smb_session.share.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    yield smb_session
    if smb_session.process is None:
        smb_session.start()


def _settings(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    root = tmp_path / "instrument"
    if name == "folder":
        return Place(RemoteFilesystem(name="XRD", path=str(root)), root)
    server: Any = request.getfixturevalue({"sftp": "ssh"}.get(name, name))
    if name == "sftp":
        host = f"root@127.0.0.1:{server.port}"
        settings = RemoteFilesystem(name="XRD", hostname=host, path=str(root))
        return Place(settings, root, server.keys)
    if name == "s3":
        path = f"{server.url('instrument')}"
        return Place(
            RemoteFilesystem(name="XRD", path=path), server.folder / server.bucket / "instrument"
        )
    path = f"smb://127.0.0.1:{server.port}/share/instrument"
    settings = RemoteFilesystem(name="XRD", path=path, username="root", secret_file=server.secret)
    return Place(settings, server.share / "instrument")


@pytest.fixture(params=["folder", "sftp", "s3", "smb"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A remote folder with ``CONTENT``, and a secret beside it that nobody may see."""
    made = _settings(kind, request, tmp_path)
    fill(made.root)
    (made.root.parent / "secret.txt").write_text("secret")
    (made.root.parent / "instrument-2").mkdir()
    (made.root.parent / "instrument-2" / "secret.txt").write_text("secret")
    return made


@pytest.fixture
def remote(place: Place) -> Iterator[Remote]:
    opened = place.open()
    yield opened
    opened.close()
