"""Databases that the datalab before this one made: told apart from ours, and read.

Every document of ours has ``_keys``; a document without them was written by something else.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.errors import OperationFailure

from pydatalab.errors import Conflict, Unavailable
from pydatalab.store.bson_files import OPTIONS
from pydatalab.store.kinds import LASTING_KINDS
from pydatalab.store.mongo.about import ABOUT, versions_in
from pydatalab.store.mongo.connection import SENT_AT_ONCE, Mongo, asking, connect
from pydatalab.store.mongo.documents import restored
from pydatalab.store.mongo.filters import KEYS
from pydatalab.store.mongo.switching import STAGE
from pydatalab.store.query import Document
from pydatalab.store.versions import Versions

_RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)


def require_ours(database: Mongo) -> None:
    """Go on only if no other datalab's documents are there.

    Raises:
        Conflict: some are.
    """
    if not is_ours(database):
        raise Conflict(
            f"The database {database.name} is that of the datalab before this one, or its adoption was"
            " interrupted. Stop everything that writes to it and run: pydatalab migration.adopt"
        )


def is_ours(database: Mongo) -> bool:
    """Whether a database holds nothing, or only documents that this datalab wrote; quick."""
    return all(
        database[kind.name].find_one({KEYS: None}, {"_id": 1}) is None for kind in LASTING_KINDS
    )


def is_empty(database: Mongo) -> bool:
    """Whether a database holds no documents; quick."""
    return all(database[kind.name].find_one({}, {"_id": 1}) is None for kind in LASTING_KINDS)


class ExistingDatabase:
    """A database to adopt, or to look at before it is opened. Nothing writes but ``drop``.

    Raises:
        Invalid: this is no address of a database.
    """

    def __init__(self, address: str) -> None:
        self._client, self._database = connect(address)

    @property
    def name(self) -> str:
        """What the server calls it."""
        return self._database.name

    def is_ours(self) -> bool:
        """Whether there is nothing to adopt: it is empty, or was adopted."""
        with _reading():
            return is_ours(self._database)

    def versions(self) -> Versions | None:
        """The versions that are noted in it."""
        with _reading():
            return versions_in(self._database)

    def counts(self) -> Mapping[str, int]:
        """How many documents each collection has."""
        with _reading():
            names = sorted(self._database.list_collection_names())
            return {
                name: self._database[name].count_documents({})
                for name in names
                if not name.startswith(("system.", STAGE)) and name != ABOUT
            }

    def raw(self, collection: str) -> Iterator[bytes]:
        """The documents of a collection as BSON, in the order of their ids."""
        with _reading():
            found: Any = self._database.get_collection(collection, codec_options=_RAW)
            for document in found.find(batch_size=SENT_AT_ONCE).sort("_id", 1):
                yield document.raw

    def documents(self, collection: str) -> Iterator[Mapping[str, Any]]:
        """The documents of a collection, in the order of their ids."""
        for raw in self.raw(collection):
            yield bson.decode(raw, OPTIONS)

    def ours(self, raw: Mapping[str, Any]) -> Document | None:
        """The document of ours that this one is, if it is one."""
        return restored(dict(raw)) if KEYS in raw else None

    def digest(self) -> str:
        """Another text as soon as anything is written to the database."""
        digest = hashlib.sha256()
        for name in self.counts():
            digest.update(name.encode())
            for raw in self.raw(name):
                digest.update(raw)
        return digest.hexdigest()

    def drop(self) -> None:
        """Remove all collections; last what says of which versions they are, so that it can be gone on
        with after an interruption."""
        with _reading():
            names = self._database.list_collection_names()
            for name in sorted(names, key=lambda name: (name == ABOUT, name)):
                if not name.startswith("system."):
                    self._database.drop_collection(name)

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()


@contextmanager
def _reading() -> Iterator[None]:
    """Say in the lab's words what keeps a database from being read.

    Raises:
        Unavailable: the server is away, or refuses.
    """
    with asking():
        try:
            yield
        except OperationFailure as exc:
            said = str(exc.details.get("errmsg", exc)) if exc.details else str(exc)
            raise Unavailable(f"The database cannot be read: {said}.") from exc
