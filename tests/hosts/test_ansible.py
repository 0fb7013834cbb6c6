"""The role of Ansible on a fresh Debian, by both ways."""

import os
import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
SETTINGS = {"PYDATALAB_IDENTIFIER_PREFIX": "grey", "MAIL_PASSWORD": 'it\'s $a \\ "b"'}
WAYS: dict[str, dict[str, Any]] = {
    "bare": {},
    "docker": {"datalab_docker_packages": [], "datalab_docker_repository": ""},
}


def test_ansible_lint_finds_nothing(ansible: Path):
    folder = DEPLOY / "ansible"
    environment = {**os.environ, "PATH": f"{ansible}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["ansible-lint", "--offline", "--nocolor"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("way", WAYS)
def test_a_second_run_changes_nothing(way: str, ansible: Path, machine: Path, tmp_path: Path):
    first, second = (_played(way, ansible, machine, tmp_path) for _ in range(2))
    assert first["changed"] > 0
    assert second["changed"] == 0
    assert first["failed"] == second["failed"] == 0
    for service in ("caddy", "datalab" if way == "bare" else "datalab-containers"):
        wanted = machine / "etc/systemd/system/multi-user.target.wants" / f"{service}.service"
        assert wanted.is_symlink(), service
    caddyfile = (machine / "etc/caddy/Caddyfile").read_text()
    assert "lab.university.example {" in caddyfile
    assert re.search("(?<![.])lab.example", caddyfile) is None
    settings = machine / ("etc/datalab/datalab.env" if way == "bare" else "opt/datalab/.env")
    assert "PYDATALAB_APP_URL=https://lab.university.example\n" in settings.read_text()
    read = runpy.run_path(str(DEPLOY / "systemd" / "pydatalab"))["settings_in"]
    assert SETTINGS.items() <= read(settings.read_text()).items()


def _played(way: str, ansible: Path, machine: Path, folder: Path) -> dict[str, int]:
    """What a run of the playbook on a machine counted."""
    host: dict[str, Any] = {
        "ansible_connection": "community.general.chroot",
        "ansible_python_interpreter": "/usr/bin/python3",
        "datalab_way": way,
        "datalab_repository": "/srv/datalab.git",
        "datalab_version": "HEAD",
        "datalab_name": "lab.university.example",
        "datalab_started": False,
        "datalab_settings": SETTINGS,
        **WAYS[way],
    }
    inventory = folder / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"lab": {"hosts": {str(machine): host}}}))
    trusted = dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), CERTIFICATES)
    environment = {**os.environ, **trusted, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_BECOME": "false"}
    done = subprocess.run(
        [ansible / "ansible-playbook", "--inventory", inventory, DEPLOY / "ansible" / "datalab.yml"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    counted = re.search(r"ok=\d+.*", done.stdout)
    assert counted, done.stdout[-4000:] + done.stderr[-4000:]
    assert done.returncode == 0, done.stdout[-4000:]
    return {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", counted[0])}
