"""Runs ``pydatalab migration.adopt``, and kills itself at the given command to the database.

Usage: adopter.py <name of a MongoDB command> <which of them> <options of the task …>
"""

import os
import signal
import sys

from pymongo import monitoring


class Killer(monitoring.CommandListener):
    """Ends the process as ``kill -9`` does, before the n-th command of a name is sent."""

    def __init__(self, name: str, number: int) -> None:
        self._name, self._left = name, number

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == self._name:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


if __name__ == "__main__":
    monitoring.register(Killer(sys.argv[1], int(sys.argv[2])))
    from pydatalab.commands.program import main

    sys.argv = ["pydatalab", "migration.adopt", *sys.argv[3:]]
    main()
