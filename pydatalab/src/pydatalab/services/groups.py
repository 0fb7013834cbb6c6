"""Groups of people, to share with."""

from collections.abc import Iterable
from typing import Any

from pydatalab.errors import Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.models.folding import folded
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.people import GroupChange, NewGroup, Person
from pydatalab.models.times import now
from pydatalab.services import access, people
from pydatalab.store.query import Document, Is, OneOf, Query

MOST_GROUPS = 10_000


def find_groups(lab: Lab, words: str = "", *, limit: int = 100) -> list[Document]:
    """Groups whose id, name or description has all of these words; by name."""
    parts = folded(words).split()
    everyone = lab.store.groups.find(Query(limit=MOST_GROUPS)).documents
    found = [one for one in everyone if all(part in _searched(one) for part in parts)]
    return sorted(found, key=lambda one: folded(one.get("display_name") or ""))[:limit]


def _searched(group: Document) -> str:
    return folded(
        " ".join(group.get(name) or "" for name in ("group_id", "display_name", "description"))
    )


def get_group(lab: Lab, group_id: str) -> Document:
    """The group of this ``group_id`` or ``immutable_id``.

    Raises:
        NotFound: there is none.
    """
    for field in ("group_id", "immutable_id"):
        found = lab.store.groups.find(Query(Is(field, group_id), limit=1)).documents
        if found:
            return found[0]
    raise NotFound(f"There is no group {group_id}.")


def add_group(lab: Lab, who: Person, new: NewGroup) -> Document:
    """Make a group.

    Raises:
        Forbidden: ``who`` is no administrator.
        Conflict: its id is taken.
        NotFound: a manager is unknown.
    """
    access.require_admin(who)
    for manager in new.managers:
        lab.store.people.get(Is("immutable_id", manager))
    document: Document = {
        "type": "groups",
        "immutable_id": new_object_id(),
        **new.model_dump(mode="json"),
        "last_modified": now(),
        "edit": 1,
    }
    try:
        lab.store.groups.add(document)
    except Conflict:
        raise Conflict(f"There is a group {new.group_id} already.") from None
    return document


def change_group(lab: Lab, who: Person, group_id: str, change: GroupChange) -> Document:
    """Change what a group is called; an absent field is kept."""
    access.require_admin(who)
    document = get_group(lab, group_id)
    fields = {
        name: value
        for name, value in change.model_dump(mode="json", exclude_unset=True).items()
        if value is not None or name == "description"
    }
    for manager in fields.get("managers", ()):
        lab.store.people.get(Is("immutable_id", manager))
    was = document.get("edit")
    changed = document | fields | {"last_modified": now(), "edit": (was or 0) + 1}
    lab.store.groups.replace(changed, was=was)
    return changed


def remove_group(lab: Lab, who: Person, group_id: str) -> None:
    """Remove a group from its members and for good; items named with it are seen by it no more."""
    access.require_admin(who)
    document = get_group(lab, group_id)
    for member in members(lab, document["immutable_id"]):
        _set_groups(lab, member, [g for g in _group_ids(member) if g != document["immutable_id"]])
    lab.store.groups.remove(Is("immutable_id", document["immutable_id"]))


def members(lab: Lab, immutable_id: str) -> list[Document]:
    """Who belongs to a group."""
    return lab.store.people.find(
        Query(Is("groups.immutable_id", immutable_id), limit=10_000)
    ).documents


def add_member(lab: Lab, who: Person, group_id: str, person_id: str) -> bool:
    """Add a person to a group; whether they were new to it."""
    access.require_admin(who)
    group = get_group(lab, group_id)
    person = lab.store.people.get(Is("immutable_id", person_id))
    ids = _group_ids(person)
    if group["immutable_id"] in ids:
        return False
    _set_groups(lab, person, [*ids, group["immutable_id"]])
    return True


def remove_member(lab: Lab, who: Person, group_id: str, person_id: str) -> bool:
    """Take a person out of a group; whether they were in it."""
    access.require_admin(who)
    group = get_group(lab, group_id)
    person = lab.store.people.get(Is("immutable_id", person_id))
    ids = _group_ids(person)
    if group["immutable_id"] not in ids:
        return False
    _set_groups(lab, person, [one for one in ids if one != group["immutable_id"]])
    return True


def _group_ids(person: Document) -> list[str]:
    return [group["immutable_id"] for group in person.get("groups") or []]


def _set_groups(lab: Lab, person: Document, ids: list[str]) -> None:
    was = person.get("edit")
    groups = [{"immutable_id": one} for one in ids]
    lab.store.people.replace(person | {"groups": groups, "edit": (was or 0) + 1}, was=was)


def summaries(lab: Lab, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Groups by id, as they are named beside an item."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return {}
    found = lab.store.groups.find(Query(OneOf("immutable_id", wanted), limit=len(wanted)))
    return {one["immutable_id"]: summary(one) for one in found.documents}


def summary(group: Document) -> dict[str, Any]:
    """A group as named beside an item."""
    return {
        "immutable_id": group["immutable_id"],
        "display_name": group.get("display_name") or group["group_id"],
        "group_id": group["group_id"],
    }


def in_full(lab: Lab, group: Document) -> dict[str, Any]:
    """A group with its members and managers named."""
    managers = people.summaries(lab, group.get("managers") or [])
    return summary(group) | {
        "description": group.get("description"),
        "managers": list(managers.values()),
        "members": [people.summary(one) for one in members(lab, group["immutable_id"])],
    }
