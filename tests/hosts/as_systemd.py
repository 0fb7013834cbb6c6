"""Runs inside of the machine: starts the service as its unit says, as a manager of services would, asks it
something, and ends it. What it found is printed as JSON."""

import json
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

UNIT = Path("/etc/systemd/system/datalab.service").read_text()
SETTINGS = Path("/etc/datalab/datalab.env").read_text()
NOTIFY = Path("/run/notify")
READY = "http://127.0.0.1:5001/healthcheck/is_ready"
LISTENING = "0A"


def said(name: str) -> list[str]:
    """What the unit says under a name."""
    return re.findall(f"^{name}=(.*)$", UNIT, re.MULTILINE)


def started(notified: socket.socket) -> "subprocess.Popen[bytes]":
    """The service, once it said that it is ready."""
    environment = {"PATH": "/usr/bin:/bin", "NOTIFY_SOCKET": str(NOTIFY)}
    lines = [
        *(part for line in said("Environment") for part in shlex.split(line)),
        *SETTINGS.splitlines(),
    ]
    environment |= {
        name: text.strip("'")
        for name, _, text in (line.partition("=") for line in lines if not line.startswith("#"))
        if name
    }
    user = [
        "setpriv",
        "--reuid=datalab",
        "--regid=datalab",
        "--init-groups",
        "--no-new-privs",
        "--",
    ]
    process = subprocess.Popen(
        [*user, *shlex.split(said("ExecStart")[0])], env=environment, cwd="/var/lib/datalab"
    )
    assert b"READY=1" in notified.recv(1000)
    return process


def answered() -> int:
    """The status of an answer, waiting until there is one."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(READY, timeout=5) as answer:
            return int(answer.status)
        time.sleep(0.2)
    return 0


def listening() -> list[str]:
    """The addresses that anybody listens on, in hexadecimal digits."""
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    return sorted({row[1] for row in rows if row[3] == LISTENING})


def main() -> None:
    """Start, ask, end."""
    subprocess.run(
        ["install", "-d", "-o", "datalab", "-g", "datalab", "-m", "0700", "/var/lib/datalab"],
        check=True,
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(str(NOTIFY))
        NOTIFY.chmod(0o777)
        notified.settimeout(120)
        process = started(notified)
        found = {"status": answered(), "listening": listening()}
        command = subprocess.run(
            ["pydatalab", "admin.create-user", "--display-name", "Ada", "--contact-email", "ada@lab.example", "--role", "admin"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found["command"] = command.stdout + command.stderr
        process.terminate()
        found["ended"] = process.wait(timeout=60)
    json.dump(found, sys.stdout)


main()
