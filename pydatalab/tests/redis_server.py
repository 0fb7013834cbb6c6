"""A Redis server of the tests."""

import shutil
import socket
import subprocess
from dataclasses import dataclass, field

REDIS = shutil.which("redis-server") or shutil.which("valkey-server")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@dataclass
class RedisServer:
    """A server process that keeps nothing."""

    host: str = "127.0.0.1"
    port: int = field(default_factory=_free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def start(self) -> "RedisServer":
        """Start it; returns when it answers."""
        assert REDIS
        command = [REDIS, "--port", str(self.port), "--bind", self.host, "--protected-mode", "no"]
        command += ["--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout
        while b"Ready to accept connections" not in self.process.stdout.readline():
            assert self.process.poll() is None, "the Redis server of the tests does not start"
        return self

    def end(self) -> None:
        """Stop it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None
