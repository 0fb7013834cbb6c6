"""Documents as services make them, for the tests of stores."""

from typing import Any


def item(number: int, **fields: Any) -> dict[str, Any]:
    """An item that ``person:ann`` sees; ``fields`` of ``derived`` are given with ``derived_``."""
    name = f"S-{number}"
    derived = {
        "principals": ["person:ann"],
        "collections": [],
        "made_from": [],
        "part_of": [],
        "live_id": name,
        "item_id": name.lower(),
        "name": "",
        "text": name.lower(),
    }
    document = {
        "immutable_id": f"{number:024x}",
        "type": "samples",
        "item_id": name,
        "refcode": f"lab:{number:06}",
        "name": "",
        "status": "active",
        "date": None,
        "last_modified": f"2026-01-01T00:00:00.{number:06}+00:00",
        "creator_ids": ["ann"],
        "group_ids": [],
        "file_ObjectIds": [],
        "blocks_obj": {},
        "display_order": [],
        "edit": 1,
    }
    for field, value in fields.items():
        if field.startswith("derived_"):
            derived[field.removeprefix("derived_")] = value
        else:
            document[field] = value
    return document | {"derived": derived}


def collection(number: int, title: str = "") -> dict[str, Any]:
    """A collection that ``person:ann`` sees."""
    return {
        "immutable_id": f"{number:024x}",
        "collection_id": f"C-{number}",
        "title": title,
        "creator_ids": ["ann"],
        "last_modified": f"2026-01-01T00:00:00.{number:06}+00:00",
        "edit": 1,
        "derived": {
            "principals": ["person:ann"],
            "live_id": f"C-{number}",
            "name": title.lower(),
            "text": title.lower(),
        },
    }
