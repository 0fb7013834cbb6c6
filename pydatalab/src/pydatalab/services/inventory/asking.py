"""What administrators ask of inventories in the page, and what everybody sees of them."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from pydatalab.errors import NotFound
from pydatalab.lab import Lab
from pydatalab.models.inventory import ImportRequest
from pydatalab.models.people import Person
from pydatalab.services import access, items, jobs, people
from pydatalab.services.inventory import mappings, records
from pydatalab.services.inventory.headings import Column, fields_by, find_layout, guess, open_table
from pydatalab.services.inventory.tables import Row
from pydatalab.store.query import Document, OneOf, Query

LOOKED_AT = 1_000
"""Rows from which columns are guessed."""

MOST_MARKED = 500
"""Items of which marks are told at once."""


def look_at(
    lab: Lab,
    who: Person,
    sha256: str,
    file_name: str,
    *,
    sheet: str | None = None,
    mapping: str | None = None,
) -> dict[str, Any]:
    """An uploaded table, with what its columns are: by a mapping, or as can be guessed.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such file, or mapping.
        UnreadableFile: it is no table.
    """
    access.require_admin(who)
    known = None if mapping is None else mappings.columns_of(lab, mapping)
    with lab.vault.as_path(sha256) as path, open_table(path, sheet, known) as table:
        rows = list(islice(table.rows, LOOKED_AT))
    columns = guess(rows)[1]
    if known is not None:
        columns = _mapped(known, rows, columns)
    return {
        "sha256": sha256,
        "file_name": file_name,
        "sheets": list(table.names),
        "sheet": table.name,
        "columns": [
            {
                "heading": one.heading,
                "field": one.field,
                "sureness": one.sureness,
                "because": one.because,
                "samples": list(one.samples),
            }
            for one in columns
        ],
    }


def _mapped(
    known: dict[str, str | None], rows: Sequence[Row], guessed: list[Column]
) -> list[Column]:
    """The columns as a mapping has them."""
    layout = find_layout(rows, [heading for heading, field in known.items() if field])
    samples = {one.heading: one.samples for one in guessed}
    return [
        Column(
            heading,
            field,
            1.0 if field else 0.0,
            "mapping" if field else "",
            samples.get(heading, ()),
        )
        for heading, field in zip(layout.headings, fields_by(known, layout), strict=True)
    ]


def list_mappings(lab: Lab, who: Person) -> list[dict[str, Any]]:
    """The mappings that there are, those of every lab first.

    Raises:
        Forbidden: ``who`` is no administrator.
    """
    access.require_admin(who)
    built_in = [
        {"name": name, "columns": dict(columns), "built_in": True, "saved_at": None}
        for name, columns in mappings.BUILT_IN.items()
    ]
    return built_in + [_shown_mapping(one) for one in mappings.list_mappings(lab)]


def save_mapping(lab: Lab, who: Person, name: str, columns: dict[str, Any]) -> dict[str, Any]:
    """Save a mapping by name.

    Raises:
        Forbidden: ``who`` is no administrator.
        Invalid: it cannot be a mapping.
        Conflict: it is the name of one that every lab has.
    """
    access.require_admin(who)
    return _shown_mapping(mappings.save_mapping(lab, name, columns, who.immutable_id))


def remove_mapping(lab: Lab, who: Person, name: str) -> None:
    """Forget a mapping.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is none of this name that was saved.
    """
    access.require_admin(who)
    mappings.remove_mapping(lab, name)


def _shown_mapping(one: Document) -> dict[str, Any]:
    shown = {name: one[name] for name in ("name", "columns", "saved_at")}
    return shown | {"built_in": False}


def begin_import(lab: Lab, who: Person, request: ImportRequest) -> dict[str, Any]:
    """Have an uploaded table imported, or looked at; the job.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such file, or mapping.
        Invalid: the columns cannot be a mapping.
    """
    access.require_admin(who)
    if not lab.vault.exists(request.sha256):
        raise NotFound("This file is not there any more. Upload it again.")
    columns: dict[str, Any] = dict(request.columns or {})
    if request.columns is None or not request.dry_run:
        columns = dict(mappings.columns_of(lab, request.mapping))
    mappings.check_columns(columns)
    arguments = {
        "sha256": request.sha256,
        "file_name": request.file_name,
        "source": request.mapping,
        "columns": columns,
        "sheet": request.sheet,
        "person_id": who.immutable_id,
        "dry_run": request.dry_run,
    }
    return jobs.ask_for_job(lab, who, "import-inventory", arguments)


def begin_undo(lab: Lab, who: Person, import_id: str) -> dict[str, Any]:
    """Have an import undone; the job.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such import.
    """
    found = _import(lab, who, import_id)
    arguments = {"import_id": found["immutable_id"], "person_id": who.immutable_id}
    return jobs.ask_for_job(lab, who, "undo-import", arguments)


def list_imports(lab: Lab, who: Person) -> list[dict[str, Any]]:
    """The newest imports first.

    Raises:
        Forbidden: ``who`` is no administrator.
    """
    access.require_admin(who)
    return _shown_imports(lab, records.find_imports(lab))


def get_import(lab: Lab, who: Person, import_id: str) -> dict[str, Any]:
    """One import.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is none.
    """
    return _shown_imports(lab, [_import(lab, who, import_id)])[0]


def get_part(lab: Lab, who: Person, import_id: str, number: int) -> dict[str, Any]:
    """Some of what an import did.

    Raises:
        Forbidden: ``who`` is no administrator.
        NotFound: there is no such import, or part.
    """
    part = records.get_part(lab, _import(lab, who, import_id)["immutable_id"], number)
    inner = records.INNER | {"key"}
    changes = [{k: v for k, v in one.items() if k not in inner} for one in part["changes"]]
    return {"changes": changes, "faults": part["faults"]}


def _import(lab: Lab, who: Person, import_id: str) -> Document:
    access.require_admin(who)
    return records.get_import(lab, import_id)


def _shown_imports(lab: Lab, found: Sequence[Document]) -> list[dict[str, Any]]:
    names = people.summaries(lab, [one["person_id"] for one in found if one["person_id"]])
    return [
        {
            "import_id": one["immutable_id"],
            "source": one["source"],
            "state": one["state"],
            "file_name": one["file"]["file_name"],
            "sheet": one["file"]["sheet"],
            "started_at": one["started_at"],
            "ended_at": one["ended_at"],
            "person": names.get(one["person_id"] or "", {}).get("display_name"),
            "counts": one["counts"],
            "parts": one.get("parts", 0),
            "completes": list(one.get("completes", ())),
        }
        for one in found
    ]


def rows_of(lab: Lab, who: Person, refcode: str) -> list[dict[str, Any]]:
    """What inventories say of an item beside its fields.

    Raises:
        NotFound: there is none, or none that ``who`` may see.
    """
    item = items.get_item(lab, who, refcode)
    names = ("source", "row", "extra", "vanished_at")
    return [{name: row[name] for name in names} for row in _rows(lab, [item["immutable_id"]])]


def marks_of(lab: Lab, who: Person, refcodes: Sequence[str]) -> list[dict[str, Any]]:
    """Those of some items that their inventory has no more, as far as ``who`` sees them."""
    wanted = tuple(refcodes[:MOST_MARKED])
    query = Query(OneOf("refcode", wanted), limit=MOST_MARKED, fields=("refcode",))
    found = lab.store.items.find(query, scope=access.reading(who)).documents
    codes = {one["immutable_id"]: one["refcode"] for one in found}
    return [
        {
            "refcode": codes[row["item"]],
            "source": row["source"],
            "vanished_at": row["vanished_at"],
        }
        for row in _rows(lab, list(codes))
        if row["vanished_at"]
    ]


def _rows(lab: Lab, item_ids: Sequence[str]) -> list[Document]:
    if not item_ids:
        return []
    query = Query(OneOf("item", tuple(item_ids)), limit=10 * MOST_MARKED)
    return lab.store.inventory_rows.find(query).documents
