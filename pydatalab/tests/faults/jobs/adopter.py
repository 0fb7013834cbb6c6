"""Runs ``pydatalab migration.adopt``, and kills itself at the given command to the database.

Usage: adopter.py <name of a MongoDB command> <which of them> <options of the task …>
"""

import os
import signal
import sys

from pymongo import monitoring

from pydatalab.store.mongo import switching


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


def die_at(name: str, number: int) -> None:
    """Kill this process at the n-th command of a name. Where that gives collections their names, the
    server is taken for one that remembers them."""
    monitoring.register(Killer(name, number))
    if name == "renameCollection":
        switching.names_last = lambda _: True


if __name__ == "__main__":
    die_at(sys.argv[1], int(sys.argv[2]))
    from pydatalab.commands.program import main

    sys.argv = ["pydatalab", "migration.adopt", *sys.argv[3:]]
    main()
