"""A store full of made-up items, unkind to whoever lists them.

``person:third`` made the oldest third of all items and nothing since, sees some of the others by
``everyone`` and by a hundred small collections; ``person:ten`` sees ten items. Ids and times of
saving grow with the items' numbers; dates and names have nothing to do with them.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pydatalab.store.port import Store
from pydatalab.store.query import Scope

TYPES = ("samples", "cells", "starting_materials", "equipment")
STATUSES = ("planned", "active", "completed", "disposed")
RARE_STATUS = "faulty"
COLLECTIONS = 100
BATCH = 10_000
BEGIN = datetime(2021, 1, 1, tzinfo=UTC)
DAYS = 5 * 365

TEN = Scope(frozenset({"person:ten", "group:small"}))
THIRD = Scope(
    frozenset(
        [
            "person:third",
            "group:big",
            "everyone",
            *(f"collection:{n:024x}" for n in range(COLLECTIONS)),
        ]
    )
)


def fill(store: Store, n_items: int) -> float:
    """Add items; how many per second."""
    began = time.perf_counter()
    documents = items(n_items)
    for start in range(0, n_items, BATCH):
        batch = [next(documents) for _ in range(min(BATCH, n_items - start))]
        refused = [conflict for conflict in store.items.add_all(batch) if conflict]
        assert not refused, refused[0]
    return n_items / (time.perf_counter() - began)


def items(n_items: int) -> Iterator[dict[str, Any]]:
    """Items of about 2 kB, the same ones each time."""
    chance = random.Random(1)
    words = [
        "".join(chance.choices("abcdefghiklmnoprstu", k=chance.randint(3, 9))) for _ in range(4000)
    ]
    for number in range(n_items):
        yield _item(number, n_items, chance, words)


def _item(number: int, n_items: int, chance: random.Random, words: list[str]) -> dict[str, Any]:
    name, refcode = f"S-{number:07}", f"lab:{number:06}"
    title = " ".join(chance.choices(words, k=4)) + (" lithium" if number % 3 == 0 else "")
    description = " ".join(chance.choices(words, k=45))
    creator = "third" if number < n_items // 3 else f"person{number % 30}"
    collections = [f"{chance.randrange(COLLECTIONS):024x}"] if number % 10 == 0 else []
    principals = [f"person:{creator}", "lab", *(f"collection:{each}" for each in collections)]
    principals += ["everyone"] if number % 1000 == 0 else []
    principals += ["person:ten"] if number % (n_items // 10) == 7 else []
    return {
        "immutable_id": f"{number * 2654435761 % 2**32:08x}{number:016x}",
        "type": TYPES[number % 7 % 4],
        "item_id": name,
        "refcode": refcode,
        "name": title,
        "status": RARE_STATUS if number % 2003 == 0 else chance.choice(STATUSES),
        "date": _time(BEGIN + timedelta(days=chance.randrange(DAYS))) if number % 9 else None,
        "last_modified": _time(BEGIN + timedelta(minutes=number)),
        "creator_ids": [creator],
        "group_ids": [],
        "description": f"<p>{description}</p>",
        "chemform": "LiNi0.8Mn0.1Co0.1O2",
        "synthesis_constituents": [
            {
                "item": {"refcode": f"lab:{number // 2:06}", "name": title},
                "quantity": 1.5,
                "unit": "g",
            }
        ],
        "file_ObjectIds": [f"{number:024x}"],
        "blocks_obj": {"a" * 15: {"blocktype": "xrd", "title": title, "file_id": f"{number:024x}"}},
        "display_order": ["a" * 15],
        "edit": 1,
        "version": 1,
        "derived": {
            "principals": principals,
            "collections": collections,
            "made_from": [f"lab:{number // 2:06}"],
            "part_of": [],
            "live_id": name,
            "item_id": name.lower(),
            "name": title,
            "text": f"{name.lower()}\n{refcode}\n{title}\nlini0.8mn0.1co0.1o2\n{description}",
        },
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
