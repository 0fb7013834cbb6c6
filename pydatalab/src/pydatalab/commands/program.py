"""The console script ``pydatalab``: the tasks of this room, wherever it is called."""

import sys
from importlib import import_module
from typing import Any

from invoke import Collection, Config, Program

from pydatalab import __version__

MODULES = ("admin", "dev")
"""Groups of tasks, each a module of this room; ``serve`` and ``demo`` stand without a group."""


def namespace() -> Collection:
    """All tasks."""
    tasks = Collection()
    serving: Any = import_module("pydatalab.commands.serving")
    tasks.add_task(serving.serve)
    tasks.add_task(serving.demo)
    for name in MODULES:
        tasks.add_collection(
            Collection.from_module(import_module(f"pydatalab.commands.{name}")), name
        )
    return tasks


class _Settings(Config):
    """invoke's own settings: none from files, so that no file of the working folder changes a task."""

    prefix = "pydatalab_invoke"


def main() -> None:
    """Run the task named on the command line; errors that people can mend are one sentence."""
    program = Program(
        version=__version__,
        name="pydatalab",
        binary="pydatalab",
        namespace=namespace(),
        config_class=_Settings,
    )
    from pydatalab.errors import DatalabError

    try:
        program.run()
    except DatalabError as error:
        print(f"pydatalab: {error.message}", file=sys.stderr)
        sys.exit(1)
