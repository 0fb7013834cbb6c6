"""Where a lab's data is: its folder, and its database, opened or only looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydatalab.config import Config
from pydatalab.errors import Conflict, Unavailable
from pydatalab.lab import is_led
from pydatalab.models.steps import FIRST
from pydatalab.models.times import now
from pydatalab.store.port import Store
from pydatalab.store.versions import Versions, current

if TYPE_CHECKING:
    from pydatalab.store.mongo.existing import ExistingDatabase

DATABASE = "datalab.db"
"""Name of the SQLite file in the data folder."""


def data_folder(config: Config) -> Path:
    """The folder of the lab's data, made where it is missing: for its owner alone."""
    data = config.DATA_DIRECTORY.resolve()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise Unavailable(
            f"The data folder {data} cannot be made ({exc.strerror})."
            " Choose another by PYDATALAB_DATA_DIRECTORY."
        ) from exc
    return data


def store_of(config: Config, *, adopting: bool = False) -> Store:
    """The document store of a lab, left as it is at first if it is of an older layout.

    Raises:
        Conflict: it is of the datalab before this one, and not about to be adopted.
        Unavailable: it is away, or a newer datalab wrote it.
    """
    return store_at(place_of(config), adopting=adopting, as_it_is=True)


def place_of(config: Config) -> str | Path:
    """Where the database of a lab is, as ``store_at`` understands it."""
    return config.MONGO_URI or _file(config)


def store_at(place: str | Path, *, adopting: bool = False, as_it_is: bool = False) -> Store:
    """The document store at a place.

    Args:
        place: an address of MongoDB, or the path of an SQLite file.
        adopting: whether it is in MongoDB and about to be adopted in place.
        as_it_is: whether one of an older layout is left so at first.

    Raises:
        Invalid: this is no address of a database.
        Conflict: it is of the datalab before this one.
        Unavailable: it is away, or a newer datalab wrote it.
    """
    if isinstance(place, Path):
        from pydatalab.store.sqlite import SQLiteStore

        return SQLiteStore(place, as_it_is=as_it_is)
    from pydatalab.store.mongo import MongoStore  # a lab with a file never pays for it

    return MongoStore(place, adopting=adopting)


@contextmanager
def existing_database(address: str) -> "Iterator[ExistingDatabase]":
    """The MongoDB database of a datalab before this one, to read it.

    Raises:
        Invalid: this is no address of a database.
    """
    from pydatalab.store.mongo.existing import ExistingDatabase

    opened = ExistingDatabase(address)
    try:
        yield opened
    finally:
        opened.close()


@dataclass(frozen=True)
class Standing:
    """What a database is of, before anybody opens it."""

    found: Versions | None
    """Its versions; ``None`` where there is none yet, or that of the datalab before this one."""
    known: Versions
    """Those that this datalab works with."""
    to_adopt: bool = False
    """Whether it is that of the datalab before this one."""

    @property
    def is_known(self) -> bool:
        """Whether nothing is to be done."""
        return self.found is not None and self.found.is_of(self.known.layout)

    @property
    def is_newer(self) -> bool:
        """Whether a newer datalab wrote it."""
        found, known = self.found, self.known
        return found is not None and (
            found.layout > known.layout or found.documents > known.documents
        )


def standing_of(config: Config) -> Standing:
    """What the database is of, before anybody opens it.

    Raises:
        Unavailable: it cannot be read.
    """
    if config.MONGO_URI:
        from pydatalab.store.mongo.about import LAYOUT

        known = current(LAYOUT)
        with existing_database(config.MONGO_URI) as database:
            if not database.is_ours():
                return Standing(None, known, to_adopt=True)
            noted = database.versions()
            if noted is None and not any(database.counts().values()):
                return Standing(None, known)
            return Standing(noted or Versions(LAYOUT, FIRST), known)
    import sqlite3

    from pydatalab.store.sqlite import schema

    try:
        found = schema.versions_at(_file(config))
    except sqlite3.Error as exc:
        raise Unavailable(f"The database cannot be read: {exc}.") from exc
    return Standing(found, current(schema.VERSION))


def database_faults(config: Config) -> list[str]:
    """What is wrong with a database that is there, in sentences. Nothing is opened for writing.

    Raises:
        Unavailable: it is away, or cannot be read.
    """
    if config.MONGO_URI:
        from pydatalab.store.mongo import examining

        return examining.faults_of(config.MONGO_URI)
    import sqlite3

    from pydatalab.store.sqlite import examining as file

    try:
        return file.faults_of(_file(config))
    except sqlite3.Error as exc:
        raise Unavailable(f"The database cannot be read: {exc}.") from exc


def database_clock_ahead(config: Config) -> float:
    """By how many seconds the clock of the database's server is ahead; none where that is this machine.

    Raises:
        Unavailable: it is away.
    """
    if not config.MONGO_URI:
        return 0.0
    from pydatalab.store.mongo import examining

    return examining.clock_ahead(config.MONGO_URI)


def set_newer_aside(config: Config) -> Path:
    """Take away what a newer datalab wrote, and keep it; where it is then.

    Raises:
        Conflict: somebody has it open, or serves it from this machine.
        Unavailable: it cannot be taken away.
    """
    from pydatalab.migrations import going_back

    data = data_folder(config)
    if is_led(data):
        raise Conflict(f"Stop the server first: one of this machine serves the lab of {data}.")
    folder = data / going_back.FOLDER / now()[:23].replace(":", "")
    if not config.MONGO_URI:
        return going_back.set_aside(data / DATABASE, folder)
    from pydatalab.migrations.adopt import keep

    with existing_database(config.MONGO_URI) as database:
        kept = keep(database, folder)
        database.drop()
    return kept


def _file(config: Config) -> Path:
    """The SQLite file, where documents are not in MongoDB."""
    return config.DATA_DIRECTORY.resolve() / DATABASE
