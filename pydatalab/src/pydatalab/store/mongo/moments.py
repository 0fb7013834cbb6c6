"""All documents at one moment: read, or replaced.

A replica set gives a moment by itself. A server on its own does not: there, all documents are
copied, and what changed meanwhile is copied again, until a look over everything finds no change. Where
somebody always writes, the last look is what counts. It goes from what refers to others to what is
referred to, which was written before: so whatever a document names is there, as if the server had
stopped in the middle of the last few saves.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bson
from bson import ObjectId
from pymongo import MongoClient
from pymongo.client_session import ClientSession

from pydatalab.store.kinds import (
    API_KEYS,
    COLLECTIONS,
    FILES,
    INVENTORY_ROWS,
    ITEMS,
    KINDS,
    PEOPLE,
    ROLES,
    SESSIONS,
    VERSIONS,
    Kind,
)
from pydatalab.store.mongo.connection import SENT_AT_ONCE, Mongo, asking
from pydatalab.store.mongo.documents import WRITE, restored
from pydatalab.store.mongo.table import AT_ONCE
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document

LOOKS = 20
"""How often changes are followed before the last look."""

REFERRING = (INVENTORY_ROWS, VERSIONS, ITEMS, COLLECTIONS, FILES, API_KEYS, SESSIONS, ROLES, PEOPLE)
"""Kinds of which each is written after those behind it that it names."""

IN_ORDER = (*REFERRING, *(kind for kind in KINDS if kind not in REFERRING))


@contextmanager
def moment(client: MongoClient[dict[str, Any]], database: Mongo) -> Iterator[Snapshot]:
    """What is there now."""
    if client.topology_description.topology_type_name.startswith("ReplicaSet"):
        with client.start_session(snapshot=True) as session:
            yield SessionMoment(database, session)
        return
    with tempfile.TemporaryDirectory(prefix="pydatalab-") as folder:
        copied = CopiedMoment(database, Path(folder))
        copied.settle()
        yield copied


class SessionMoment:
    """``Snapshot`` of the port, by a session of the server."""

    def __init__(self, database: Mongo, session: ClientSession) -> None:
        self._database, self._session = database, session

    def count(self, kind: str) -> int:
        return self._database[kind].count_documents({}, session=self._session)

    def documents(self, kind: str) -> Iterator[Document]:
        with asking():
            found = self._database[kind].find({}, session=self._session, batch_size=SENT_AT_ONCE)
            yield from map(restored, found.sort("_id", 1))


class CopiedMoment:
    """``Snapshot`` of the port, as a copy in a folder: a file of documents for each kind."""

    def __init__(self, database: Mongo, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._places: dict[str, dict[ObjectId, tuple[ObjectId | None, int]]] = {
            kind.name: {} for kind in KINDS
        }

    def settle(self) -> None:
        """Copy what is there until nothing changes, or it was looked at often enough."""
        with asking():
            for _ in range(LOOKS):
                if not sum([self._follow(kind) for kind in IN_ORDER]):
                    return

    def count(self, kind: str) -> int:
        return len(self._places[kind])

    def documents(self, kind: str) -> Iterator[Document]:
        places = self._places[kind]
        if not places:
            return
        with (self._folder / kind).open("rb") as copied:
            for immutable_id in sorted(places):
                copied.seek(places[immutable_id][1])
                yield restored(next(bson.decode_file_iter(copied)))

    def _follow(self, kind: Kind) -> int:
        """Copy what is new since the last look; how many documents changed, came or went."""
        known, documents = self._places[kind.name], self._database[kind.name]
        now = {one["_id"]: one.get(WRITE) for one in documents.find({}, {WRITE: 1})}
        gone = known.keys() - now.keys()
        for each in gone:
            del known[each]
        changed = [id_ for id_, write in now.items() if known.get(id_, ("", 0))[0] != write]
        with (self._folder / kind.name).open("ab") as copy:
            for start in range(0, len(changed), AT_ONCE):
                some = {"_id": {"$in": changed[start : start + AT_ONCE]}}
                for document in documents.find(some, batch_size=SENT_AT_ONCE):
                    known[document["_id"]] = (document.get(WRITE), copy.tell())
                    copy.write(bson.encode(document))
        return len(changed) + len(gone)
