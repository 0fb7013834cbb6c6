# ruff: noqa: S608 (names of tables and columns come from kinds.py alone, values are bound)
"""Documents as rows: how they are written, read and looked up, whatever their kind."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from pydatalab.errors import Conflict, Invalid, NotFound
from pydatalab.store.conditions import value_at, values_at
from pydatalab.store.kinds import Kind
from pydatalab.store.query import Condition, Document, Every, Is, OneOf
from pydatalab.store.sqlite.schema import columns_of, unique_fields

AT_ONCE = 500
"""Documents that are read together."""


class Row(NamedTuple):
    """A stored document and its number in the database."""

    id: int
    document: Document


class Rows:
    """The rows of one kind; each method works within the caller's transaction."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._unique = unique_fields(kind)
        name = kind.name
        columns = ("immutable_id", "edit", *columns_of(kind))
        quoted = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        assigned = ", ".join(f'"{column}" = ?' for column in columns)
        self._next = f"SELECT coalesce(max(id), 0) + 1 FROM {name}"
        self._insert = f"INSERT INTO {name} ({quoted}, id) VALUES ({marks}, ?)"
        self._update = f"UPDATE {name} SET {assigned} WHERE id = ?"
        chosen = f"FROM json_each(?) CROSS JOIN {name}_bodies AS bodies ON bodies.id = value"
        self._select = f"SELECT bodies.id, body, {{0}} {chosen}"
        self._texts = f"SELECT bodies.id, coalesce(text, '') {chosen}"
        self._all = f"SELECT id FROM {name}"

    def add(self, db: sqlite3.Connection, document: Document) -> Row:
        """Add a row.

        Raises:
            Conflict: something that must be unique is taken.
        """
        return self.add_all(db, [document])[0]

    def add_all(self, db: sqlite3.Connection, documents: Sequence[Document]) -> list[Row]:
        """Add rows; where this raises an error and there are several, some may have been added.

        Raises:
            Conflict: something that must be unique is taken.
        """
        written = [_written(document) for document in documents]
        (first,) = db.execute(self._next).fetchone()
        rows = [Row(id_, document) for id_, document in enumerate(documents, first)]
        self._change(db, self._insert, rows)
        db.executemany(
            f"INSERT INTO {self.kind.name}_bodies VALUES (?, ?, ?)",
            [(row.id, body, text) for row, (body, text) in zip(rows, written, strict=True)],
        )
        self.index(db, rows)
        return rows

    def replace(
        self, db: sqlite3.Connection, old: Row, document: Document, *, was: int | None
    ) -> Row:
        """Overwrite a row that is still at edit ``was``, if that is given.

        Raises:
            Conflict: it is at another edit, or something that must be unique is taken.
        """
        if was is not None and old.document.get("edit") != was:
            raise Conflict(f"Somebody else saved this {self.kind.noun} first. Reload it.")
        name = self.kind.name
        body, text = _written(document)
        row = Row(old.id, document)
        self._change(db, self._update, [row])
        db.execute(
            f"UPDATE {name}_bodies SET body = ?, text = ? WHERE id = ?",
            (body, text, old.id),
        )
        self._unindex(db, old)
        self.index(db, [row])
        return row

    def remove(self, db: sqlite3.Connection, row: Row) -> None:
        """Remove a row."""
        db.execute(f"DELETE FROM {self.kind.name} WHERE id = ?", (row.id,))
        db.execute(f"DELETE FROM {self.kind.name}_bodies WHERE id = ?", (row.id,))
        self._unindex(db, row)

    def read(
        self, db: sqlite3.Connection, ids: list[int], fields: tuple[str, ...] | None = None
    ) -> Iterator[Row]:
        """The rows of these numbers, in this order; without their texts if ``fields`` need none."""
        texts = "text" if fields is None or "derived" in fields else "NULL"
        found = db.execute(self._select.format(texts), (_as_json(ids),))
        return (_read(*columns) for columns in found)

    def texts(self, db: sqlite3.Connection, ids: list[int]) -> list[tuple[int, str]]:
        """The texts of the rows of these numbers, in this order."""
        return db.execute(self._texts, (_as_json(ids),)).fetchall()

    def read_some(self, db: sqlite3.Connection, ids: list[int] | None) -> Iterator[list[Row]]:
        """The rows of these numbers, or all there are, some at a time."""
        if ids is None:
            ids = [id_ for (id_,) in db.execute(self._all)]
        for start in range(0, len(ids), AT_ONCE):
            yield list(self.read(db, ids[start : start + AT_ONCE]))

    def candidates(self, db: sqlite3.Connection, where: Condition) -> list[int] | None:
        """Numbers of rows of which some may meet the condition; ``None`` if no index tells."""
        match where:
            case Is(field, value) if value is not None:
                return self._looked_up(db, field, (value,))
            case OneOf(field, values):
                return self._looked_up(db, field, values)
            case Every(conditions):
                found = (self.candidates(db, each) for each in conditions)
                return min((ids for ids in found if ids is not None), key=len, default=None)
        return None

    def named(self, db: sqlite3.Connection, immutable_id: str) -> Row:
        """The row of this ``immutable_id``.

        Raises:
            NotFound: there is none.
        """
        ids = self._looked_up(db, "immutable_id", (immutable_id,)) or []
        for row in self.read(db, ids):
            return row
        raise self.missing()

    def among(self, db: sqlite3.Connection, documents: Sequence[Document]) -> Iterator[Row]:
        """The rows that there are of these documents."""
        named = tuple(document["immutable_id"] for document in documents)
        return self.read(db, self._looked_up(db, "immutable_id", named) or [])

    def index(self, db: sqlite3.Connection, rows: Sequence[Row]) -> None:
        """Let rows be looked up by their values."""
        db.executemany(
            f"INSERT INTO {self.kind.name}_values VALUES (?, ?, ?)",
            [(*indexed, row.id) for row in rows for indexed in self._indexed(row.document)],
        )

    def missing(self) -> NotFound:
        """The answer for what is not there, and for what is hidden."""
        return NotFound(f"There is no such {self.kind.noun}, or none that you may see.")

    def _looked_up(
        self, db: sqlite3.Connection, field: str, values: tuple[Any, ...]
    ) -> list[int] | None:
        name, sought = self.kind.name, _as_json(values)
        if field in ("immutable_id", *(fields[0] for fields in self.kind.unique)):
            found = db.execute(
                f'SELECT id FROM {name} WHERE "{field}" IN (SELECT value FROM json_each(?))',
                (sought,),
            )
        elif field in self.kind.indexed:
            found = db.execute(
                f"SELECT DISTINCT id FROM {name}_values WHERE field = ? "
                "AND value IN (SELECT value FROM json_each(?))",
                (field, sought),
            )
        else:
            return None
        return [id_ for (id_,) in found]

    def _change(self, db: sqlite3.Connection, statement: str, rows: Sequence[Row]) -> None:
        try:
            db.executemany(statement, [(*self._values(row.document), row.id) for row in rows])
        except sqlite3.IntegrityError as exc:
            field = str(exc).split(".", 1)[-1].split(",")[0]
            raise Conflict(
                f"There is another {self.kind.noun} with this {field.split('.')[-1]}.", field=field
            ) from exc

    def _values(self, document: Document) -> tuple[Any, ...]:
        unique = (_scalar(document, column) for column in self._unique)
        sorted_by = (sort_value(document, column) for column in self.kind.orders)
        return document["immutable_id"], document.get("edit"), *unique, *sorted_by

    def _unindex(self, db: sqlite3.Connection, row: Row) -> None:
        db.executemany(
            f"DELETE FROM {self.kind.name}_values WHERE field = ? AND value = ? AND id = ?",
            [(field, value, row.id) for field, value in self._indexed(row.document)],
        )

    def _indexed(self, document: Document) -> set[tuple[str, str | int]]:
        return {
            (field, value)
            for field in self.kind.indexed
            for value in values_at(document, field)
            if isinstance(value, str | int)
        }


def sort_value(document: Document, field: str) -> str | None:
    """What a scoped document is sorted by: a text, or nothing."""
    value = value_at(document, field)
    return value if isinstance(value, str) else None


def _scalar(document: Document, field: str) -> str | int | None:
    value = values_at(document, field)[:1]
    return value[0] if value and isinstance(value[0], str | int) else None


def _written(document: Document) -> tuple[str, str | None]:
    """A document as JSON, and apart from it the long text that only searches read.

    Raises:
        Invalid: JSON has no way to write it.
    """
    derived, text = document.get("derived"), None
    if isinstance(derived, dict) and isinstance(derived.get("text"), str):
        text = derived["text"]
        document = document | {"derived": {key: derived[key] for key in derived if key != "text"}}
    try:
        orjson.dumps(text)
        return orjson.dumps(document).decode(), text
    except TypeError as exc:
        raise Invalid(f"This cannot be stored as JSON: {exc}.") from exc


def _as_json(values: Sequence[Any]) -> str:
    return orjson.dumps(values).decode()


def _read(id_: int, body: str, text: str | None) -> Row:
    return Row(id_, document_of(body, text))


def document_of(body: str, text: str | None) -> Document:
    """A document from its JSON, and the text that is kept apart from it."""
    document: Document = orjson.loads(body)
    if text is not None:
        document["derived"]["text"] = text
    return document
