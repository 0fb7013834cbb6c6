"""Items and collections as people and programs see them: with the names behind the ids."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydatalab.lab import Lab
from pydatalab.models.derived import item_derived
from pydatalab.models.items import FORMULA_FIELDS
from pydatalab.models.people import Person
from pydatalab.services import (
    access,
    blocks,
    collections,
    files,
    groups,
    memberships,
    people,
    recognition,
    relationships,
)
from pydatalab.store.query import Document

INTERNAL = frozenset(
    {
        "derived", "deleted_blocks", "detached_file_ids", "touched_at", "file_names", "file_ObjectIds", "creator_ids",
        "group_ids", "revision", "revisions", "deleted_at", "deleted_by", "legacy",
    }
)  # fmt: skip
"""What an item keeps for the lab alone."""

ROW_FIELDS = (
    "type", "refcode", "item_id", "immutable_id", "name", "chemform",
    "characteristic_chemical_formula", "status", "date", "last_modified", "location", "supplier",
    "manufacturer", "CAS", "barcode", "GHS_codes", "smiles", "inchi_key", "molar_mass",
    "chemical_purity", "size", "size_unit", "full_percent", "date_opened", "serial_numbers",
    "contact", "cell_format", "characteristic_mass", "deleted_at",
)  # fmt: skip
"""Fields of an item that a table can show."""

READ_FOR_ROWS = (
    *ROW_FIELDS, "derived", "creator_ids", "group_ids", "display_order", "file_ObjectIds",
)  # fmt: skip
"""Fields of which rows are made."""


def with_masses(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item with molar masses worked out from formulas where nobody gave them."""
    masses = (item.get("derived") or {}).get("masses") or {}
    return {**item, **{k: v for k, v in masses.items() if item.get(k) is None}}


class Names:
    """Names of the people, groups and collections of some items, looked up together."""

    def __init__(self, lab: Lab, who: Person, items: Sequence[Mapping[str, Any]]) -> None:
        self._people = people.summaries(lab, _ids(items, "creator_ids"))
        self._groups = groups.summaries(lab, _ids(items, "group_ids"))
        wanted = list(
            dict.fromkeys(i for item in items for i in item["derived"].get("collections", ()))
        )
        seen = memberships.named(lab, who, wanted) if wanted else []
        self._collections = {one["immutable_id"]: collection_reference(one) for one in seen}

    def of(self, item: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """The names beside one item: ``creators``, ``groups``, ``collections``."""
        return {
            "creators": _known(self._people, item.get("creator_ids")),
            "groups": _known(self._groups, item.get("group_ids")),
            "collections": _known(self._collections, item["derived"].get("collections")),
        }


def _ids(items: Sequence[Mapping[str, Any]], field: str) -> list[str]:
    return [one for item in items for one in item.get(field) or []]


def _known(names: Mapping[str, dict[str, Any]], ids: Iterable[str] | None) -> list[dict[str, Any]]:
    return [names[one] for one in ids or [] if one in names]


def collection_reference(collection: Mapping[str, Any]) -> dict[str, Any]:
    """A collection as named beside an item."""
    names = ("immutable_id", "collection_id", "title")
    return {name: collection.get(name) for name in names}


def visible_links(item: Mapping[str, Any], names: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The relationships of an item, without collections that are not among its ``names``."""
    seen = {one["immutable_id"] for one in names["collections"]}
    links = item.get("relationships") or []
    return [one for one in links if one.get("type") != "collections" or one["immutable_id"] in seen]


def kept_state(lab: Lab, who: Person, state: Document) -> dict[str, Any]:
    """A state of an item that was kept, as far as ``who`` may see it."""
    derived = item_derived(state)
    names = Names(lab, who, [state | {"derived": derived}]).of(state | {"derived": derived})
    shown = {name: value for name, value in state.items() if name not in INTERNAL}
    return shown | {
        **names,
        "relationships": visible_links(state, names),
        "file_ids": state["file_ObjectIds"],
        "blocks_obj": {key: blocks.shown(one) for key, one in state["blocks_obj"].items()},
    }


def item_in_full(lab: Lab, who: Person, item: Document) -> dict[str, Any]:
    """An item with everything that its page shows."""
    known = with_masses(relationships.with_fresh_names(lab, who, item))
    shown = {name: value for name, value in known.items() if name not in INTERNAL}
    computed = (item["derived"].get("masses") or {}).keys()
    names = Names(lab, who, [item]).of(item)
    return shown | {
        **names,
        "relationships": visible_links(item, names),
        "files": file_records(lab, files.files_of(lab, item)),
        "file_ids": item["file_ObjectIds"],
        "blocks_obj": {key: blocks.shown(one) for key, one in item["blocks_obj"].items()},
        "permissions": access.permissions(who, item),
        "computed_fields": [n for n in FORMULA_FIELDS if n in computed and item.get(n) is None],
    }


def file_records(lab: Lab, many: Sequence[Document]) -> list[dict[str, Any]]:
    """Files as they are shown: with who uploaded them, without where they lie on the server."""
    uploaders = people.summaries(lab, _ids(many, "creator_ids"))
    kept = ("size", "checksums", "time_added", "last_modified", "source")
    return [
        {name: one.get(name) for name in kept}
        | {
            "file_id": one["immutable_id"],
            "name": one.get("original_name") or one["name"],
            "extension": one.get("extension") or "",
            "techniques": recognition.techniques_of(lab, one),
            "creators": _known(uploaders, one.get("creator_ids")),
            "revision": one.get("revision", 1),
            "origin": origin(one),
        }
        for one in many
    ]


def origin(file: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where a file was copied from, and whether it is kept in step."""
    followed = file.get("following")
    if not followed:
        return None
    return {
        "remote": file["source_server_name"],
        "path": file["source_path"],
        "modified_at": file["last_modified_remote"],
        "is_live": bool(file.get("is_live")),
        "checked_at": followed["checked_at"],
        "problem": followed["problem"],
        "ended": followed["ended"],
    }


def file_record(lab: Lab, file: Document) -> dict[str, Any]:
    """A file as it is shown."""
    return file_records(lab, [file])[0]


def rows(lab: Lab, who: Person, items: Sequence[Document]) -> list[dict[str, Any]]:
    """Items as a table shows them."""
    names = Names(lab, who, items)
    return [_row(item) | names.of(item) for item in items]


def _row(item: Document) -> dict[str, Any]:
    known = with_masses(item)
    return {name: known.get(name) for name in ROW_FIELDS} | {
        "nblocks": len(item.get("display_order") or []),
        "nfiles": len(item.get("file_ObjectIds") or []),
    }


def collections_in_full(
    lab: Lab, who: Person, many: Sequence[Document], *, counted: bool = True
) -> list[dict[str, Any]]:
    """Collections with the names of their owners and how many items ``who`` sees in each."""
    makers = people.summaries(lab, _ids(many, "creator_ids"))
    shared = groups.summaries(lab, _ids(many, "group_ids"))
    names = (
        "immutable_id", "collection_id", "title", "description", "last_modified", "edit",
        "deleted_at",
    )  # fmt: skip
    return [
        {name: one.get(name) for name in names}
        | {
            "creators": _known(makers, one.get("creator_ids")),
            "groups": _known(shared, one.get("group_ids")),
            "num_items": collections.count_members(lab, who, one) if counted else None,
            "permissions": access.permissions(who, one),
        }
        for one in many
    ]
