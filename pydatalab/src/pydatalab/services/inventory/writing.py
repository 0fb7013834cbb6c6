"""Writes what was planned, some containers at a time, so that it can be killed at any moment.

The order of writes makes an interrupted import harmless: before anything else the record that can
undo it; the row of a new item before the item, so that the next import knows whose it was; but an
item that changes before its row, so that the row never says that something was done which was not.
"""

from collections.abc import Sequence

from pydatalab.errors import Unavailable
from pydatalab.lab import Lab
from pydatalab.models.times import now
from pydatalab.services import access, versions
from pydatalab.services.inventory.planning import Step
from pydatalab.store.query import Document

AGENT = "datalab inventory"
"""What versions that an inventory wrote say who wrote them."""


def write(lab: Lab, steps: Sequence[Step], person_id: str | None) -> list[Step]:
    """Write what these steps make and change; those that somebody else's save came before."""
    new = [step for step in steps if step.item is not None and step.before is None]
    changed = [step for step in steps if step.item is not None and step.before is not None]
    _put_rows(lab, new)
    lost = _add(lab, new, person_id) + _replace(lab, changed, person_id)
    done = {id(step) for step in (*new, *lost)}
    _put_rows(lab, [step for step in steps if id(step) not in done])
    return lost


def _add(lab: Lab, steps: Sequence[Step], person_id: str | None) -> list[Step]:
    documents = _documents(steps)
    if not documents:
        return []
    became = lab.store.items.add_all(documents)
    made = [one for one, conflict in zip(documents, became, strict=True) if conflict is None]
    versions.keep_all(lab, made, person_id, "created", AGENT)
    return [step for step, conflict in zip(steps, became, strict=True) if conflict]


def _replace(lab: Lab, steps: Sequence[Step], person_id: str | None) -> list[Step]:
    pairs = [(one.before, one.item) for one in steps if one.before and one.item]
    if not pairs:
        return []
    documents = [_numbered(lab, before, after) for before, after in pairs]
    edits = [before["edit"] for before, _ in pairs]
    became = lab.store.items.replace_all(documents, was=edits, scope=access.ALL_SHOWN)
    saved = [one for one, conflict in zip(documents, became, strict=True) if conflict is None]
    versions.keep_all(lab, saved, person_id, "agent_save", AGENT)
    return [step for step, conflict in zip(steps, became, strict=True) if conflict]


def _numbered(lab: Lab, before: Document, after: Document) -> Document:
    """A changed item as its next version."""
    number = versions.number_for(lab, before, access.OPERATOR, "agent_save")
    return after | {"version": number, "edit": before["edit"] + 1, "last_modified": now()}


def _documents(steps: Sequence[Step]) -> list[Document]:
    return [step.item for step in steps if step.item is not None]


def _put_rows(lab: Lab, steps: Sequence[Step]) -> None:
    rows = [step.row for step in steps if step.row is not None]
    for conflict in lab.store.inventory_rows.put_all(rows) if rows else ():
        if conflict:
            raise Unavailable("Another import of this inventory came in between. Run it again.")
