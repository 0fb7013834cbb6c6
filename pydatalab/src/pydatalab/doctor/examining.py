"""A whole examination, as far as the lab can be seen: what cannot be is a finding, too."""

import os
from collections.abc import Callable, Iterable, Iterator
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
from pydatalab.errors import DatalabError
from pydatalab.lab import Lab

Check = Callable[[], Iterable[Finding]]


def look_here(compose: str = "", letter_to: str = "") -> Look:
    """The lab of this folder and environment."""
    return Look(
        dict(os.environ), Path(), this_machine(), Path(compose) if compose else None, letter_to
    )


def examine(look: Look) -> list[Finding]:
    """All that there is to say, by subject."""
    try:
        config = read_config(look.environment, look.folder)
    except DatalabError as exc:
        refused = list(settings.refused(exc.message))
        checks: list[tuple[str, Check]] = [
            ("Settings", lambda: refused),
            ("Compose file", lambda: compose.examine(look)),
            ("Server", lambda: server.examine(look)),
        ]
        return [one for subject, check in checks for one in _of(subject, check)]
    return list(_with_settings(look, config))


def _with_settings(look: Look, config: Config) -> Iterator[Finding]:
    yield from _of("Settings", lambda: settings.examine(look, config))
    yield from _of("Compose file", lambda: compose.examine(look))
    found, can_be_opened = database.examine(config)
    yield from _of("Database", lambda: found)
    yield from _of("Files", lambda: files.examine(look, config))
    yield from _of("Mail", lambda: mail.examine(look, config))
    yield from _of("Addresses", lambda: addresses.examine(look, config))
    yield from _of("Server", lambda: server.examine(look))
    yield from _of("Clock", lambda: clock.examine(config))
    if can_be_opened:
        yield from _of("Lab", lambda: _opened(look, config))


def _opened(look: Look, config: Config) -> Iterator[Finding]:
    """What only an open lab shows; each finding with its own subject."""
    with ExitStack() as stack:
        lab = stack.enter_context(open_lab(config))
        for subject, check in _checks(look, config, lab):
            yield from _of(subject, check)


def _checks(look: Look, config: Config, lab: Lab) -> list[tuple[str, Check]]:
    return [
        ("Files", lambda: files.examine_blobs(lab)),
        ("Workers", lambda: workers.examine(config, lab)),
        ("Clock", lambda: clock.examine_lab(lab)),
        ("Scheduler", lambda: jobs.examine(config, lab)),
        ("Backups", lambda: backups.examine(look, config, lab)),
    ]


def _of(subject: str, check: Check) -> Iterator[Finding]:
    """What a check finds; that it fails itself is a finding."""
    try:
        for one in check():
            yield one if one.subject else replace(one, subject=subject)
    except DatalabError as exc:
        yield replace(
            error("not-seen", exc.message, "Put that right, and ask the doctor again."),
            subject=subject,
        )
    except Exception as exc:
        said = f"This could not be looked at ({type(exc).__name__}: {exc})."
        yield replace(
            error(
                "not-seen",
                said,
                "Put right what is named above; if nothing is, report this as a fault of datalab.",
            ),
            subject=subject,
        )
