"""Adds items and saves them again and again; each line says what is on disk by now."""

import sys
from itertools import count
from pathlib import Path
from typing import Any

from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import now
from pydatalab.store.query import Scope
from pydatalab.store.sqlite import SQLiteStore


def item(immutable_id: str, edit: int) -> dict[str, Any]:
    status = ("planned", "active")[edit % 2]
    return {
        "immutable_id": immutable_id,
        "item_id": f"S-{immutable_id}",
        "refcode": f"lab:{immutable_id}",
        "type": "samples",
        "status": status,
        "date": None,
        "last_modified": now(),
        "creator_ids": ["ann"],
        "edit": edit,
        "derived": {
            "principals": ["person:ann"],
            "live_id": f"S-{immutable_id}",
            "item_id": f"s-{immutable_id}",
            "name": status,
            "text": f"this item is {status}",
        },
    }


def main() -> None:
    """Write until killed."""
    store = SQLiteStore(Path(sys.argv[1]))
    immutable_id = ""
    for number in count():
        if number % 3 == 0:
            immutable_id, edit = new_object_id(), 1
            store.items.add(item(immutable_id, edit))
        else:
            edit = number % 3 + 1
            store.items.replace(item(immutable_id, edit), was=edit - 1, scope=Scope.all())
        sys.stdout.write(f"S-{immutable_id} {edit}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
