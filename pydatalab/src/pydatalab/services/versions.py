"""Snapshots of items: each state that somebody saved on purpose can be seen again.

The item is written first and its snapshot after; where the server dies between the two, the next
save writes the missing one before it changes anything. So every version number has its state.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydatalab import __version__
from pydatalab.errors import Conflict, NotFound
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.items import content_fields
from pydatalab.models.people import Person
from pydatalab.models.times import as_text, now
from pydatalab.services import people
from pydatalab.store.query import Document, Every, Is, Order, Query

Action = Literal[
    "created", "manual_save", "agent_save", "auto_save", "permissions_update", "restored"
]

ONE_SITTING = timedelta(minutes=10)
"""What one person types within this time is one version."""

NOT_CONTENT = frozenset({"last_modified", "version", "immutable_id", "edit", "derived"})


def number_for(lab: Lab, item: Document, who: Person, action: Action) -> int:
    """The version number that a change of ``item`` gets: the next, or the same within one sitting."""
    newest = _newest(lab, item) or mend(lab, item)
    since = as_text(datetime.now(UTC) - ONE_SITTING)
    same_sitting = (
        action == newest["action"] == "auto_save"
        and newest.get("user_id") == who.immutable_id
        and newest["timestamp"] > since
    )
    return int(item["version"]) if same_sitting else int(item["version"]) + 1


def keep(
    lab: Lab,
    item: Document,
    who: Person,
    action: Action,
    agent: str | None = None,
    restored_from: str | None = None,
) -> None:
    """Keep the state that was just written as the snapshot of its version.

    Where others save the same version at the same time, the state written last stays.
    """
    snapshot = _snapshot(item, who.immutable_id, action, agent)
    if restored_from:
        snapshot["restored_from_version"] = restored_from
    for _ in range(TRIES):
        newest = _newest(lab, item)
        with suppress(Conflict):
            if newest is None:
                lab.store.versions.add(snapshot)
            elif newest["edit"] <= item["edit"]:
                lasting = {name: newest[name] for name in ("immutable_id", "timestamp")}
                lab.store.versions.replace(snapshot | lasting, was=newest["edit"])
            return


def keep_all(
    lab: Lab, items: Sequence[Document], person_id: str | None, action: Action, agent: str | None
) -> None:
    """As ``keep``, for many items that were just written; quick."""
    snapshots = [_snapshot(item, person_id, action, agent) for item in items]
    became = lab.store.versions.put_all(snapshots)
    for item, lost in zip(items, became, strict=True):
        if lost:  # somebody else wrote this version at the same time
            mend(lab, item)


TRIES = 40
"""How often a snapshot is written anew when somebody else writes it in between."""


def mend(lab: Lab, item: Document) -> Document:
    """Write the snapshot of the state that an item is in, if it is missing; the snapshot."""
    newest = _newest(lab, item)
    if newest is not None:
        return newest
    maker = next(iter(item.get("creator_ids") or []), None)
    action: Action = "created" if item["version"] == 1 else "manual_save"
    snapshot = _snapshot(item, maker, action, None) | {"timestamp": item["last_modified"]}
    try:
        lab.store.versions.add(snapshot)
    except Conflict:  # whoever saved that state has just written it
        return _newest(lab, item) or snapshot
    return snapshot


def _newest(lab: Lab, item: Document) -> Document | None:
    where = Every((Is("refcode", item["refcode"]), Is("version", item["version"])))
    found = lab.store.versions.find(Query(where, limit=1)).documents
    return found[0] if found else None


def _snapshot(item: Document, person_id: str | None, action: Action, agent: str | None) -> Document:
    return {
        "immutable_id": new_object_id(),
        "refcode": item["refcode"],
        "version": item["version"],
        "edit": item["edit"],
        "timestamp": now(),
        "action": action,
        "user_id": person_id,
        "datalab_version": __version__,
        "user_agent": agent,
        "data": _content(item),
    }


def _content(item: Document) -> Document:
    return {name: value for name, value in item.items() if name != "derived"}


def differs(before: Document, after: Document) -> bool:
    """Whether what an item holds has changed, counters and times aside."""
    names = (before.keys() | after.keys()) - NOT_CONTENT
    return any(before.get(name) != after.get(name) for name in names)


def differing(before: Document, after: Document) -> list[str]:
    """Names of what people see of an item that two states of it differ in."""
    kept = {
        **{name: name for name in (*content_fields(after["type"]), "blocks_obj", "display_order")},
        "file_ids": "file_ObjectIds",
        "creators": "creator_ids",
        "groups": "group_ids",
    }
    names = [name for name, field in kept.items() if before.get(field) != after.get(field)]
    if _collections(before) != _collections(after):
        names.append("collections")
    return sorted(names)


def _collections(item: Document) -> set[str]:
    links = item.get("relationships") or []
    return {one["immutable_id"] for one in links if one.get("type") == "collections"}


def changed_since(lab: Lab, item: Document, edit: int) -> list[str] | None:
    """As ``differing``, between an edit and now; ``None`` where no version tells of that edit."""
    mend(lab, item)
    where = Every((Is("refcode", item["refcode"]), Is("edit", edit)))
    found = lab.store.versions.find(Query(where, limit=1)).documents
    return differing(found[0]["data"], item) if found else None


def versions(lab: Lab, item: Document) -> list[Document]:
    """The snapshots of an item, newest first, each with its ``creator``."""
    mend(lab, item)
    where = Is("refcode", item["refcode"])
    query = Query(where, order=Order("version", descending=True), limit=10_000)
    found = lab.store.versions.find(query).documents
    makers = people.summaries(lab, [one["user_id"] for one in found if one.get("user_id")])
    return [one | {"creator": makers.get(one.get("user_id") or "")} for one in found]


def version(lab: Lab, item: Document, number: int) -> Document:
    """One snapshot of an item with its state.

    Raises:
        NotFound: the item has no such version.
    """
    mend(lab, item)
    where = Every((Is("refcode", item["refcode"]), Is("version", number)))
    try:
        return lab.store.versions.get(where)
    except NotFound:
        raise NotFound(f"{item['refcode']} has no version {number}.") from None


def version_by_id(lab: Lab, item: Document, version_id: str) -> Document:
    """As ``version``, by its ``immutable_id``."""
    where = Every((Is("refcode", item["refcode"]), Is("immutable_id", version_id)))
    try:
        return lab.store.versions.get(where)
    except NotFound:
        raise NotFound(f"{item['refcode']} has no version {version_id}.") from None
