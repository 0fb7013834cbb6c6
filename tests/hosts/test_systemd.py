"""The service of systemd: its form, and what it may do."""

import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "deploy" / "systemd"
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 20
"""Tenths of systemd's measure of exposure, from 0 to 100, above which a service counts as too open."""

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def _verified(unit: Path, program: str, folder: Path) -> Path:
    """The unit as it is, but with a program that is there."""
    copied = folder / unit.name
    copied.write_text(unit.read_text().replace(program, "/bin/true"))
    done = subprocess.run(
        [str(ANALYZE), "verify", copied], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert ours == [] or all("docker.service not found" in line for line in ours), done.stderr
    return copied


def test_systemd_understands_the_service_and_it_may_do_little(tmp_path: Path):
    program = "/opt/datalab/pydatalab/.venv/bin/gunicorn"
    unit = _verified(SYSTEMD / "datalab.service", program, tmp_path)
    limit = f"--threshold={MOST_EXPOSED}"
    done = subprocess.run(
        [str(ANALYZE), "security", "--offline=true", limit, unit], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()


def test_systemd_understands_the_service_of_containers(tmp_path: Path):
    _verified(SYSTEMD / "datalab-containers.service", "/usr/bin/docker", tmp_path)
