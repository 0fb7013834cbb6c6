"""Groups of people, to share with."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pydatalab.errors import Conflict, Forbidden, NotFound
from pydatalab.lab import Lab
from pydatalab.models.folding import folded
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.people import GroupChange, NewGroup, Person
from pydatalab.models.progress import Progress, Silent
from pydatalab.models.times import now
from pydatalab.services import access, histories, nesting, ownership, people
from pydatalab.services.edits import edit_document
from pydatalab.store.query import Document, Is, OneOf, Query

MOST_GROUPS = 10_000

SILENT = Silent()

ADMINISTERED = ("group_id", "managers")
"""What administrators alone change about a group."""


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


def group_called(lab: Lab, said: str) -> Document:
    """The group of this id or name, however the name is capitalised.

    Raises:
        NotFound: there is none.
        Conflict: several are called so; their ids are named.
    """
    said = said.strip()
    with suppress(NotFound):
        return get_group(lab, said)
    everyone = lab.store.groups.find(Query(limit=MOST_GROUPS)).documents
    called = [one for one in everyone if folded(one.get("display_name") or "") == folded(said)]
    if not called:
        raise NotFound(f"There is no group {said}.")
    if len(called) > 1:
        known = ", ".join(one["group_id"] for one in called)
        raise Conflict(f"Several groups are called {said}. Say which, by id: {known}.")
    return called[0]


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
    """Change what a group is called; an absent field is kept.

    Raises:
        Forbidden: ``who`` neither administers the lab nor manages the group; or is only its manager,
            and this changes its id or who manages it.
        NotFound: there is no such group, or manager.
        Conflict: its new id is taken.
    """
    document = get_group(lab, group_id)
    require_manager(who, document)
    fields = {
        name: value
        for name, value in change.model_dump(mode="json", exclude_unset=True).items()
        if value is not None or name == "description"
    }
    if any(fields.get(name, document.get(name)) != document.get(name) for name in ADMINISTERED):
        access.require_admin(who)
    for manager in fields.get("managers", ()):
        lab.store.people.get(Is("immutable_id", manager))
    try:
        return edit_document(lab.store.groups, document["immutable_id"], lambda one: one | fields)
    except Conflict as lost:
        if lost.details.get("field"):
            raise Conflict(f"There is a group {fields['group_id']} already.") from None
        raise


def require_manager(who: Person, group: Document) -> None:
    """Go on only for those who may say who belongs to a group.

    Raises:
        Forbidden: ``who`` neither administers the lab nor manages the group.
    """
    if not who.is_admin and who.immutable_id not in (group.get("managers") or []):
        raise Forbidden("Only administrators and the managers of this group may do this.")


def members(lab: Lab, immutable_id: str) -> list[Document]:
    """Who belongs to a group itself."""
    return lab.store.people.find(
        Query(Is("groups.immutable_id", immutable_id), limit=10_000)
    ).documents


def count_members(lab: Lab, immutable_id: str) -> int:
    """How many people belong to a group, itself or through the groups that it contains."""
    within = tuple(nesting.with_contained(lab, immutable_id))
    return lab.store.people.count(OneOf("groups.immutable_id", within))


def add_member(lab: Lab, who: Person, group_id: str, person_id: str) -> bool:
    """Add a person to a group; whether they were new to it.

    Raises:
        Forbidden: ``who`` neither administers the lab nor manages the group.
        NotFound: there is no such group or person.
    """
    group = get_group(lab, group_id)
    require_manager(who, group)
    return _join(lab, who, person_id, group, joining=True)


def remove_member(lab: Lab, who: Person, group_id: str, person_id: str) -> bool:
    """Take a person out of a group; whether they were in it. As ``add_member``."""
    group = get_group(lab, group_id)
    require_manager(who, group)
    return _join(lab, who, person_id, group, joining=False)


def _join(lab: Lab, who: Person, person_id: str, group: Document, *, joining: bool) -> bool:
    """Let a person be in a group, or not; whether that is new."""
    group_id = group["immutable_id"]
    before = nesting.groups_of(lab.store.people.get(Is("immutable_id", person_id)))
    if joining == (group_id in before):
        return False

    def changed(person: Document) -> Document:
        ids = nesting.groups_of(person)
        if joining == (group_id in ids):
            return person
        others = [one for one in ids if one != group_id]
        noted = (
            histories.noted(person, who, "joined group", after=group["group_id"])
            if joining
            else histories.noted(person, who, "left group", before=group["group_id"])
        )
        return noted | {"groups": nesting.listed([*others, group_id] if joining else others)}

    people.edit_person(lab, person_id, changed)
    return True


def add_group_within(lab: Lab, who: Person, outer_id: str, inner_id: str) -> bool:
    """Let a group contain another: whoever belongs to the inner one then belongs to both.

    Returns:
        Whether that is new.

    Raises:
        Forbidden: ``who`` neither administers the lab nor manages the outer group.
        NotFound: there is no such group.
        Conflict: the outer group belongs to the inner one.
    """
    outer, inner = get_group(lab, outer_id), get_group(lab, inner_id)
    require_manager(who, outer)
    if outer["immutable_id"] in nesting.groups_of(inner):
        return False
    nesting.require_no_circle(lab, outer, inner)

    def put(group: Document) -> Document:
        ids = [*nesting.groups_of(group), outer["immutable_id"]]
        return group | {"groups": nesting.listed(ids)}

    edit_document(lab.store.groups, inner["immutable_id"], put)
    try:
        nesting.require_no_circle(lab, get_group(lab, outer["immutable_id"]), inner)
    except Conflict:  # somebody closed the circle meanwhile
        _take_out(lab, outer["immutable_id"], inner)
        raise
    return True


def remove_group_within(lab: Lab, who: Person, outer_id: str, inner_id: str) -> bool:
    """Take a group out of another; whether it was in it. As ``add_group_within``."""
    outer, inner = get_group(lab, outer_id), get_group(lab, inner_id)
    require_manager(who, outer)
    if outer["immutable_id"] not in nesting.groups_of(inner):
        return False
    _take_out(lab, outer["immutable_id"], inner)
    return True


def _take_out(lab: Lab, outer_id: str, inner: Document) -> None:
    def took(group: Document) -> Document:
        ids = [one for one in nesting.groups_of(group) if one != outer_id]
        return group | {"groups": nesting.listed(ids)}

    edit_document(lab.store.groups, inner["immutable_id"], took)


def use(lab: Lab, who: Person, group_id: str) -> dict[str, int]:
    """What would end with a group, for administrators: how many items and collections are shared
    with it, and with the groups that contain it, and how many people reach them through it."""
    access.require_admin(who)
    group = get_group(lab, group_id)
    items, collections = ownership.count_of_groups(lab, [group["immutable_id"]])
    outer = nesting.with_containing(lab, nesting.groups_of(group))
    outer_items, outer_collections = ownership.count_of_groups(lab, outer)
    return {
        "items": items,
        "collections": collections,
        "people": count_members(lab, group["immutable_id"]),
        "outer_items": outer_items,
        "outer_collections": outer_collections,
    }


def remove_group(lab: Lab, who: Person, group_id: str, progress: Progress = SILENT) -> int:
    """Remove a group for good: from what it was shared with, from its members, from other groups.

    It goes last, so that whoever is interrupted can do it again.

    Returns:
        How many items and collections were shared with it.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such group.
    """
    access.require_admin(who)
    group = get_group(lab, group_id)
    immutable_id = group["immutable_id"]
    unshared = ownership.replace_group(lab, immutable_id, progress)
    for member in members(lab, immutable_id):
        _join(lab, who, member["immutable_id"], group, joining=False)
    for inner in nesting.contained(lab, immutable_id):
        _take_out(lab, immutable_id, inner)
    lab.store.groups.remove(Is("immutable_id", immutable_id))
    return unshared


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
    """A group with its people and groups named."""
    managers = people.summaries(lab, group.get("managers") or [])
    inner = nesting.contained(lab, group["immutable_id"])
    return summary(group) | {
        "description": group.get("description"),
        "managers": list(managers.values()),
        "members": [people.summary(one) for one in members(lab, group["immutable_id"])],
        "groups": [summary(one) for one in inner],
        "belongs_to": list(summaries(lab, nesting.groups_of(group)).values()),
        "num_people": count_members(lab, group["immutable_id"]),
    }


def outline(lab: Lab, words: str = "") -> list[dict[str, Any]]:
    """All groups whose id, name or description has these words, with which contains which."""
    found = find_groups(lab, words, limit=MOST_GROUPS)
    managers = people.summaries(
        lab, (one for group in found for one in group.get("managers") or ())
    )
    own, within = _people_in(lab)
    return [
        summary(group)
        | {
            "description": group.get("description"),
            "managers": [managers[one] for one in group.get("managers") or [] if one in managers],
            "belongs_to": nesting.groups_of(group),
            "num_members": len(own[group["immutable_id"]]),
            "num_people": len(within[group["immutable_id"]]),
        }
        for group in found
    ]


def _people_in(lab: Lab) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Who belongs to each group, and who belongs to it through the groups that it contains too."""
    own: dict[str, set[str]] = defaultdict(set)
    within: dict[str, set[str]] = defaultdict(set)
    outer = {
        one["immutable_id"]: nesting.groups_of(one)
        for one in lab.store.groups.find(Query(limit=MOST_GROUPS)).documents
    }
    everybody = lab.store.people.find(Query(limit=people.MOST_PEOPLE, fields=("groups",)))
    for person in everybody.documents:
        waiting, seen = nesting.groups_of(person), set[str]()
        for group in waiting:
            own[group].add(person["immutable_id"])
        while waiting:
            group = waiting.pop()
            if group not in seen:
                seen.add(group)
                within[group].add(person["immutable_id"])
                waiting += outer.get(group, ())
    return own, within
