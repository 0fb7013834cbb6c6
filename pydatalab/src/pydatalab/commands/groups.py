"""Tasks that look after groups: of people, and of groups."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydatalab.commands.desk import Desk, Report, checked, in_columns, lab_task, several
from pydatalab.models.words import counted

if TYPE_CHECKING:
    from pydatalab.store.query import Document

GROUP = "the group's id or name"


@lab_task(words="only groups whose id, name or description has these words")
def list_groups(desk: Desk, words: str = "") -> Report:
    """List the groups of the lab, and which contains which."""
    from pydatalab.services import groups

    found = groups.outline(desk.lab, words)
    ids = {one["immutable_id"]: one["group_id"] for one in groups.outline(desk.lab)}
    head = ("id", "name", "members", "with groups within", "belongs to", "managers")
    rows = [
        (
            one["group_id"],
            one["display_name"],
            str(one["num_members"]),
            str(one["num_people"]),
            ", ".join(ids[outer] for outer in one["belongs_to"] if outer in ids),
            ", ".join(manager["display_name"] for manager in one["managers"]),
        )
        for one in found
    ]
    none = ("There are no groups like that.",)
    return Report({"groups": found}, in_columns([head, *rows]) if rows else none)


@lab_task(
    group_id="short, of letters, digits, dots, dashes: crystals",
    display_name="what people call it",
    description="what it is for",
)
def create_group(desk: Desk, group_id: str, display_name: str, description: str = "") -> Report:
    """Make a group."""
    from pydatalab.models.people import NewGroup
    from pydatalab.services import groups
    from pydatalab.services.access import OPERATOR

    fields = {
        "group_id": group_id,
        "display_name": display_name,
        "description": description or None,
    }
    group = groups.add_group(desk.lab, OPERATOR, checked(NewGroup, fields))
    return _report(group, f"There is a group {group['group_id']} ({group['display_name']}) now.")


@lab_task(
    group=GROUP,
    group_id="its new id",
    display_name="its new name",
    description="what it is for",
    managers="who may say who belongs to it: e-mails, names or ids, with commas between",
)
def change_group(
    desk: Desk,
    group: str,
    group_id: str = "",
    display_name: str = "",
    description: str = "",
    managers: str = "",
) -> Report:
    """Rename a group, describe it, or say who manages it."""
    from pydatalab.errors import Invalid
    from pydatalab.models.people import GroupChange
    from pydatalab.services import groups
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    named = [person_called(desk.lab, one)["immutable_id"] for one in several(managers)]
    asked = {
        "group_id": group_id, "display_name": display_name, "description": description,
        "managers": named,
    }  # fmt: skip
    fields = {name: value for name, value in asked.items() if value}
    if not fields:
        raise Invalid(
            "Say what to change: --group-id, --display-name, --description or --managers."
        )
    document = groups.group_called(desk.lab, group)
    changed = groups.change_group(
        desk.lab, OPERATOR, document["immutable_id"], checked(GroupChange, fields)
    )
    return _report(
        changed, f"The group {changed['group_id']} ({changed['display_name']}) is changed."
    )


@lab_task(
    group=GROUP, member="a person's e-mail, name or id", within="another group's id or name instead"
)
def add_to_group(desk: Desk, group: str, member: str = "", within: str = "") -> Report:
    """Add a person to a group, or, with --within, put a whole group into it."""
    return _moved(desk, group, member, within, adding=True)


@lab_task(
    group=GROUP, member="a person's e-mail, name or id", within="another group's id or name instead"
)
def remove_from_group(desk: Desk, group: str, member: str = "", within: str = "") -> Report:
    """Take a person out of a group, or, with --within, a group that it contains."""
    return _moved(desk, group, member, within, adding=False)


def _moved(desk: Desk, group: str, member: str, within: str, *, adding: bool) -> Report:
    from pydatalab.errors import Invalid
    from pydatalab.services import groups
    from pydatalab.services.access import OPERATOR
    from pydatalab.services.people import person_called

    if bool(member) == bool(within):
        raise Invalid("Say one of --member, a person, and --within, a group.")
    outer = groups.group_called(desk.lab, group)
    moved: Callable[..., bool]
    if member:
        moved = groups.add_member if adding else groups.remove_member
        person = person_called(desk.lab, member)
        name, inner = person["display_name"], person["immutable_id"]
    else:
        moved = groups.add_group_within if adding else groups.remove_group_within
        found = groups.group_called(desk.lab, within)
        name, inner = f"The group {found['group_id']}", found["immutable_id"]
    changed = moved(desk.lab, OPERATOR, outer["immutable_id"], inner)
    said = "belongs to" if adding else "does not belong to"
    since = "now" if changed else "already" if adding else "anyway"
    return _report(outer, f"{name} {said} {outer['group_id']} {since}.", changed=changed)


@lab_task(group=GROUP, yes="do it, though people, groups or shared things are in it")
def delete_group(desk: Desk, group: str, yes: bool = False) -> Report:
    """Delete a group for good; what was shared with it is seen by its members no more."""
    from pydatalab.services import groups
    from pydatalab.services.access import OPERATOR

    document = groups.group_called(desk.lab, group)
    lost = _lost_with(desk, document)
    if lost and not yes:
        said = f"{' '.join(lost)} Nothing was changed. Say --yes to delete it."
        return _report(document, said, ok=False)
    groups.remove_group(desk.lab, OPERATOR, document["immutable_id"], desk.progress)
    return _report(document, f"The group {document['group_id']} is deleted.")


def _lost_with(desk: Desk, group: "Document") -> list[str]:
    """What would be lost if a group were deleted, in sentences."""
    from pydatalab.services import groups, nesting, ownership

    lab, group_id = desk.lab, group["immutable_id"]
    items, collections = ownership.count_of_groups(lab, [group_id])
    inner = [one["group_id"] for one in nesting.contained(lab, group_id)]
    outer = [groups.get_group(lab, one)["group_id"] for one in nesting.groups_of(group)]
    people = len(groups.members(lab, group_id))
    verb = "is" if items + collections == 1 else "are"
    shared = f"{counted(items, 'item')} and {counted(collections, 'collection')} {verb}"
    said = {
        f"{shared} shared with it.": items + collections,
        f"People who would no longer belong to it: {people:,}.": people,
        f"It contains {', '.join(inner)}.": inner,
        f"It stands in {', '.join(outer)}: its members would lose what is shared there.": outer,
    }
    return [sentence for sentence, there in said.items() if there]


def _report(group: "Document", said: str, *, ok: bool = True, **more: Any) -> Report:
    known = {name: group[name] for name in ("immutable_id", "group_id", "display_name")}
    return Report(known | more, (said,), ok)
