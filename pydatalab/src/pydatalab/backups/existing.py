"""Archives of the datalab before this one.

Layout
    ``files/<id of the record>/<name>``                the bytes of files
    ``mongodb/<database>/<collection>.bson``           documents, as ``mongodump`` writes them;
    ``mongodb/<database>/<collection>.metadata.json``  indexes, which are of no use here
    ``config/…``                                       settings, which stay in the archive
    A ``.bson.gz`` is understood too, as are a dot or any folders before these names. Names that are
    no UTF-8 are taken for Latin-1.
"""

import gzip
import re
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any, Protocol

import orjson

from pydatalab.backups.archive import MANIFEST_SUM
from pydatalab.backups.reader import Reader, gulps
from pydatalab.backups.spool import Spool
from pydatalab.backups.tape import PACK_PLAINLY
from pydatalab.backups.tars import DAMAGE, files_in, readable
from pydatalab.chemistry.masses import masses_of
from pydatalab.errors import Invalid
from pydatalab.files.writer import Blob
from pydatalab.models import existing
from pydatalab.models.adopting import KINDS, Adoption, some_of
from pydatalab.models.existing_shapes import plain
from pydatalab.models.progress import Progress
from pydatalab.models.words import counted
from pydatalab.store.bson_files import read_bson
from pydatalab.store.query import Document


class Bytes(Protocol):
    """Where the bytes of files go."""

    def take(self, size: int, chunks: Iterable[bytes]) -> Blob:
        """Take a blob whose hash nobody knows yet."""


class Found(Protocol):
    """What is done with what such an archive holds."""

    notes: list[str]
    """What somebody should look at."""

    @property
    def delivery(self) -> Bytes: ...

    def new_spool(self) -> Spool:
        """Somewhere to keep lines; whoever asks closes it."""

    def document(self, kind: str, document: Document, line: bytes) -> None:
        """A document of ours, and that as JSON."""


BLOCK = 512
GULP = 1024 * 1024

_PLACE = re.compile(r"(?:[^/]+/)*?(files|mongodb|config)/(.+)")

NO_WHOLE = "The archive is cut short, damaged, or no backup at all."

_OF_MONGODB = frozenset({"admin", "config", "local"})
"""Databases that every MongoDB has for itself."""


def read_existing(reader: Reader, found: Found, prefix: str, progress: Progress) -> None:
    """Hand over what such an archive holds, mapped to documents of ours.

    Raises:
        Invalid: it is none, broken, cut short, or hostile.
    """
    with ExitStack() as until_done:
        dump = _Dump(found, until_done)
        for name, size, stream in _members(reader):
            try:
                dump.take(name, size, stream)
            except tarfile.TarError as exc:
                raise Invalid(NO_WHOLE) from exc
            progress.tell(f"Reading {name.partition('/')[0]}", dump.taken)
        dump.hand_over(prefix)


class _Dump:
    """What was read so far."""

    def __init__(self, found: Found, until_done: ExitStack) -> None:
        self._found, self._until_done = found, until_done
        self._database: str | None = None
        self._spools: dict[str, Spool] = {}
        self._bytes: dict[str, dict[str, Blob]] = defaultdict(dict)
        """By the ids of records, and names."""
        self.taken = 0

    def take(self, name: str, size: int, stream: IO[bytes]) -> None:
        """Take one file of the archive."""
        self.taken += 1
        place = _PLACE.fullmatch(name)
        if name.rpartition("/")[2] == MANIFEST_SUM:
            raise Invalid(f"Another tool packed this archive. {PACK_PLAINLY}")
        if place is None:
            said = f"{readable(name)} was left out: no backup of datalab has such a file."
            self._found.notes.append(said)
        elif place[1] == "files":
            self._take_bytes(place[2], size, stream)
        elif place[1] == "mongodb":
            self._take_documents(place[2], stream)

    def hand_over(self, prefix: str) -> None:
        """Map all documents, items first."""
        if "items" not in self._spools and "users" not in self._spools:
            raise Invalid("This is no backup of datalab: it holds neither items nor people.")
        adoption = Adoption(self, prefix, masses_of)
        for kind, document in adoption.documents():
            self._found.document(kind, document, orjson.dumps(document))
        self._found.notes += adoption.notes
        self._note_bytes_of_nobody()
        self._note_the_rest()

    def _take_bytes(self, place: str, size: int, stream: IO[bytes]) -> None:
        record, _, name = place.partition("/")
        self._bytes[record][readable(name)] = self._found.delivery.take(size, gulps(stream))

    def _take_documents(self, place: str, stream: IO[bytes]) -> None:
        database, _, file = place.rpartition("/")
        collection, dot, ending = file.partition(".bson")
        if not dot or ending not in {"", ".gz"} or database in _OF_MONGODB:
            return
        if collection.startswith("system.") or (collection == "oplog" and not database):
            return  # views, and what was written meanwhile: mongodump has these for itself
        if self._database not in {None, database}:
            raise Invalid(f"The archive holds two databases: {self._database} and {database}.")
        if collection in self._spools:
            raise Invalid(f"The archive holds the collection {collection} twice.")
        self._database = database
        spool = self._found.new_spool()
        self._until_done.callback(spool.close)
        self._spools[collection] = spool
        try:
            content = gzip.GzipFile(fileobj=stream) if ending else stream
            for document in read_bson(content, f"{collection}.bson"):
                spool.add(plain(document))
        except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
            raise Invalid(f"{collection}.bson.gz in the archive is damaged.") from exc
        spool.end()

    def documents(self, collection: str) -> Iterator[Mapping[str, Any]]:
        """All of a collection, in types of JSON."""
        if spool := self._spools.get(collection):
            yield from map(orjson.loads, spool.lines())

    def ours(self, raw: Mapping[str, Any]) -> Document | None:
        """None: what was adopted before has archives of its own."""
        return None

    def bytes_of(self, raw: Mapping[str, Any]) -> tuple[Blob | None, Mapping[str, Blob]]:
        """The bytes that a record speaks of, and others in its folder."""
        there = self._bytes.get(str(raw["_id"]), {})
        name = existing.name_of_bytes(raw, there)
        others = {other: one for other, one in there.items() if other != name}
        return (there[name] if name else None), others

    def _note_bytes_of_nobody(self) -> None:
        records = {str(raw["_id"]) for raw in self.documents("files")}
        left = {record: of for record, of in self._bytes.items() if record not in records}
        names = [f"{record}/{name}" for record, of in left.items() for name in of]
        if names:
            said = f"{some_of(names)}: no record speaks of these bytes; left out."
            self._found.notes.append(said)

    def _note_the_rest(self) -> None:
        known = {*KINDS, *existing.LEFT_OUT}
        for name in sorted(self._spools.keys() - known):
            count = self._spools[name].count
            said = f"{readable(name)} was left out ({counted(count, 'document')})"
            self._found.notes.append(f"{said}: datalab knows no such collection.")


def _members(reader: Reader) -> Iterator[tuple[str, int, IO[bytes]]]:
    """The files of a tar, of any kind that may be trusted; each must be read before the next."""
    is_empty = True
    tail = _Tail(reader)
    file: Any = tail  # all that tarfile asks of it is ``read``
    try:
        with tarfile.open(fileobj=file, mode="r|", bufsize=GULP) as tape:
            for name, info in files_in(tape):
                is_empty = False
                stream = tape.extractfile(info)
                if stream is not None:
                    yield name, info.size, stream
            tail.read_to_end()
    except DAMAGE as exc:
        raise Invalid(NO_WHOLE) from exc
    if is_empty or not tail.ends_well:
        raise Invalid(NO_WHOLE)


class _Tail:
    """A stream that knows how it ended: with two empty blocks, as a whole tar does."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._last = b""

    def read(self, size: int) -> bytes:
        found = self._reader.read(size)
        if found:
            self._last = (self._last + found)[-2 * BLOCK :]
        return found

    def read_to_end(self) -> None:
        """Pass over what is left."""
        while self.read(GULP):
            pass

    @property
    def ends_well(self) -> bool:
        """Whether the end was that of a whole tar."""
        return len(self._last) == 2 * BLOCK and not any(self._last)
