"""Brings what an older datalab wrote to the versions of this one, when the lab is opened.

A backup comes first. Then each numbered step is applied to all documents; an upgrade that was killed
is completed by the next start, from the same backup. Servers that start together do it once.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from pydatalab import __version__
from pydatalab.errors import Conflict, NotFound
from pydatalab.jobs.leases import lease
from pydatalab.lab import Lab
from pydatalab.models.steps import Step, brought_up, newest, steps_from
from pydatalab.store.fresh import is_fresh
from pydatalab.store.kinds import KINDS, Kind
from pydatalab.store.port import Store
from pydatalab.store.query import Document, Scope
from pydatalab.store.versions import Versions, current

log = logging.getLogger(__name__)

LEASE = "upgrade"
SECONDS = 20.0
"""How long a server that died on another machine is waited for."""

TRIED_EVERY = 0.5
LOOKS = 5
"""How often documents are followed that somebody saves meanwhile."""

AT_ONCE = 500

Keep = Callable[[Versions], Path]
"""Makes the backup of a lab whose documents are of these versions, and says where it lies."""


def upgrade(lab: Lab, keep: Keep) -> Versions | None:
    """Bring a lab to the versions of this datalab; what it was of, if it was of others.

    Raises:
        Unavailable: the backup cannot be made; nothing has changed.
        Conflict: an older server goes on writing.
    """
    if lab.store.read_versions().is_of(lab.store.layout):
        return None
    with _alone(lab):
        found = lab.store.read_versions()
        if found.is_of(lab.store.layout):
            return None
        _bring_up(lab.store, _begun(lab, found, keep))
    return found


def _begun(lab: Lab, found: Versions, keep: Keep) -> Versions:
    """The versions that a database is of once its upgrade has begun: from then on, older ones refuse it."""
    if found.unfinished_from is None:
        first, kept = found.documents, _kept(lab, found, keep)
    else:
        first, kept = found.unfinished_from, found.kept
        log.warning("An upgrade was interrupted. It goes on; the backup is %s.", kept)
    lab.store.lay_out()
    begun = replace(current(lab.store.layout), unfinished_from=first, kept=kept)
    lab.store.record_versions(begun)
    return begun


def _kept(lab: Lab, found: Versions, keep: Keep) -> str | None:
    """Where the backup of a lab lies that was made now; one without documents needs none."""
    with lab.store.snapshot() as snapshot:
        if is_fresh(snapshot):
            return None
    path = keep(found)
    log.warning("This is how the lab was before the upgrade: %s", path)
    return str(path)


def _bring_up(store: Store, begun: Versions) -> None:
    """Apply the steps that are missing to all documents."""
    steps = steps_from(begun.unfinished_from or newest())
    for step in steps:
        log.warning("Upgrading the documents to version %d: %s.", step.number, step.does)
    if steps:
        _apply(store, steps)
    store.record_versions(replace(begun, unfinished_from=None))
    log.warning("The lab is upgraded to datalab %s.", __version__)


def _apply(store: Store, steps: Sequence[Step]) -> None:
    """Apply steps until no document differs that nobody else was at.

    Raises:
        Conflict: an older server goes on writing.
    """
    for _ in range(LOOKS):
        with store.snapshot() as snapshot:
            refused = sum(
                _write(store, kind, snapshot.documents(kind.name), steps) for kind in KINDS
            )
        if not refused:
            return
    raise Conflict("An older server goes on writing to the database. Stop it, and start again.")


def _write(store: Store, kind: Kind, documents: Iterator[Document], steps: Sequence[Step]) -> int:
    """Write the documents of a kind that a step changes; how many somebody else was at."""
    changed = (
        (old, new) for old in documents if (new := brought_up(kind.name, old, steps)) is not old
    )
    refused = 0
    while some := list(islice(changed, AT_ONCE)):
        refused += sum(became is not None for became in _replaced(store, kind, some))
    return refused


def _replaced(
    store: Store, kind: Kind, changed: Sequence[tuple[Document, Document]]
) -> Sequence[Conflict | NotFound | None]:
    """Write documents in the place of old ones; what became of each."""
    if not kind.scoped:
        return store.plain[kind.name].put_all([new for _, new in changed])
    edits = [old["edit"] for old, _ in changed]
    raised = [new | {"edit": old["edit"] + 1} for old, new in changed]
    return store.scoped[kind.name].replace_all(raised, was=edits, scope=Scope.all())


@contextmanager
def _alone(lab: Lab) -> Iterator[None]:
    """Be the only one that upgrades, until the end of the block; others are waited for."""
    handle = os.open(lab.folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with ExitStack() as until_done:
            if lab.store.is_shared:
                _enter(until_done, lab.store)
            yield
    finally:
        os.close(handle)


def _enter(until_done: ExitStack, store: Store) -> None:
    """Hold the lease, as soon as no server on another machine does."""
    said = False
    while True:
        try:
            until_done.enter_context(lease(store, LEASE, seconds=SECONDS))
            return
        except Conflict as other:
            if not said:
                log.warning("Another server upgrades the lab: it is waited for. %s", other)
            said = True
        time.sleep(TRIED_EVERY)
