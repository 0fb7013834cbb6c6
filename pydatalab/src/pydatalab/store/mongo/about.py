"""The versions that a database is of, kept in a document of its own.

Layout: ``about`` has one document, ``_id`` ``versions``, with the fields of ``Versions``. A database of ours
without it has documents of the first version.
"""

from pydatalab.store.mongo.connection import Mongo
from pydatalab.store.versions import Versions

ABOUT = "about"

LAYOUT = 1
"""Version of how documents lie: as they are; what they are found by is made at each start."""

NAME = "versions"


def versions_in(database: Mongo) -> Versions | None:
    """The versions that are noted; none where nobody did."""
    found = database[ABOUT].find_one({"_id": NAME})
    return Versions.noted(found) if found else None


def record(database: Mongo, versions: Versions) -> None:
    """Note what a database is of."""
    fields = {"_id": NAME, "layout": versions.layout, **versions.as_fields()}
    database[ABOUT].replace_one({"_id": NAME}, fields, upsert=True)
