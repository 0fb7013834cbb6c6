"""Fixtures that every test may use."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pymongo import MongoClient

from pydatalab.files.sftp_keys import SSHKeys

sys.path.insert(0, str(Path(__file__).parent))  # for mongo_server.py, existing_lab.py

from mongo_server import MongoServer, can_be_had

REPOSITORY = Path(__file__).parents[2]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real instrument files beside the repository; tests that need them skip where they are missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no real instrument files at {SHARED_DATA}")
    return SHARED_DATA


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        default="sqlite",
        choices=["sqlite", "mongo"],
        help="what keeps the documents of the labs that tests open",
    )


@pytest.fixture(scope="session")
def mongo_address() -> Iterator[str]:
    """A MongoDB server: that of ``PYDATALAB_TEST_MONGO_URI``, or one that Java runs."""
    if given := os.environ.get("PYDATALAB_TEST_MONGO_URI"):
        yield given.rstrip("/")
        return
    if not can_be_had():
        pytest.skip("no MongoDB: set PYDATALAB_TEST_MONGO_URI, or install java and maven")
    server = MongoServer().start()
    yield server.address
    server.kill()


@pytest.fixture
def mongo_uri(mongo_address: str) -> Iterator[str]:
    """Address of a database that is empty, and gone after the test."""
    name = f"test_{secrets.token_hex(6)}"
    yield f"{mongo_address}/{name}"
    with MongoClient[dict[str, object]](mongo_address) as client:
        client.drop_database(name)


Settings = dict[str, str]


@dataclass
class Engines:
    """What keeps the documents of labs, as ``--engine`` says: a database for each data folder."""

    address: str | None
    """Of a MongoDB server; none for SQLite."""
    databases: dict[Path, str] = field(default_factory=dict)

    def of(self, folder: Path) -> Settings:
        """Settings of the lab with this data folder, besides that."""
        if self.address is None:
            return {}
        name = self.databases.setdefault(folder.resolve(), f"lab_{secrets.token_hex(6)}")
        return {"MONGO_URI": f"{self.address}/{name}"}

    def drop(self, within: Path) -> None:
        """Let go of the labs within a folder."""
        names = {one: name for one, name in self.databases.items() if one.is_relative_to(within)}
        if not names:
            return
        with MongoClient[dict[str, object]](self.address) as client:
            for folder, name in names.items():
                client.drop_database(name)
                del self.databases[folder]


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """What keeps the documents of labs that outlive a test."""
    with_mongo = request.config.getoption("--engine") == "mongo"
    found = Engines(request.getfixturevalue("mongo_address") if with_mongo else None)
    yield found
    found.drop(Path("/"))


@pytest.fixture
def engine_of(engines: Engines, tmp_path: Path) -> Iterator[Callable[[Path], Settings]]:
    """``engine_of(folder)``: settings that choose what keeps the documents of the lab in a data folder."""
    yield engines.of
    engines.drop(tmp_path)


@pytest.fixture
def engine(engine_of: Callable[[Path], Settings], tmp_path: Path) -> Settings:
    """Those of the one lab of a test, in ``tmp_path / "data"``."""
    return engine_of(tmp_path / "data")


@pytest.fixture
def engine_variables(engine: Settings) -> Settings:
    """The same as environment variables, for tasks that a test calls."""
    return {f"PYDATALAB_{name}": value for name, value in engine.items()}


SSHD = Path("/usr/sbin/sshd")
VERSITYGW = Path(sys.executable).parent / "versitygw"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until somebody listens on a port of this machine."""
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nobody listens on {port}")


@dataclass
class SSHServer:
    """OpenSSH on this machine, with an account that a key of the test opens."""

    folder: Path
    port: int = field(default_factory=_free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def keys(self) -> SSHKeys:
        """What a client needs to be let in."""
        return SSHKeys(self.folder / "client", self.folder / "known_hosts")

    def url(self, path: Path) -> str:
        """Address of a folder of this machine, by SFTP."""
        return f"sftp://root@127.0.0.1:{self.port}{path}"

    def start(self) -> "SSHServer":
        Path("/run/sshd").mkdir(parents=True, exist_ok=True)
        command = [SSHD, "-D", "-e", "-f", self.folder / "config", "-p", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        _wait_for(self.port, self.process)
        return self

    def end(self) -> None:
        """Stop it at once, with every connection that it has."""
        if self.process is not None:
            for child in self._connections():
                subprocess.run(["kill", "-9", child], check=False, stderr=subprocess.DEVNULL)
            self.process.kill()
            self.process.wait()
            self.process = None

    def _connections(self) -> list[str]:
        """The processes below the server: one or two for each connection."""
        assert self.process is not None
        found, waiting = [], [str(self.process.pid)]
        while waiting:
            pid = waiting.pop()
            children = Path(f"/proc/{pid}/task/{pid}/children")
            listed = children.read_text().split() if children.exists() else []
            found += listed
            waiting += listed
        return found


@pytest.fixture(scope="session")
def ssh_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SSHServer]:
    """A running OpenSSH server; ``ssh`` hands it out."""
    if not SSHD.exists() or os.getuid() != 0:
        pytest.skip("no OpenSSH server here: apt-get install openssh-server, and be root")
    folder = tmp_path_factory.mktemp("sshd")
    for name in ("host", "client"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
        subprocess.run(command, check=True)
    shutil.copy(folder / "client.pub", folder / "authorized_keys")
    (folder / "config").write_text(
        f"HostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\nListenAddress 127.0.0.1\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        f"Subsystem sftp internal-sftp\nPidFile {folder}/pid\n"
    )
    server = SSHServer(folder)
    host_key = (folder / "host.pub").read_text()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{server.port} {host_key}")
    yield server.start()
    server.end()


@pytest.fixture
def ssh(ssh_session: SSHServer) -> Iterator[SSHServer]:
    """A running OpenSSH server; started again after a test that ended it."""
    yield ssh_session
    if ssh_session.process is None:
        ssh_session.start()


@dataclass
class S3Server:
    """An S3 server on this machine, and a bucket in it."""

    folder: Path
    """Buckets are folders of it."""
    port: int = field(default_factory=_free_port)
    bucket: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    def url(self, prefix: str = "") -> str:
        """Address of a prefix of the test's bucket."""
        return f"s3://{self.bucket}/{prefix}"

    def start(self) -> "S3Server":
        command = [VERSITYGW, "--access", "key", "--secret", "secretsecret"]
        command += ["--port", f"127.0.0.1:{self.port}", "--quiet", "posix", str(self.folder)]
        with (self.folder.parent / "s3.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        _wait_for(self.port, self.process)
        return self

    def end(self) -> None:
        """Stop it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    @property
    def environment(self) -> dict[str, str]:
        """What a client needs to be let in."""
        return {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secretsecret",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
        }


@pytest.fixture(scope="session")
def s3_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running S3 server; ``s3`` hands it out."""
    if not VERSITYGW.exists():
        pytest.skip(f"no S3 server at {VERSITYGW}: `make setup` builds it where Go is installed")
    folder = tmp_path_factory.mktemp("s3") / "buckets"
    folder.mkdir()
    server = S3Server(folder).start()
    yield server
    server.end()


@pytest.fixture
def s3(s3_session: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """A running S3 server with an empty bucket; the environment says how to reach it."""
    s3_session.bucket = f"test-{secrets.token_hex(4)}"
    (s3_session.folder / s3_session.bucket).mkdir()
    for name, value in s3_session.environment.items():
        monkeypatch.setenv(name, value)
    yield s3_session
    if s3_session.process is None:
        s3_session.start()
