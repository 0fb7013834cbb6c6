"""Who does what only one may do at a time, over all processes and servers."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from pydatalab.errors import Conflict, DatalabError, NotFound
from pydatalab.jobs.processes import has_died, process_now
from pydatalab.jobs.queue import this_process
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import as_text, now
from pydatalab.store.port import Store
from pydatalab.store.query import Document, Every, Is, Query

RENEWALS = 3
"""How often a lease is renewed within the time that it lasts."""


@contextmanager
def lease(store: Store, name: str, *, seconds: float = 30) -> Iterator[None]:
    """Hold the lease of this name until the end of the block; a thread renews it meanwhile.

    A holder that died lets go at once where that can be seen from here. Elsewhere it lets go by not
    renewing: whoever comes when the lease has run out by the clock first looks whether it is
    renewed after all, since clocks are set forward and back.

    Args:
        store: the lab's documents.
        name: what only one may do: ``backup daily``.
        seconds: how long the lease outlives a holder that died: less than it takes a runner to see that,
            so that a job which is begun again finds it free.

    Raises:
        Conflict: somebody holds it; the message says who, and since when.
    """
    held = _taken(store, name, seconds)
    over = threading.Event()
    renewal = threading.Thread(
        target=_renew, args=(store, held, seconds, over), name=f"lease {name}", daemon=True
    )
    renewal.start()
    try:
        yield
    finally:
        over.set()
        renewal.join()
        with suppress(DatalabError):  # it runs out by itself
            store.leases.remove(_mine(held))


def holder_of(store: Store, name: str) -> Document | None:
    """Who holds a lease, and since when: ``holder``, ``since``; nobody if it ran out."""
    found = store.leases.find(Query(Is("name", name), limit=1)).documents
    return found[0] if found and found[0]["expires_at"] > now() else None


def _taken(store: Store, name: str, seconds: float) -> Document:
    """The new lease, in the place of one that ran out."""
    new: Document = {
        "immutable_id": new_object_id(),
        "edit": 1,
        "name": name,
        "holder": this_process(),
        "process": process_now(os.getpid()),
        "since": now(),
        "expires_at": _in(seconds),
    }
    try:
        store.leases.add(new)
    except Conflict:
        with suppress(NotFound):
            _outlast(store, store.leases.get(Is("name", name)), seconds)
        return _taken(store, name, seconds)
    return new


def _outlast(store: Store, other: Document, seconds: float) -> None:
    """Remove a lease that ran out and is not renewed any more, or whose holder is known to be dead.

    Raises:
        Conflict: it did not, or it is.
    """
    if has_died(other.get("process")):
        if store.leases.remove(_mine(other)):
            return
    elif other["expires_at"] > _in(
        seconds
    ):  # the clock was set back: let it run out by the new one
        with suppress(Conflict, NotFound):
            _put_off(store, other, seconds)
    elif other["expires_at"] <= now():
        time.sleep(seconds / RENEWALS * 1.5)
        as_it_was = Every((_mine(other), Is("edit", other["edit"])))
        if store.leases.remove(as_it_was):
            return
    raise Conflict(
        f"{other['holder']} is at this ({other['name']}) since {other['since'][:19]} UTC."
        " Try again when it has finished."
    )


def _renew(store: Store, held: Document, seconds: float, over: threading.Event) -> None:
    while not over.wait(seconds / RENEWALS):
        with suppress(DatalabError):  # the next renewal is soon enough
            _put_off(store, store.leases.get(_mine(held)), seconds)


def _put_off(store: Store, held: Document, seconds: float) -> None:
    """Let a lease last so long from now."""
    later = held | {"expires_at": _in(seconds), "edit": held["edit"] + 1}
    store.leases.replace(later, was=held["edit"])


def _mine(held: Document) -> Is:
    return Is("immutable_id", held["immutable_id"])


def _in(seconds: float) -> str:
    return as_text(datetime.now(UTC) + timedelta(seconds=seconds))
