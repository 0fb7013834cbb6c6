"""A database looked at from outside: whether it has all that documents are found by."""

from pydatalab.store.kinds import KINDS
from pydatalab.store.mongo.connection import asking, connect
from pydatalab.store.mongo.indexes import indexes_of


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
