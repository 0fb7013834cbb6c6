"""What ``make`` offers to somebody who has nothing but the repository."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAMP = "pydatalab/.stamps/dev"
WANTED = {"run", "demo", "test", "check", "bench", "setup"}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_lists_what_there_is():
    done = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True)
    listed = dict(re.findall(r"^make (\S+)\s+(\S.*)$", done.stdout, re.MULTILINE))
    assert listed.keys() >= WANTED


def test_every_submission_runs_the_whole_suite():
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(("again", "status"), [("passes", 0), ("fails", 1)])
def test_where_submissions_are_checked_what_failed_has_a_second_try(
    tmp_path: Path, again: str, status: int
):
    """In a folder whose one test fails first, and then passes or fails."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text(
        "from pathlib import Path\n"
        "def test_it():\n"
        "    tried = Path('tries').exists() and Path('tries').read_text()\n"
        "    Path('tries').write_text(f'{tried or str()}x')\n"
        f"    assert tried and {again!r} == 'passes'\n"
    )
    command = _first_command("test-python").removeprefix("cd pydatalab && ")
    command = command.replace(".venv/bin/pytest", f"{sys.executable} -m pytest")
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == status
    assert (tmp_path / "tries").read_text() == "xx"


def _first_command(target: str) -> str:
    """What make would do first for a target that depends on nothing, where submissions are checked."""
    done = subprocess.run(
        ["make", "-C", ROOT, "--no-print-directory", "--dry-run", "--assume-old", STAMP, target, "CI=1"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[0]
