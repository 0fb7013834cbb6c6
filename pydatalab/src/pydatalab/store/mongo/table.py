"""Documents that are looked after by the services alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from bson import ObjectId
from pymongo import ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from pydatalab.errors import Conflict, NotFound
from pydatalab.store.conditions import checking
from pydatalab.store.kinds import Kind
from pydatalab.store.mongo.connection import Mongo, asking
from pydatalab.store.mongo.documents import restored, stored
from pydatalab.store.mongo.filters import Filter, compiled, fields_of_key
from pydatalab.store.pages import page_of
from pydatalab.store.query import EVERYTHING, Condition, Document, Every, Page, Query

DUPLICATE = 11000
"""MongoDB's number for a key that is taken."""

AT_ONCE = 500
"""Documents that are checked together."""


class MongoTable:
    """``Table`` of the port, for one kind of documents."""

    def __init__(self, database: Mongo, kind: Kind) -> None:
        self._kind = kind
        self._documents: Collection[dict[str, Any]] = database[kind.name]

    def add(self, document: Document) -> None:
        with asking():
            try:
                self._documents.insert_one(stored(self._kind, document))
            except DuplicateKeyError as exc:
                raise taken(self._kind, exc.details) from exc

    def get(self, where: Condition) -> Document:
        found = self.find(Query(where, limit=1)).documents
        if not found:
            raise missing(self._kind)
        return found[0]

    def find(self, query: Query) -> Page:
        return page_of(list(self._matching(query.where)), query)

    def count(self, where: Condition, *, at_most: int | None = None) -> int:
        filter_, left = compiled(self._kind, where)
        with asking():
            if left == EVERYTHING:
                limit: dict[str, Any] = {} if at_most is None else {"limit": at_most}
                return 0 if at_most == 0 else self._documents.count_documents(filter_, **limit)
            return sum(1 for _ in islice(self._matching(where), at_most))

    def replace(self, document: Document, *, was: int | None = None) -> None:
        at = {} if was is None else {"edit": was}
        replace(self._documents, self._kind, document, at, {})

    def put_all(self, documents: Sequence[Document]) -> list[Conflict | None]:
        made = [stored(self._kind, document) for document in documents]
        asked = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in made]
        return in_bulk(
            self._kind, len(made), lambda: self._documents.bulk_write(asked, ordered=False)
        )

    def remove(self, where: Condition) -> int:
        filter_, left = compiled(self._kind, where)
        with asking():
            if left == EVERYTHING:
                return self._documents.delete_many(filter_).deleted_count
            ids = [ObjectId(one["immutable_id"]) for one in self._matching(where)]
            return self._documents.delete_many({"_id": {"$in": ids}}).deleted_count

    def _matching(self, where: Condition) -> Iterator[Document]:
        """The documents that meet a condition, in the order of their ids."""
        filter_, left = compiled(self._kind, where)
        with asking():
            found = self._documents.find(filter_, batch_size=AT_ONCE).sort("_id", 1)
            yield from kept(map(restored, found), left)


def kept(documents: Iterator[Document], left: Condition) -> Iterator[Document]:
    """Those of documents that meet a condition."""
    if left in (EVERYTHING, Every()):
        yield from documents
        return
    with checking(left) as check:
        while some := list(islice(documents, AT_ONCE)):
            flags = check(some)
            yield from (one for one, holds in zip(some, flags, strict=True) if holds)


def replace(
    documents: Collection[dict[str, Any]],
    kind: Kind,
    document: Document,
    at: Filter,
    visible: Filter,
) -> None:
    """Overwrite a document that is visible, if it is ``at`` an edit.

    Raises:
        NotFound: there is none to be seen.
        Conflict: it is at another edit, or something that must be unique is taken.
    """
    new = stored(kind, document)
    which = {"_id": new["_id"], **visible}
    with asking():
        try:
            done = documents.replace_one({**which, **at}, new).matched_count
        except DuplicateKeyError as exc:
            raise taken(kind, exc.details) from exc
        if done:
            return
        if documents.count_documents(which, limit=1):
            raise Conflict(f"Somebody else saved this {kind.noun} first. Reload it.")
    raise missing(kind)


def taken(kind: Kind, details: Any) -> Conflict:
    """What a server's refusal of a key means."""
    said = (details or {}).get("keyValue") or {}
    key = next(iter(said.values()), None) or _quoted((details or {}).get("errmsg", ""))
    field = fields_of_key(str(key)) if "\t" in str(key) else "immutable_id"
    return Conflict(
        f"There is another {kind.noun} with this {field.split('.')[-1]}.",
        field=field.partition(",")[0],
    )


def missing(kind: Kind) -> NotFound:
    """The answer for what is not there, and for what is hidden."""
    return NotFound(f"There is no such {kind.noun}, or none that you may see.")


def in_bulk(kind: Kind, number: int, write: Callable[[], object]) -> list[Conflict | None]:
    """What became of each of so many documents that are written on their own."""
    with asking():
        conflicts = all_taken(kind, clashes(write) if number else ())
    return [conflicts.get(place) for place in range(number)]


def clashes(write: Callable[[], object]) -> Sequence[Any]:
    """What a server says of the documents of a bulk write that it refused since a key of theirs is taken.

    Raises:
        BulkWriteError: it refused some for another reason, or may lose what it wrote.
    """
    try:
        write()
    except BulkWriteError as exc:
        errors: Sequence[Any] = exc.details["writeErrors"]
        unsure = exc.details.get("writeConcernErrors")
        if unsure or any(error["code"] != DUPLICATE for error in errors):
            raise
        return errors
    return ()


def all_taken(kind: Kind, errors: Iterable[Any]) -> dict[int, Conflict]:
    """Conflicts of a bulk write, by the place of their documents."""
    return {error["index"]: taken(kind, error) for error in errors}


def _quoted(message: str) -> str:
    """What stands in quotation marks in a server's message."""
    _, _, rest = message.partition('"')
    return rest.rpartition('"')[0].replace("\\t", "\t")
