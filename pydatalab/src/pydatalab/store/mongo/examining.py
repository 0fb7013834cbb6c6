"""A database looked at from outside: whether it has all that documents are found by."""

from datetime import UTC, datetime

from pydatalab.store.kinds import KINDS
from pydatalab.store.mongo.connection import asking, connect
from pydatalab.store.mongo.indexes import indexes_of


def clock_ahead(address: str) -> float:
    """By how many seconds a server's clock is ahead of ours.

    Raises:
        Invalid: this is no address of a database.
        DatabaseAway: the server is away.
    """
    client, _ = connect(address)
    with client, asking():
        client.admin.command("ping")  # connect first: that takes its time
        before = datetime.now(UTC)
        theirs = client.admin.command("isMaster")["localTime"].replace(tzinfo=UTC)
        after = datetime.now(UTC)
    return float((theirs - before - (after - before) / 2).total_seconds())


def faults_of(address: str) -> list[str]:
    """Which indexes a database lacks, or has otherwise, in sentences. Nothing is written.

    Raises:
        Invalid: this is no address of a database.
        DatabaseAway: the server is away.
    """
    client, database = connect(address)
    with client, asking():
        there = set(database.list_collection_names())
        faults = []
        for kind in KINDS:
            has = database[kind.name].index_information() if kind.name in there else {}
            for index in indexes_of(kind):
                wanted = index.document
                found = has.get(wanted["name"])
                if found is None:
                    faults.append(f"{kind.name} lacks the index {wanted['name']!r}.")
                elif list(found["key"]) != list(wanted["key"].items()) or bool(
                    found.get("unique")
                ) != bool(wanted.get("unique")):
                    faults.append(f"{kind.name} has another index by the name {wanted['name']!r}.")
        return faults
