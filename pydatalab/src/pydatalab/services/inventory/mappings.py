"""Mappings: which column of an inventory is which field, saved by name."""

import re
from collections.abc import Mapping

from pydatalab.errors import Conflict, Invalid, NotFound
from pydatalab.lab import Lab
from pydatalab.models.identifiers import new_object_id
from pydatalab.models.times import now
from pydatalab.services.inventory.headings import CHEMINVENTORY, Column, plain
from pydatalab.services.inventory.values import FIELDS
from pydatalab.store.query import Document, Is, Query

BUILT_IN: Mapping[str, Mapping[str, str]] = {"cheminventory": CHEMINVENTORY}
"""Mappings that every lab has."""

NAME = re.compile(r"[\w][\w .-]{0,59}")
MOST_COLUMNS = 1_000


def list_mappings(lab: Lab) -> list[Document]:
    """All mappings that were saved, by name."""
    found = lab.store.mappings.find(Query(limit=10_000)).documents
    return sorted(found, key=lambda one: str(one["name"]))


def columns_of(lab: Lab, name: str) -> dict[str, str | None]:
    """The field of each heading, by the mapping of that name.

    Raises:
        NotFound: there is none; the message names those that there are.
    """
    if name in BUILT_IN:
        return dict(BUILT_IN[name])
    try:
        return dict(lab.store.mappings.get(Is("name", name))["columns"])
    except NotFound:
        names = ", ".join([*BUILT_IN, *(one["name"] for one in list_mappings(lab))])
        raise NotFound(f"There is no mapping {name!r}; there are: {names}.") from None


def save_mapping(
    lab: Lab, name: str, columns: Mapping[str, str | None], person_id: str | None = None
) -> Document:
    """Save a mapping, over one that has its name.

    Raises:
        Invalid: the name cannot be one, a field is unknown, or two columns are one field.
        Conflict: it is the name of a mapping that every lab has.
    """
    check_columns(columns)
    if not NAME.fullmatch(name):
        raise Invalid(
            f"{name!r} cannot name a mapping: use letters, digits, blanks, dots and dashes."
        )
    if name in BUILT_IN:
        raise Conflict(f"{name} is built in. Save yours under another name.")
    known = lab.store.mappings.find(Query(Is("name", name), limit=1)).documents
    document = (known[0] if known else {"immutable_id": new_object_id(), "name": name}) | {
        "columns": dict(columns),
        "saved_at": now(),
        "person_id": person_id,
    }
    for conflict in lab.store.mappings.put_all([document]):
        if conflict:
            raise conflict
    return document


def remove_mapping(lab: Lab, name: str) -> None:
    """Forget a mapping; what was imported by it stays.

    Raises:
        NotFound: there is none that was saved under this name.
    """
    if not lab.store.mappings.remove(Is("name", name)):
        raise NotFound(f"There is no mapping {name!r} that was saved.")


def check_columns(columns: Mapping[str, str | None]) -> None:
    """Refuse a mapping that cannot be.

    Raises:
        Invalid: a field is unknown, two columns are one field, or none names a container.
    """
    fields = [field for field in columns.values() if field]
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise Invalid(f"There is no field {', '.join(unknown)}. Fields: {', '.join(FIELDS)}.")
    twice = sorted({field for field in fields if fields.count(field) > 1})
    if twice:
        raise Invalid(f"More than one column is {', '.join(twice)}. Choose one of them.")
    if not fields or len(columns) > MOST_COLUMNS:
        raise Invalid("A mapping needs a column at least that is a field.")


def corrected(
    guessed: list[Column], corrections: Mapping[str, str | None]
) -> dict[str, str | None]:
    """A guess with what somebody knew better; a field that is given to a column is taken from others.

    Raises:
        Invalid: a correction names a column that is not there, or an unknown field.
    """
    columns = {column.heading: column.field for column in guessed}
    by_key = {plain(heading): heading for heading in columns}
    for name, field in corrections.items():
        heading = by_key.get(plain(name))
        if heading is None:
            raise Invalid(f"There is no column {name!r}. Columns: {', '.join(columns)}.")
        if field:
            columns = {one: None if was == field else was for one, was in columns.items()}
        columns[heading] = field
    check_columns(columns)
    return columns
