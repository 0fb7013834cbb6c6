"""Edits: a change of a stored document, made anew where somebody else saves in between."""

from collections.abc import Callable

from pydatalab.errors import Conflict
from pydatalab.models.times import now
from pydatalab.store.port import ScopedTable
from pydatalab.store.query import Document, Scope

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
