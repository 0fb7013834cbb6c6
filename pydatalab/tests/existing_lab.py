"""A database and a folder of files as the datalab before this one leaves them."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bson import ObjectId
from pymongo import MongoClient

Documents = dict[str, list[dict[str, Any]]]

ADA, BOB, GREYS = (ObjectId(f"65a00000000000000000000{n}") for n in (1, 2, 3))
BATCH, SCAN, NOTES, LOST = (ObjectId(f"65b00000000000000000000{n}") for n in (1, 2, 3, 4))
SALT, CELL, FURNACE, POWDER = (ObjectId(f"65c00000000000000000000{n}") for n in (1, 2, 3, 4))
NOBODY = "65d000000000000000000009"

KEY, OLD_KEY, TOKEN = "key-of-ada", "older-key-of-bob", "token-of-the-salt"
PATTERN = "".join(f"{n / 10} {100 + n % 17}\n" for n in range(100, 900)).encode()
CONTENTS = {
    f"{SCAN}/my_scan.xy": PATTERN,
    f"{NOTES}/notes.txt": b"weighed twice\n",
    f"{NOBODY}/orphan.txt": b"no record speaks of me\n",
}
MADE = datetime(2024, 3, 1, 12, 30, 0, 123000, tzinfo=UTC)


def digest(secret: str) -> str:
    return hashlib.sha512(secret.encode()).hexdigest()


def documents() -> Documents:
    """What the database holds."""
    salt = {
        "_id": SALT, "type": "samples", "item_id": "jdb-1", "refcode": "grey:ABCDEF",
        "name": "Rock salt", "chemform": "NaCl", "date": MADE, "last_modified": MADE,
        "status": "active", "creator_ids": [ADA], "group_ids": [GREYS], "version": 2,
        "file_ObjectIds": [SCAN, LOST], "display_order": ["b1", "b2"], "revision": 1,
        "blocks_obj": {
            "b1": {"block_id": "b1", "blocktype": "xrd", "file_id": SCAN, "title": "Pattern",
                   "wavelength": 1.54, "item_id": "jdb-1"},
            "b2": {"block_id": "b2", "blocktype": "comment", "freeform_comment": "<p>grey</p>"},
        },
        "relationships": [
            {"type": "collections", "relation": None, "immutable_id": BATCH},
            {"type": "starting_materials", "relation": "parent", "refcode": "grey:POWDER",
             "item_id": "powder-1", "description": "Is a constituent of"},
        ],
        "synthesis_constituents": [
            {"item": {"type": "starting_materials", "refcode": "grey:POWDER",
                      "item_id": "powder-1", "name": "Powder"}, "quantity": 1.5, "unit": "g"},
        ],
        "colour_of_label": "red",
    }  # fmt: skip
    file = {"type": "files", "time_added": MADE, "last_modified": MADE, "revision": 1,
            "source": "uploaded", "is_live": False, "creator_ids": [ADA], "blocks": []}  # fmt: skip
    return {
        "items": [
            salt,
            {"_id": CELL, "type": "cells", "item_id": "cell-1", "refcode": "grey:CELLAA",
             "creator_ids": [BOB], "characteristic_chemical_formula": "LiCoO2", "date": MADE,
             "cell_format": "coin", "status": "exploded", "blocks_obj": {}, "display_order": [],
             "file_ObjectIds": [NOTES], "last_modified": MADE},
            {"_id": FURNACE, "type": "equipment", "item_id": "furnace", "name": "Furnace"},
            {"_id": POWDER, "type": "starting_materials", "item_id": "powder-1", "name": "Powder",
             "refcode": "grey:POWDER", "creator_ids": [], "status": "available", "barcode": "B1"},
        ],
        "collections": [
            {"_id": BATCH, "collection_id": "batch-3", "title": "Batch 3", "creator_ids": [ADA],
             "type": "collections", "last_modified": MADE},
        ],
        "files": [
            {**file, "_id": SCAN, "name": "my_scan.xy", "original_name": "my scan.xy",
             "extension": ".xy", "size": len(PATTERN), "item_ids": ["jdb-1"],
             "location": f"/somewhere/else/{SCAN}/my_scan.xy"},
            {**file, "_id": NOTES, "name": "notes.txt", "extension": ".txt", "size": 14,
             "item_ids": ["cell-1"], "location": f"/somewhere/else/{NOTES}/notes.txt"},
            {**file, "_id": LOST, "name": "lost.raw", "extension": ".raw", "item_ids": ["jdb-1"]},
        ],
        "users": [
            {"_id": ADA, "type": "people", "display_name": "Ada", "account_status": "active",
             "contact_email": "Ada@Lab.example", "groups": [{"immutable_id": GREYS}],
             "identities": [{"identity_type": "orcid", "identifier": "0000-0001", "verified": True,
                             "name": "0000-0001"}], "managers": []},
            {"_id": BOB, "type": "people", "display_name": "Bob", "account_status": "active",
             "contact_email": "bob@lab.example", "identities": [], "managers": [ADA]},
        ],
        "roles": [{"_id": ADA, "role": "admin"}, {"_id": BOB, "role": "user"}],
        "groups": [
            {"_id": GREYS, "type": "groups", "group_id": "greys", "display_name": "Grey lab",
             "managers": [ADA], "description": None},
        ],
        "api_keys": [
            {"_id": ObjectId("65e000000000000000000001"), "type": "api_key", "user": ADA,
             "hash": digest(KEY), "name": "laptop", "created_at": MADE, "expires_at": None},
            {"_id": BOB, "hash": digest(OLD_KEY)},
            {"_id": ObjectId("65e000000000000000000002"), "type": "access_token", "active": True,
             "refcode": "grey:ABCDEF", "token": digest(TOKEN), "user": ADA, "created_at": MADE},
        ],
        "item_versions": [
            {"_id": ObjectId(f"65f00000000000000000000{number}"), "refcode": "grey:ABCDEF",
             "version": number, "timestamp": MADE, "action": "manual_save", "user_id": ADA,
             "datalab_version": "0.7.0", "user_agent": None,
             "data": salt | {"name": f"Salt {number}"}}
            for number in (1, 2)
        ],
        "version_counters": [
            {"_id": ObjectId("65f0000000000000000000aa"), "refcode": "grey:ABCDEF", "counter": 2},
        ],
        "magic_links": [{"_id": ObjectId("65f0000000000000000000bb"), "jwt": "x"}],
        "wishes": [{"_id": ObjectId("65f0000000000000000000cc"), "wish": "a pony"}],
    }  # fmt: skip


def write_database(address: str, found: Documents) -> None:
    """Put documents into a database, with the rules that such a database has."""
    with MongoClient[dict[str, Any]](address) as client:
        database = client.get_default_database()
        for name, those in found.items():
            database[name].insert_many(those)
        for field in ("refcode", "item_id"):
            if len({one.get(field) for one in found["items"]}) == len(found["items"]):
                database["items"].create_index(field, unique=True)


def read_database(address: str) -> Documents:
    """All documents of a database as they are."""
    with MongoClient[dict[str, Any]](address) as client:
        database = client.get_default_database()
        names = sorted(database.list_collection_names())
        return {name: list(database[name].find().sort("_id", 1)) for name in names}


def write_files(folder: Path) -> Path:
    """Put the files into a folder."""
    for name, content in CONTENTS.items():
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """What is in the folders of records."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("65*/*"))
    }


class Source:
    """A database to adopt, in memory, without files."""

    def __init__(self, content: dict[str, list[dict[str, Any]]]) -> None:
        self.content = content

    def documents(self, collection: str) -> Iterator[Mapping[str, Any]]:
        return iter(self.content.get(collection, []))

    def ours(self, raw: Mapping[str, Any]) -> None:
        return None

    def bytes_of(self, raw: Mapping[str, Any]) -> tuple[None, Mapping[str, Any]]:
        return None, {}
