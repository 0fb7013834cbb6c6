"""The clock: against the file system's, the database's, and what was written before."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydatalab.config import Config
from pydatalab.databases import database_clock_ahead
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.settings import places_of
from pydatalab.errors import Invalid, Unavailable
from pydatalab.lab import Lab
from pydatalab.models.times import as_text
from pydatalab.store.query import EVERYTHING, Query

APART = 30.0
"""Seconds that two clocks may differ by."""

BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this there was no datalab like this."""

TO_DO = "Let both machines follow one time server (`timedatectl set-ntp true`)."


def examine(config: Config) -> Iterator[Finding]:
    """Against the clocks of the database and of file systems, which may be other machines'."""
    if datetime.now(UTC) < BUILT:
        yield error("clock-wrong", f"The clock says {as_text(datetime.now(UTC))[:19]} UTC.", TO_DO)
    with suppress(Unavailable, Invalid):  # said with the database
        by = database_clock_ahead(config)
        if abs(by) > APART:
            yield warning(
                "clock-of-database",
                f"The clock of MongoDB's server is {by:+.0f} s off ours.",
                TO_DO,
            )
    apart = {place: _apart_from(place) for place in set(places_of(config).values())}
    wrong = {place: by for place, by in apart.items() if by is not None and abs(by) > APART}
    if wrong:
        said = ", ".join(f"{place} {by:+.0f} s" for place, by in sorted(wrong.items()))
        yield warning("clock-of-files", f"Clocks of file systems are off ours: {said}.", TO_DO)
    if not wrong:
        yield ok(
            "clock", f"The clock agrees with the file systems' ({time.strftime('%H:%M:%S %Z')})."
        )


def examine_lab(lab: Lab) -> Iterator[Finding]:
    """Against what was written before: schedules that are done up to a time that is to come."""
    now = as_text(datetime.now(UTC))
    marks = lab.store.schedules.find(Query(EVERYTHING, limit=500)).documents
    ahead = [one for one in marks if one["made_to"] > now]
    if ahead:
        latest = max(str(one["made_to"]) for one in ahead)
        yield warning(
            "clock-set-back",
            f"The clock was set back: jobs were made up to {latest[:19]} UTC already.",
            "Nothing is lost: schedules go on from now when the server next looks. " + TO_DO,
        )


def _apart_from(place: Path) -> float | None:
    """By how many seconds a folder's clock is ahead; none where nothing can be written."""
    if not place.is_dir():
        return None
    try:
        with tempfile.TemporaryFile(dir=place) as trial:
            before = time.time()
            trial.write(b"x")
            trial.flush()
            written, after = os.fstat(trial.fileno()).st_mtime, time.time()
    except OSError:
        return None
    return written - (before + after) / 2
