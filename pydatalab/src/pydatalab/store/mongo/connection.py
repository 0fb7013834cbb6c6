"""The way to the server, and what its errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    InvalidURI,
    OperationFailure,
    WriteConcernError,
)

from pydatalab.errors import DatabaseAway, Invalid, Unavailable

Mongo = Database[dict[str, Any]]

DATABASE = "datalabvue"
"""Where the address names none: what existing deployments call theirs."""

AWAY = "The database is away for the moment. Try again soon."

STRANGERS = {13, 18}
"""MongoDB's numbers for who has no right to something, and for who has the wrong password."""

NOT_LET_IN = "The database does not let us in. Check the name and the password in MONGO_URI, and what they may do."

SENT_AT_ONCE = 100
"""Documents that the server is asked for at a time where all of a collection are read. MongoDB itself sends
no more than 16 MB at once; others that speak its protocol send all there are, which no client takes."""

SECONDS_TO_FIND = 5
SECONDS_TO_CONNECT = 5


def connect(address: str) -> tuple[MongoClient[dict[str, Any]], Mongo]:
    """A client that writes to the majority of a replica set's members, and its database.

    Raises:
        Invalid: this is no address of a MongoDB database.
    """
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(
            address,
            appname="datalab",
            serverSelectionTimeoutMS=SECONDS_TO_FIND * 1000,
            connectTimeoutMS=SECONDS_TO_CONNECT * 1000,
            retryReads=True,
            retryWrites=True,
            w="majority",
            journal=True,
        )
        return client, client.get_default_database(DATABASE)
    except (InvalidURI, ConfigurationError, ValueError) as exc:
        raise Invalid(f"MONGO_URI is no address of a MongoDB database: {exc}.") from exc


@contextmanager
def asking() -> Iterator[None]:
    """Say it in the lab's words if the server is away or too slow, does not promise to keep a write, or
    does not know us.

    Raises:
        DatabaseAway: it is away, or does not promise it.
        Unavailable: it does not know us, or not for this.
    """
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WriteConcernError) as exc:
        raise DatabaseAway(AWAY) from exc
    except BulkWriteError as exc:
        if exc.details.get("writeConcernErrors"):
            raise DatabaseAway(AWAY) from exc
        raise
    except OperationFailure as exc:
        if exc.code not in STRANGERS:
            raise
        raise Unavailable(NOT_LET_IN) from exc
