"""What is wrong with a command line, in sentences, before any of its tasks begins.

invoke would take an option for the value of the one before it, and speak of names in Python.
"""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from invoke import Collection, Program
from invoke.parser import Argument, ParserContext

ANYTHING = frozenset({"-h", "--help", "--complete", "--print-completion-script", "--"})
"""Words with which a command line is invoke's own affair."""

LIST = frozenset({"-l", "--list"})
"""What is said, before any task, to see all tasks, or those of the group that is named behind it."""

NEAR = 0.75
"""How much two words must share for one to be meant by the other; 1: all."""


def require_sound(words: Sequence[str], tasks: Collection) -> None:
    """Go on only if every task, option and value of a command line can be meant.

    Args:
        words: those behind the name of the program.
        tasks: all that there are.

    Raises:
        SystemExit: they cannot, with a sentence for whoever typed them, and for scripts that want JSON.
    """
    if ANYTHING.isdisjoint(words) and (wrong := complaint(words, tasks)):
        if "--json" in words:
            print(json.dumps({"error": wrong}))
        raise SystemExit(f"pydatalab: {wrong}")


def complaint(words: Sequence[str], tasks: Collection) -> str | None:
    """What is wrong with a command line, in sentences; ``None``: nothing."""
    own = _flags(Program().initial_context)
    rest = iter(words)
    task: _Task | None = None
    for word in rest:
        wrong = None
        if task is not None and (word.startswith("-") or task.waiting):
            wrong = task.take(word, rest, own)
        elif word in LIST:
            return None
        elif word.startswith("-"):
            _pass_over(word, rest, own)
        elif word in tasks.task_names or word in _aliases(tasks):
            wrong = task.missing() if task else None
            task = _Task(word, tasks)
        else:
            wrong = _unknown(word, task, tasks)
        if wrong:
            return wrong
    return task.missing() if task else None


class _Task:
    """A task as far as it has been read."""

    def __init__(self, name: str, tasks: Collection) -> None:
        self.name = name
        self._flags = _flags(ParserContext(name, args=tasks[name].get_arguments()))
        self._given: set[str] = set()
        self._positional = [one for one in tasks[name].get_arguments() if one.positional]

    @property
    def waiting(self) -> list[Argument]:
        """What must be said and was not."""
        return [one for one in self._positional if one.name not in self._given]

    def take(self, word: str, rest: Iterator[str], own: Mapping[str, Argument]) -> str | None:
        """Take an option with its value, or a value that stands alone; what is wrong with it."""
        flag, equals, value = word.partition("=")
        if flag in self._flags:
            argument = self._flags[flag]
            self._given.add(str(argument.name))
            if argument.kind is bool:
                return None
            found = value if equals else next(rest, None)
            if found is None or (not equals and self._is_option(found)):
                return f"{flag} of {self.name} needs a value behind it."
            return _not_of_kind(flag, found, argument)
        if word.startswith("--") and flag not in own:
            return self._no_option(flag)
        if word.startswith("-"):
            _pass_over(word, rest, own)
            return None
        self._given.add(str(self.waiting[0].name))
        return None

    def missing(self) -> str | None:
        """What was left out, and how the task is called."""
        if not self.waiting:
            return None
        left = " and ".join(_shown(one) for one in self.waiting)
        needed = " ".join(_shown(one) for one in self._positional)
        return f"{self.name} needs {left}. Call it so: pydatalab {self.name} {needed}"

    def _is_option(self, word: str) -> bool:
        return word.startswith("--") or word in self._flags

    def unexpected(self, word: str) -> str:
        """What is said of a word that stands where none is expected."""
        return f"{self.name} does not know what to do with {word!r}. It knows: {self._options}."

    def _no_option(self, flag: str) -> str:
        near = _near(flag, list(self._flags))
        return f"{self.name} knows no option {flag}. {near}It knows: {self._options}."

    @property
    def _options(self) -> str:
        return ", ".join(sorted(one for one in self._flags if one.startswith("--")))


def _flags(context: ParserContext) -> dict[str, Argument]:
    """The options of a task by all that they are called."""
    arguments = {str(one.name): one for one in context.args.values()}
    found: dict[str, Argument] = {}
    for flag in (*context.flags, *context.flags.aliases):
        found[flag] = context.flags[flag]
    for flag in context.inverse_flags:
        found[flag] = arguments[str(context.flags[context.inverse_flags[flag]].name)]
    return found


def _aliases(tasks: Collection) -> list[str]:
    return [alias for aliases in tasks.task_names.values() for alias in aliases]


def _pass_over(word: str, rest: Iterator[str], own: Mapping[str, Argument]) -> None:
    """Let an option of invoke itself pass, with its value."""
    argument = own.get(word)
    if argument is not None and argument.takes_value and not argument.optional:
        next(rest, None)


def _not_of_kind(flag: str, value: str, argument: Argument) -> str | None:
    if argument.kind is not int:
        return None
    with suppress(ValueError):
        int(value)
        return None
    return f"{flag} takes a whole number, and {value!r} is none."


def _unknown(word: str, task: _Task | None, tasks: Collection) -> str:
    if task is not None:
        return task.unexpected(word)
    names = list(tasks.task_names)
    return f"There is no task {word}. {_near(word, names)}pydatalab --list shows all."


def _near(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, 1, NEAR)
    return f"Is {near[0]} meant? " if near else ""


def _shown(argument: Any) -> str:
    return str(argument.name).replace("_", "-").upper()
