"""Who changed what about a person, and when: lines that stand in the person's own document."""

from pydatalab.models.accounts import Deed
from pydatalab.models.people import Person
from pydatalab.models.times import now
from pydatalab.store.query import Document

MOST_KEPT = 200
"""Lines of one person: the oldest go first."""


def noted(
    document: Document, who: Person, did: Deed, before: str | None = None, after: str | None = None
) -> Document:
    """A person's document with one line more; whoever runs the server by hand has no id."""
    line = {
        "at": now(),
        "by": who.immutable_id or None,
        "did": did,
        "before": before,
        "after": after,
    }
    return document | {"history": [*(document.get("history") or []), line][-MOST_KEPT:]}
