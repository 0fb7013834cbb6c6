"""The guides to a machine, typed on a fresh Debian as they stand: without containers, and before them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
GUIDES = Path(__file__).parents[2] / "docs" / "how-to"
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
CERTIFICATE = """
mkdir -p /etc/ssl/lab
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=lab \\
  -keyout /etc/ssl/lab/privkey.pem -out /etc/ssl/lab/fullchain.pem
"""
"""Makes one that nobody trusts, where the guide wants it."""

ONLY_ENABLES = """#!/bin/sh
# Nothing runs in this machine: services are enabled, and not started.
[ "$1" = enable ] || exit 0
exec /usr/bin/systemctl enable "$(echo "$*" | sed 's/.* //')"
"""


def _blocks(guide: str, section: str) -> list[str]:
    """The commands of a section, block by block."""
    text = (GUIDES / guide).read_text(encoding="utf-8")
    inside = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", inside, re.DOTALL)
    assert blocks, section
    return [block.replace("<address of the repository>", "/srv/datalab.git") for block in blocks]


def _without_services(machine: Path) -> None:
    """Nothing runs in the machine: services are enabled, and not started."""
    stub = machine / "usr" / "local" / "sbin" / "systemctl"
    stub.write_text(ONLY_ENABLES)
    stub.chmod(0o755)


def _typed(machine: Path, commands: str) -> str:
    done = subprocess.run(
        ["chroot", machine, "sh", "-exc", commands],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_every_command_holds_and_the_service_runs(machine: Path):
    _without_services(machine)
    subprocess.run(["git", "-C", machine / "srv" / "datalab.git", "tag", "v99.0"], check=True)
    for section in TYPED:
        _typed(machine, "".join(_blocks("deploy-bare.md", section)))
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


def test_every_command_for_the_web_server_before_containers_holds(machine: Path):
    _without_services(machine)
    by_caddy, by_nginx, with_files = _blocks("deploy.md", "The web server in front")
    _typed(machine, "apt-get update; apt-get install --yes git openssl")
    _typed(machine, "git clone --quiet /srv/datalab.git /srv/datalab")
    _typed(machine, "cd /srv/datalab\n" + by_caddy)
    _typed(machine, "caddy validate --config /etc/caddy/Caddyfile")
    _typed(machine, CERTIFICATE)
    _typed(machine, "cd /srv/datalab\n" + by_nginx)
    _typed(machine, with_files)
    assert "datalab" in _typed(machine, "id --name --groups www-data").split()
    for place in ("etc/caddy/Caddyfile", "etc/nginx/conf.d/datalab.conf"):
        told = (machine / place).read_text()
        assert "api.lab.university.example" in told
        assert re.search("lab[.]example", told) is None
