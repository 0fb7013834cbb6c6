"""A whole examination, as far as the lab can be seen: what cannot be is a finding, too."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pydatalab.app import open_lab
from pydatalab.config import Config, read_config
from pydatalab.doctor import (
    addresses,
    backups,
    clock,
    compose,
    database,
    files,
    jobs,
    mail,
    server,
    settings,
    workers,
)
from pydatalab.doctor.findings import Finding, error
from pydatalab.doctor.look import Look
from pydatalab.doctor.machine import this_machine
from pydatalab.errors import DatalabError, Invalid
from pydatalab.lab import Lab
from pydatalab.settings.secrets import without_passwords

Check = Callable[[], Iterable[Finding]]

SUBJECTS = (
    "settings",
    "compose",
    "database",
    "files",
    "workers",
    "server",
    "scheduler",
    "backups",
    "mail",
    "addresses",
    "clock",
)
"""What is looked at, in the order in which it is told."""

INSIDE = frozenset({"files", "workers", "clock", "scheduler", "backups"})
"""Those for which the lab is opened."""


def look_here(compose: str = "", letter_to: str = "") -> Look:
    """The lab of this folder and environment."""
    return Look(
        dict(os.environ), Path(), this_machine(), Path(compose) if compose else None, letter_to
    )


def examine(look: Look, only: Collection[str] = ()) -> list[Finding]:
    """What there is to say, by subject.

    Args:
        look: where the lab runs.
        only: subjects that are looked at; all where none is named.

    Raises:
        Invalid: there is no such subject.
    """
    unknown = set(only) - set(SUBJECTS)
    if unknown:
        raise Invalid(
            f"There is nothing called {unknown.pop()!r}. There are: {', '.join(SUBJECTS)}."
        )
    found = list(_examined(look, frozenset(only or SUBJECTS)))
    return sorted(found, key=lambda one: SUBJECTS.index(one.subject))


def _examined(look: Look, asked: frozenset[str]) -> Iterator[Finding]:
    try:
        config = read_config(look.environment, look.folder)
    except DatalabError as exc:
        refused = list(settings.refused(exc.message))
        yield from _of("settings", lambda: refused)
        yield from _of("compose", lambda: compose.examine(look))
        return
    for subject, check in _outside(look, config):
        if subject in asked:
            yield from _of(subject, check)
    if not asked & {"database", *INSIDE}:
        return
    found, can_be_opened = _database(config)
    if "database" in asked or not can_be_opened:
        yield from _of("database", lambda: found)
    if can_be_opened and asked & INSIDE:
        yield from _inside(look, config, asked)


def _outside(look: Look, config: Config) -> list[tuple[str, Check]]:
    """What shows without opening the lab."""
    return [
        ("settings", lambda: settings.examine(look, config)),
        ("compose", lambda: compose.examine(look)),
        ("files", lambda: files.examine(look, config)),
        ("backups", lambda: backups.examine_plan(config)),
        ("mail", lambda: mail.examine(look, config)),
        ("addresses", lambda: addresses.examine(look, config)),
        ("server", lambda: server.examine(look, config)),
        ("scheduler", lambda: jobs.examine_bell(config)),
        ("clock", lambda: clock.examine(config)),
    ]


def _inside(look: Look, config: Config, asked: frozenset[str]) -> Iterator[Finding]:
    """What only an open lab shows."""
    with ExitStack() as stack:
        opened: list[Lab] = []

        def begin() -> Iterable[Finding]:
            opened.append(stack.enter_context(open_lab(config)))
            return ()

        yield from _of("database", begin)
        for lab in opened:
            for subject, check in _checks(look, config, lab):
                if subject in asked:
                    yield from _of(subject, check)


def _checks(look: Look, config: Config, lab: Lab) -> list[tuple[str, Check]]:
    return [
        ("files", lambda: files.examine_blobs(config, lab)),
        ("workers", lambda: workers.examine(config, lab)),
        ("clock", lambda: clock.examine_lab(lab)),
        ("scheduler", lambda: jobs.examine(config, lab)),
        ("backups", lambda: backups.examine(look, config, lab)),
    ]


def _database(config: Config) -> tuple[list[Finding], bool]:
    """What there is to say of the database, and whether the lab can be opened."""
    try:
        return database.examine(config)
    except Exception as exc:
        return [_not_seen(exc)], False


def _of(subject: str, check: Check) -> Iterator[Finding]:
    """What a check finds; that it fails itself is a finding."""
    try:
        for one in check():
            yield replace(one, subject=subject)
    except Exception as exc:
        yield replace(_not_seen(exc), subject=subject)


def _not_seen(exc: Exception) -> Finding:
    """What is said of a check that failed."""
    if isinstance(exc, DatalabError):
        return error("not-seen", exc.message, "Put that right, and ask the doctor again.")
    said = without_passwords(f"This could not be looked at ({type(exc).__name__}: {exc}).")
    to_do = "Put right what is named above; if nothing is, report this as a fault of datalab."
    return error("not-seen", said, to_do)
