"""The console script ``pydatalab``: the tasks of this room, wherever it is called."""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from importlib import import_module
from io import TextIOWrapper
from itertools import takewhile
from typing import Any

from invoke import Collection, Config, Exit, Program

from pydatalab import __version__
from pydatalab.commands.desk import read_or_not
from pydatalab.commands.line import require_sound
from pydatalab.errors import DatalabError

MODULES = ("admin", "config", "dev", "migration")
"""Groups of tasks, each a module of this room; ``serve``, ``demo`` and ``work`` stand without a group."""


HELP = frozenset({"-h", "--help"})


def namespace(groups: Sequence[str] = MODULES) -> Collection:
    """The tasks without a group, and those of some groups."""
    tasks = Collection()
    serving: Any = import_module("pydatalab.commands.serving")
    tasks.add_task(serving.serve)
    tasks.add_task(serving.demo)
    tasks.add_task(serving.work)
    for name in groups:
        tasks.add_collection(
            Collection.from_module(import_module(f"pydatalab.commands.{name}")), name
        )
    for name in tasks.task_names:
        tasks[name].body = _in_a_sentence(tasks[name].body)
        if not HELP.isdisjoint(sys.argv):
            tasks[name].positional = []  # who asks for help leaves out what is required
    return tasks


def _in_a_sentence(body: Callable[..., None]) -> Callable[..., None]:
    """A task that says in one sentence what people can mend, and ends with status 1."""

    @wraps(body)
    def told(*arguments: Any, **named: Any) -> None:
        try:
            body(*arguments, **named)
        except DatalabError as error:
            raise Exit(f"pydatalab: {error.message}", code=1) from error

    return told


class _Settings(Config):
    """invoke's own settings: none from files, so that no file of the working folder changes a task."""

    prefix = "pydatalab_invoke"


class _Program(Program):
    """invoke's program; whether compiled modules are kept, as it forbids, is left to the interpreter."""

    def parse_core(self, argv: list[str] | None) -> None:
        forbidden = sys.dont_write_bytecode
        super().parse_core(argv)
        sys.dont_write_bytecode = forbidden


def main() -> None:
    """Run the task named on the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may not know all letters
    tasks = namespace(() if "serve" in sys.argv[1:2] else MODULES)  # a server starts with no others
    words = _in_one_word(sys.argv, tasks.task_names)
    require_sound(words[1:], tasks)
    program = _Program(
        version=__version__,
        name="pydatalab",
        binary="pydatalab",
        namespace=tasks,
        config_class=_Settings,
    )
    with read_or_not():
        program.run(words)


def _in_one_word(words: Sequence[str], tasks: Iterable[str]) -> list[str]:
    """A command line in which ``config show`` is the task ``config.show``."""
    before = list(takewhile(lambda word: word.startswith("-"), words[1:]))
    group, after = words[1 + len(before) :][:1], words[2 + len(before) :]
    task = ".".join([*group, *after[:1]])
    return [words[0], *before, task, *after[1:]] if task in tasks else list(words)
