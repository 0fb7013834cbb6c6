"""The guide to a machine without containers, typed on a fresh Debian as it stands."""

import json
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "deploy-bare.md"
TYPED = (
    "Install",
    "Settings",
    "Start",
    "The web server",
    "Back up",
    "Upgrade",
    "A machine for jobs",
)
SERVICES = ("datalab", "datalab-work")
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
    **dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), CERTIFICATES),
}
ONLY_ENABLES = """#!/bin/sh
# Nothing runs in this machine: services are enabled, and not started.
[ "$1" = enable ] || exit 0
exec /usr/bin/systemctl enable "$(echo "$*" | sed 's/.* //')"
"""


def _commands(section: str) -> str:
    text = GUIDE.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert blocks, section
    return "".join(blocks).replace("<address of the repository>", "/srv/datalab.git")


def _typed(machine: Path, commands: str) -> str:
    done = subprocess.run(
        ["chroot", machine, "sh", "-exc", commands],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_every_command_holds_and_the_service_runs(machine: Path):
    stub = machine / "usr" / "local" / "sbin" / "systemctl"
    stub.write_text(ONLY_ENABLES)
    stub.chmod(0o755)
    subprocess.run(["git", "-C", machine / "srv" / "datalab.git", "tag", "v99.0"], check=True)
    for section in TYPED:
        _typed(machine, _commands(section))
    for service in SERVICES:
        _typed(machine, f"systemd-analyze verify /etc/systemd/system/{service}.service")
        wanted = machine / "etc/systemd/system/multi-user.target.wants" / f"{service}.service"
        assert wanted.is_symlink(), service
    _typed(machine, "caddy validate --config /etc/caddy/Caddyfile")

    shutil.copy(HERE / "as_systemd.py", machine / "root")
    alone = "ip link set lo up && chroot $0 python3 /root/as_systemd.py"
    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", alone, machine],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["status"] == 200
    assert found["listening"] == ["0100007F:1389"], "127.0.0.1:5001 alone"
    assert "Ada (admin)" in found["command"]
    assert found["ended"] == 0
    assert (machine / "var/lib/datalab").stat().st_mode & 0o077 == 0
