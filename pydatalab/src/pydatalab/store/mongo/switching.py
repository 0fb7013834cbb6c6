"""New documents take the place of the old ones: all kinds, or none.

They are written beside the old ones first. Once all are there, a note says so; from then on whoever
opens the database, or asks whether it works, gives each collection its name if that is not done yet (or,
where names do not last, copies its documents). So a process that is killed between two kinds leaves no mixture behind.

Layout: ``loading_<id>_<kind>`` has new documents; ``about`` has the note, ``_id`` ``switch``: that id, the names of
the kinds, documents of passing kinds, which are added, and the versions that the database is of then.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from bson import ObjectId
from pymongo.errors import OperationFailure

from pydatalab.errors import Unavailable
from pydatalab.store.kinds import KINDS, LASTING_KINDS
from pydatalab.store.mongo.about import ABOUT, LAYOUT, record
from pydatalab.store.mongo.connection import Mongo, asking
from pydatalab.store.mongo.copying import copy_all, names_last
from pydatalab.store.mongo.documents import stored
from pydatalab.store.mongo.indexes import indexes_of
from pydatalab.store.mongo.table import AT_ONCE, clashes, taken
from pydatalab.store.query import Document
from pydatalab.store.versions import Versions, current

STAGE = "loading_"
SWITCH = "switch"

LONGEST_LOAD = timedelta(days=1)
"""Age at which new documents that nobody switched to are taken for those of a process that was killed."""

_KINDS = {kind.name: kind for kind in KINDS}


def replace_all(
    database: Mongo, documents: Iterable[tuple[str, Document]], before: Callable[[], None]
) -> Mapping[str, int]:
    """Let these be all documents of lasting kinds; how many there are of each kind now.

    Raises:
        Conflict: two of them share what must be unique.
        Unavailable: somebody else replaces them at the same time.
    """
    with asking():
        finish_switch(database)
        sweep(database)
        load = ObjectId()
        try:
            for kind in LASTING_KINDS:
                database[_stage(load, kind.name)].create_indexes(indexes_of(kind))
            written, passing = _write(database, load, documents)
            before()
            _note(database, load, passing)
            finish_switch(database)
        finally:
            if not _is_under_way(database, load):
                _drop(database, load)
    return written


def finish_switch(database: Mongo) -> None:
    """Do what is left of a switch, if one has begun; any number of processes may do so at once."""
    found = database[ABOUT].find_one({"_id": SWITCH})
    if found is None:
        return
    load = found["load"]
    for kind, documents in found["passing"].items():
        for document in documents:
            database[kind].replace_one({"_id": document["_id"]}, document, upsert=True)
    give = _rename if names_last(database) else _copy
    for kind in found["kinds"]:
        give(database, load, kind)
    record(database, Versions.noted(found["versions"]))
    database[ABOUT].delete_one({"_id": SWITCH, "load": load})
    _drop(database, load)


def _write(
    database: Mongo, load: ObjectId, documents: Iterable[tuple[str, Document]]
) -> tuple[Mapping[str, int], Mapping[str, list[Any]]]:
    """Write documents beside the old ones; how many of each kind, and those of passing kinds, which
    wait for the switch."""
    written: Counter[str] = Counter()
    passing: dict[str, list[Any]] = {}
    for name, together in groupby(documents, key=itemgetter(0)):
        kind, made = _KINDS[name], (one for _, one in together)
        if kind.passing:
            passing[name] = [stored(kind, document) for document in made]
            written[name] += len(passing[name])
        else:
            written[name] += _add_all(database, load, name, made)
    return written, passing


def _add_all(database: Mongo, load: ObjectId, name: str, documents: Iterator[Document]) -> int:
    kind, added = _KINDS[name], 0
    while some := [stored(kind, document) for document in islice(documents, AT_ONCE)]:
        for error in clashes(partial(database[_stage(load, name)].insert_many, some)):
            raise taken(kind, error)
        added += len(some)
    return added


def _note(database: Mongo, load: ObjectId, passing: Mapping[str, list[Any]]) -> None:
    """Say that all new documents are there: the one write that decides.

    Raises:
        Unavailable: somebody else replaces them at the same time.
    """
    kinds = [kind.name for kind in LASTING_KINDS]
    there = set(database.list_collection_names())
    if not all(_stage(load, kind) in there for kind in kinds):
        raise Unavailable("Somebody else replaces all documents at the same time. Run this again.")
    versions = current(LAYOUT)
    fields = {"layout": versions.layout, **versions.as_fields()}
    note = {"load": load, "kinds": kinds, "passing": dict(passing), "versions": fields}
    database[ABOUT].insert_one({"_id": SWITCH, **note})


def _is_under_way(database: Mongo, load: ObjectId) -> bool:
    """Whether a switch has begun and is not done."""
    return bool(database[ABOUT].count_documents({"_id": SWITCH, "load": load}, limit=1))


def _copy(database: Mongo, load: ObjectId, name: str) -> None:
    """Put new documents in the place of the old ones, where names do not last."""
    stage = _stage(load, name)
    if stage in database.list_collection_names():
        copy_all(database[stage], database[name], lambda: not _is_under_way(database, load))


def _rename(database: Mongo, load: ObjectId, name: str) -> None:
    """Give new documents their name, unless somebody just did."""
    stage = _stage(load, name)
    if stage not in database.list_collection_names():
        return
    try:
        database[stage].rename(name, dropTarget=True)
    except OperationFailure:
        if stage in database.list_collection_names():
            raise


def sweep(database: Mongo) -> None:
    """Remove new documents that processes left behind long ago."""
    for name in database.list_collection_names():
        load = name.removeprefix(STAGE).partition("_")[0]
        if name.startswith(STAGE) and ObjectId.is_valid(load):
            age = datetime.now(UTC) - ObjectId(load).generation_time
            if age > LONGEST_LOAD:
                database.drop_collection(name)


def _drop(database: Mongo, load: ObjectId) -> None:
    """Remove what was written beside the documents, which stay as they are."""
    for kind in LASTING_KINDS:
        database.drop_collection(_stage(load, kind.name))


def _stage(load: ObjectId, kind: str) -> str:
    """Collection in which new documents of a kind wait."""
    return f"{STAGE}{load}_{kind}"
