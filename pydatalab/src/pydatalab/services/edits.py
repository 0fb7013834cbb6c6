"""Edits: a change of a stored document, made anew where somebody else saves in between."""

from collections.abc import Callable

from pydatalab.errors import Conflict
from pydatalab.models.times import now
from pydatalab.store.port import ScopedTable, Table
from pydatalab.store.query import Document, Is, Scope

Edit = Callable[[Document], Document]

TRIES = 40
"""How often a save is tried anew when somebody else saves in between: more than save at once."""


def edited(
    table: ScopedTable, read: Callable[[], Document], edit: Edit, scope: Scope
) -> tuple[Document, bool]:
    """Apply a change to what ``read`` gives, which must be right on any state of it.

    Returns:
        The document, and whether anything changed.

    Raises:
        Conflict: something unique is taken (``details["field"]``), or others kept saving.
    """
    for _ in range(TRIES):
        before = read()
        after = edit(before)
        if after == before:
            return before, False
        after |= {"edit": before["edit"] + 1, "last_modified": now()}
        try:
            table.replace(after, was=before["edit"], scope=scope)
        except Conflict as lost:
            if lost.details.get("field"):
                raise
            continue
        return after, True
    raise Conflict("Others keep saving this. Try again in a moment.")


def edit_document(
    table: Table, immutable_id: str, edit: Edit, *, counted: bool = True, dated: bool = True
) -> Document:
    """Apply a change, right on any state, to a document that belongs to nobody's scope.

    Args:
        table: where it is.
        immutable_id: which it is.
        edit: gives the changed document, or the same where nothing is to be changed.
        counted: whether this is an edit of it.
        dated: whether it was modified by this.

    Raises:
        NotFound: there is no such document.
        Conflict: something unique is taken (``details["field"]``), or others kept saving.
    """
    for _ in range(TRIES):
        before = table.get(Is("immutable_id", immutable_id))
        after = edit(before)
        if after == before:
            return before
        was = before.get("edit")
        after |= {"last_modified": now()} if dated else {}
        after |= {"edit": (was or 0) + 1} if counted else {}
        try:
            table.replace(after, was=was)
        except Conflict as lost:
            if lost.details.get("field"):
                raise
            continue
        return after
    raise Conflict("Others keep saving this. Try again in a moment.")
