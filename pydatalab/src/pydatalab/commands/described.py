"""What is made from descriptions of shapes, which no other process reads."""

import os
import subprocess
import sys

from pydatalab.models.described import VARIABLE


def printed_by(module: str) -> str:
    """What a module prints in a process of its own, with all described from the first import on."""
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-m", module],
        env={**os.environ, VARIABLE: "1"},
        capture_output=True,
        check=True,
    )
    return made.stdout.decode()
