"""What ``make`` offers to somebody who has nothing but the repository."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WANTED = {"run", "demo", "test", "check", "bench", "setup"}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_lists_what_there_is():
    done = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True)
    listed = dict(re.findall(r"^make (\S+)\s+(\S.*)$", done.stdout, re.MULTILINE))
    assert listed.keys() >= WANTED


def test_every_submission_runs_the_whole_suite():
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
