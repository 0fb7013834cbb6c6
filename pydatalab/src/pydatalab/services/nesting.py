"""Groups within groups: whoever belongs to a group belongs to all groups that contain it."""

from collections.abc import Iterable

from pydatalab.errors import Conflict
from pydatalab.lab import Lab
from pydatalab.store.query import Document, Is, OneOf, Query

MOST_GROUPS = 10_000


def groups_of(document: Document) -> list[str]:
    """The groups that a person or a group belongs to itself."""
    return [one["immutable_id"] for one in document.get("groups") or []]


def listed(ids: Iterable[str]) -> list[dict[str, str]]:
    """Groups as a person or a group keeps those that it belongs to, each once."""
    return [{"immutable_id": one} for one in dict.fromkeys(ids)]


def with_containing(lab: Lab, ids: Iterable[str]) -> frozenset[str]:
    """These groups and all that contain one of them, through any number of levels."""
    found: set[str] = set()
    waiting = set(ids)
    while waiting:
        found |= waiting
        wanted = Query(
            OneOf("immutable_id", tuple(waiting)), limit=len(waiting), fields=("groups",)
        )
        above = lab.store.groups.find(wanted).documents
        waiting = {one for group in above for one in groups_of(group)} - found
    return frozenset(found)


def contained(lab: Lab, immutable_id: str) -> list[Document]:
    """The groups that stand directly in a group."""
    query = Query(Is("groups.immutable_id", immutable_id), limit=MOST_GROUPS)
    return lab.store.groups.find(query).documents


def with_contained(lab: Lab, immutable_id: str) -> frozenset[str]:
    """A group and all that it contains, through any number of levels."""
    found: set[str] = set()
    waiting = [immutable_id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [group["immutable_id"] for group in contained(lab, one)]
    return frozenset(found)


def require_no_circle(lab: Lab, outer: Document, inner: Document) -> None:
    """Go on only if ``inner`` can stand in ``outer``.

    Raises:
        Conflict: ``outer`` is, or stands in, ``inner``.
    """
    if outer["immutable_id"] == inner["immutable_id"]:
        raise Conflict(f"The group {inner['group_id']} cannot contain itself.")
    if inner["immutable_id"] in with_containing(lab, groups_of(outer)):
        raise Conflict(
            f"The group {outer['group_id']} belongs to {inner['group_id']} already,"
            f" so it cannot contain it."
        )
