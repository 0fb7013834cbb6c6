"""Machines of a test: each with a network, process numbers and a name of its own, where that can be had."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@cache
def can_be_apart() -> bool:
    """Whether networks and process numbers can be kept apart here."""
    if os.getuid() != 0 or not (shutil.which("ip") and shutil.which("unshare")):
        return False
    name = f"try{secrets.token_hex(3)}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return False
    tried = ["ip", "netns", "exec", name, "unshare", "--pid", "--uts", "--fork", "--mount-proc"]
    worked = subprocess.run([*tried, "true"], capture_output=True, check=False).returncode == 0
    subprocess.run(["ip", "netns", "del", name], check=True)
    return worked


@dataclass
class Machine:
    """A machine that runs one thing."""

    name: str
    folder: Path
    """Its disk: what it runs is called in it."""
    address: str = "127.0.0.1"
    network: str | None = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def start(self, command: list[str], settings: Mapping[str, str]) -> None:
        """Run it."""
        self.folder.mkdir(exist_ok=True)
        apart: list[str] = []
        if self.network:
            named = f'hostname {self.name}; exec "$@"'
            apart = ["ip", "netns", "exec", self.network, "unshare", "--pid", "--uts", "--fork"]
            apart += ["--mount-proc", "--kill-child", "sh", "-c", named, "sh"]
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYDATALAB_")}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*apart, *command],
                env={**kept, **settings},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """Ask it to end, and see that it does."""
        if self.process is None or self.process.poll() is not None:
            return
        if self.network:
            for child in _children(self.process.pid):
                os.kill(child, signal.SIGTERM)
        else:
            self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        self.kill()


@dataclass
class Network:
    """Where the machines of a test meet."""

    folder: Path
    apart: bool = field(default_factory=can_be_apart)
    label: str = field(default_factory=lambda: f"lab{secrets.token_hex(3)}")
    _number: int = field(default_factory=lambda: secrets.randbelow(200) + 20)
    _names: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """That of this process, and of the servers that it starts."""
        return f"10.213.{self._number}.1" if self.apart else "127.0.0.1"

    def machine(self, name: str) -> Machine:
        """Another machine."""
        if not self.apart:
            return Machine(name, self.folder / name)
        self._names.append(name)
        network, wire = f"{self.label}{name}", f"{self.label}v{len(self._names)}"
        address = f"10.213.{self._number}.{len(self._names) + 1}"
        inside = f"ip -n {network}"
        for step in (
            f"ip netns add {network}",
            f"ip link add {wire} type veth peer name eth0 netns {network}",
            f"ip link set {wire} master {self.label} up",
            f"{inside} addr add {address}/24 dev eth0",
            f"{inside} link set eth0 up",
            f"{inside} link set lo up",
        ):
            _do(step)
        return Machine(name, self.folder / name, address, network)

    def open(self) -> None:
        if self.apart:
            _do(f"ip link add {self.label} type bridge")
            _do(f"ip addr add {self.address}/24 dev {self.label}")
            _do(f"ip link set {self.label} up")

    def close(self) -> None:
        for name in self._names:
            _do(f"ip netns del {self.label}{name}")
        if self.apart:
            _do(f"ip link del {self.label}")


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """A network for as long as the block lasts."""
    made = Network(folder)
    made.open()
    try:
        yield made
    finally:
        made.close()


def _do(step: str) -> None:
    subprocess.run(step.split(), check=True)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
