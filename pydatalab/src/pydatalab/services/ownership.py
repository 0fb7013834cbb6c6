"""What belongs to a person or a group, deleted things too, handed to somebody else or let go.

Each item and collection is one write that changes nobody's content and mints no version. What has
been changed is no longer found, so that whoever is interrupted can begin again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.models.derived import (
    DELETED,
    LAB,
    collection_derived,
    group_principal,
    item_derived,
    person_principal,
)
from pydatalab.models.progress import Progress
from pydatalab.store.port import ScopedTable
from pydatalab.store.query import EVERYTHING, Condition, Document, Is, Query, Scope

AT_ONCE = 200
"""Documents that are read together."""

Derive = Callable[[Mapping[str, Any]], dict[str, Any]]


def count_of_person(lab: Lab, person_id: str) -> tuple[int, int]:
    """How many items and collections a person is a creator of."""
    return _count(lab, _scope(person_principal(person_id)))


def count_of_groups(lab: Lab, group_ids: Iterable[str]) -> tuple[int, int]:
    """How many items and collections are shared with any of these groups."""
    return _count(lab, _scope(*map(group_principal, group_ids)))


def _count(lab: Lab, scope: Scope) -> tuple[int, int]:
    return (
        lab.store.items.count(EVERYTHING, scope=scope),
        lab.store.collections.count(EVERYTHING, scope=scope),
    )


def replace_person(lab: Lab, gone: str, kept: str, progress: Progress) -> int:
    """Let one person be creator of all that another is, in the same place; of how much."""

    def handed_over(document: Document) -> Document:
        ids = [kept if one == gone else one for one in document.get("creator_ids") or []]
        return document | {"creator_ids": list(dict.fromkeys(ids))}

    done = _change_all(lab, _scope(person_principal(gone)), handed_over, progress)
    deleted = Scope(frozenset({DELETED + LAB}))
    _change_all(
        lab, deleted, lambda one: one | {"deleted_by": kept}, progress, Is("deleted_by", gone)
    )
    return done


def replace_group(lab: Lab, gone: str, progress: Progress) -> int:
    """Share nothing with a group any more; how much was."""

    def let_go(document: Document) -> Document:
        return document | {"group_ids": [one for one in document["group_ids"] if one != gone]}

    return _change_all(lab, _scope(group_principal(gone)), let_go, progress)


def _change_all(
    lab: Lab,
    scope: Scope,
    change: Callable[[Document], Document],
    progress: Progress,
    where: Condition = EVERYTHING,
) -> int:
    """Change all items and collections of a scope until none is found any more."""
    tables: tuple[tuple[ScopedTable, Derive], ...] = (
        (lab.store.items, item_derived),
        (lab.store.collections, collection_derived),
    )
    total = sum(table.count(where, scope=scope) for table, _ in tables)
    done = 0
    for table, derive in tables:
        for document in _all(table, scope, where):
            progress.tell("Changing items and collections", done, total)
            done += _changed(table, scope, document, change, derive)
    return done


def _all(table: ScopedTable, scope: Scope, where: Condition) -> Iterator[Document]:
    """All that is found, until nothing is: whoever takes one changes it so that it no longer is."""
    while found := table.find(Query(where, limit=AT_ONCE), scope=scope).documents:
        yield from found


def _changed(
    table: ScopedTable,
    scope: Scope,
    document: Document,
    change: Callable[[Document], Document],
    derive: Derive,
) -> bool:
    """Write one; not where somebody else just did: it is found again."""
    changed = change(document)
    derived = document["derived"] | derive(changed)
    changed |= {"derived": derived, "edit": document["edit"] + 1}
    with suppress(Conflict):
        table.replace(changed, was=document["edit"], scope=scope)
        return True
    return False


def _scope(*principals: str) -> Scope:
    """What any of these own or see, deleted things too."""
    return Scope(frozenset({*principals, *(DELETED + one for one in principals)}))
