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


@pytest.mark.parametrize(
    ("service", "command"), [("datalab", "gunicorn"), ("datalab-work", "pydatalab")]
)
def test_systemd_understands_the_service_and_it_may_do_little(
    service: str, command: str, tmp_path: Path
):
    program = f"/opt/datalab/pydatalab/.venv/bin/{command}"
    unit = _verified(SYSTEMD / f"{service}.service", program, tmp_path)
    limit = f"--threshold={MOST_EXPOSED}"
    done = subprocess.run(
        [str(ANALYZE), "security", "--offline=true", limit, unit], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()


def test_what_serves_and_what_runs_jobs_may_do_the_same():
    bounds, others = (
        (SYSTEMD / f"{name}.service").read_text().partition("StateDirectory=")[2]
        for name in ("datalab", "datalab-work")
    )
    assert bounds == others


def test_systemd_understands_the_service_of_containers(tmp_path: Path):
    _verified(SYSTEMD / "datalab-containers.service", "/usr/bin/docker", tmp_path)
