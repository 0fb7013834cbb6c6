"""Numbered steps from what documents held once to what they hold now.

A step is a module of its own, ``step_0002_<what it does>.py`` with a ``STEP``, named in ``STEPS``. It
is applied to the documents of a lab when a newer datalab starts, and to those of an older archive
when that is restored.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

FIRST = 1
"""Version of what documents held before there were steps."""


@dataclass(frozen=True)
class Step:
    """One change of what documents hold."""

    number: int
    """Version that documents have after it."""

    does: str
    """What it changes, for the log: ``keep masses in grams``."""

    changed: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
    """``changed(kind, document)``: the document as it is to be, a new one where anything differs. It is
    repeatable: what it made stays as it is when it comes again, since an upgrade that was killed does."""


STEPS: tuple[Step, ...] = ()
"""All there are, by their numbers, which begin at 2 and leave none out."""


def newest() -> int:
    """Version of what documents hold now."""
    return STEPS[-1].number if STEPS else FIRST


def steps_from(version: int) -> tuple[Step, ...]:
    """The steps that documents of a version lack."""
    return tuple(step for step in STEPS if step.number > version)


def brought_up(kind: str, document: Document, steps: Iterable[Step]) -> Document:
    """A document as it is after some steps; the very same where nothing is to be changed."""
    new: Mapping[str, Any] = document
    for step in steps:
        new = step.changed(kind, new)
    return document if new == document else dict(new)
