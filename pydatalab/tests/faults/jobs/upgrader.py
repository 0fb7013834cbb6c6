"""Opens the lab of the environment's settings as the datalab of tomorrow, and kills itself on the way.

Usage: upgrader.py <how many portions of documents are written before, or 0 for never>
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "migrations"))

from upgrading import TOMORROW

from pydatalab.app import log_to, open_lab
from pydatalab.config import read_config
from pydatalab.migrations import upgrade
from pydatalab.models import steps


def dying_after(portions: int) -> None:
    """End the process as ``kill -9`` does, once so many portions are written."""
    write, left = upgrade._replaced, portions

    def counted(*arguments: Any) -> Any:
        nonlocal left
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return write(*arguments)

    upgrade._replaced = counted


if __name__ == "__main__":
    steps.STEPS = TOMORROW
    upgrade.AT_ONCE = 5
    if int(sys.argv[1]):
        dying_after(int(sys.argv[1]))
    config = read_config()
    log_to(config)
    with open_lab(config):
        pass
