"""What stands in the remote folders of tests."""

from dataclasses import dataclass, field
from pathlib import Path

from pydatalab.files.remotes.opening import open_remote
from pydatalab.files.remotes.port import Remote
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.models.remotes import RemoteFilesystem

CONTENT = {
    "scan.xy": b"10 100\n",
    "empty.txt": b"",
    "runs/May 3/Ni(OH)\u2082 a#b%20.txt": b"abc" * 100_000,
    "runs/deep/er/still.txt": b"x",
}


@dataclass
class Place:
    """A remote folder of a kind, and where its files are on this machine."""

    settings: RemoteFilesystem
    root: Path
    keys: SSHKeys = field(default_factory=SSHKeys)

    def open(self) -> Remote:
        return open_remote(self.settings, self.keys)


def fill(root: Path) -> None:
    for name, content in CONTENT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
