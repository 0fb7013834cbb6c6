"""Whether two sets of documents are the same, and what a place for them holds already."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

import orjson

from pydatalab.store.kinds import KINDS, LASTING_KINDS
from pydatalab.store.port import Snapshot
from pydatalab.store.query import Document

Digests = Mapping[str, Mapping[str, bytes]]
"""Digests of documents by the names of their kinds and their ids."""

LENGTH = 16
"""Bytes of a digest: enough that two documents never share one by chance."""


class Standing(Enum):
    """What a place holds, beside the documents that are to come there."""

    EMPTY = "nothing"
    SAME = "these documents, and no others"
    PART = "some of these documents, as they are to be: somebody was interrupted"
    WORKED_ON = "these documents, which people have changed since"
    OTHER = "something else"


def digest_of(document: Document) -> bytes:
    """The same for the same document, whatever the order of its fields."""
    raw = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(raw).digest()[:LENGTH]


def digests_of(documents: Iterable[tuple[str, Document]]) -> Digests:
    """The digests of documents that come with the names of their kinds."""
    recorder = Recorder()
    for _ in recorder.watching(documents):
        pass
    return recorder.digests


class Recorder:
    """Takes digests of documents that pass by."""

    def __init__(self) -> None:
        self.digests: dict[str, dict[str, bytes]] = {kind.name: {} for kind in KINDS}

    def watching(self, documents: Iterable[tuple[str, Document]]) -> Iterator[tuple[str, Document]]:
        """The same documents."""
        for kind, document in documents:
            self.digests[kind][document["immutable_id"]] = digest_of(document)
            yield kind, document


def lasting(snapshot: Snapshot) -> Iterator[tuple[str, Document]]:
    """All documents of a lab that outlive its server."""
    for kind in LASTING_KINDS:
        for document in snapshot.documents(kind.name):
            yield kind.name, document


def standing(there: Digests, expected: Digests) -> Standing:
    """What a place that is not empty holds, beside what is expected there."""
    if there == expected:
        return Standing.SAME
    if all(there[kind].items() <= expected[kind].items() for kind in there):
        return Standing.PART
    if any(there[kind].keys() & expected[kind].keys() for kind in ("items", "users")):
        return Standing.WORKED_ON
    return Standing.OTHER


def differing(one: Digests, other: Digests) -> Mapping[str, int]:
    """How many documents of each kind are not the same in both; kinds without such are left out."""
    counts = {kind: len(one[kind].items() ^ other[kind].items()) for kind in one}
    return {kind: count for kind, count in counts.items() if count}
