"""What is to be looked at of very many documents, in a file: neither memory nor a reading of the
database that lasts for hours holds it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import orjson

from pydatalab.lab import Lab
from pydatalab.store.query import Document


class Spool:
    """Things noted down, to be gone through as often as one likes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._length = 0

    def add(self, thing: Any) -> None:
        """Note something down, of JSON types."""
        self._file.write(orjson.dumps(thing) + b"\n")
        self._length += 1

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        self._file.seek(0)
        return (orjson.loads(line) for line in self._file)


@contextmanager
def spooled(lab: Lab, kind: str, notes: Callable[[Document], Iterator[Any]]) -> Iterator[Spool]:
    """What ``notes`` says of each document of a kind, all as of one moment."""
    with tempfile.TemporaryFile(prefix="pydatalab-") as file:
        spool = Spool(file)
        with lab.store.snapshot() as snapshot:
            for document in snapshot.documents(kind):
                for thing in notes(document):
                    spool.add(thing)
        yield spool
