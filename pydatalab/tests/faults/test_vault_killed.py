"""Killing a process that writes files: what it said is kept is kept, what it did not say harms nobody."""

import hashlib
import os
import random
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from pydatalab.files.vault import Vault

WRITER = """
import os, sys
from pathlib import Path
from pydatalab.files.vault import Vault
vault = Vault(Path(sys.argv[1]), largest=10**9)
print("ready", flush=True)
while True:
    with vault.writer() as writer:
        for _ in range(6):
            writer.write(os.urandom(1_000_000))
        print(writer.finish().sha256, flush=True)
"""


def test_every_acknowledged_file_is_whole_after_kills_at_any_moment(tmp_path: Path):
    acknowledged: list[str] = []
    for kills in count(1):  # more where the machine is slow
        acknowledged += keys_until_killed(tmp_path)
        if kills >= 15 and len(acknowledged) > 15:
            break
    vault = Vault(tmp_path, largest=10**9)
    for key in acknowledged:
        with vault.open(key) as stream:
            assert hashlib.file_digest(stream, "sha256").hexdigest() == key
    for path in (tmp_path / "blobs").rglob("*/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.parent.name + path.name


def test_what_a_killed_writer_left_does_not_stay_for_ever(tmp_path: Path):
    while not list((tmp_path / "incoming").glob("*")):
        keys_until_killed(tmp_path)
    for part in (tmp_path / "incoming").iterdir():
        os.utime(part, (time.time() - 90_000,) * 2)
    Vault(tmp_path, largest=10**9)
    assert not list((tmp_path / "incoming").iterdir())


def keys_until_killed(folder: Path) -> list[str]:
    """The keys that a process acknowledged before it was killed at some moment."""
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(random.uniform(0.02, 0.2))
        process.kill()
        return [line.strip() for line in process.stdout if line.endswith("\n")]
