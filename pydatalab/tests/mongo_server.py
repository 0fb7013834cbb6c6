"""A server that speaks MongoDB's protocol, for tests: one that is there, or one of our own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent / "mongo"
LIBRARY = Path(tempfile.gettempdir()) / f"pydatalab-mongo-server-1.47.0-{os.getuid()}"
"""Where the server's jars are kept from run to run; Maven fetches them once."""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def can_be_had() -> bool:
    """Whether a server can be started here."""
    return bool(shutil.which("java") and (LIBRARY.is_dir() or shutil.which("mvn")))


@dataclass
class MongoServer:
    """A server process of the tests."""

    file: Path | None = None
    """Where it keeps its documents; nowhere if missing."""
    port: int = field(default_factory=_free_port)
    host: str = "127.0.0.1"
    """Address that it listens on."""
    memory: str = "512m"
    """What Java may take."""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"mongodb://{self.host}:{self.port}"

    def start(self) -> "MongoServer":
        """Start it; returns when it answers."""
        _fetch()
        keep = [str(self.file)] if self.file else []
        command = ["java", f"-Xmx{self.memory}", "-cp", f"{LIBRARY}/*", str(HERE / "Server.java")]
        self.process = subprocess.Popen(
            [*command, self.host, str(self.port), *keep],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the MongoDB server of the tests does not start")

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def _fetch() -> None:
    """Fetch the jars, unless they are there or another process is the first to have them."""
    if LIBRARY.is_dir():
        return
    with tempfile.TemporaryDirectory(dir=LIBRARY.parent) as beside:
        target = Path(beside) / "jars"
        command = ["mvn", "-q", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={target}"], check=True)
        try:
            target.rename(LIBRARY)
        except OSError:
            if not LIBRARY.is_dir():
                raise
