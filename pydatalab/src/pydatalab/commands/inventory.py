"""Tasks that import chemical inventories into starting materials, and undo that."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydatalab.commands.desk import Desk, Report, in_columns, lab_task, path_in

if TYPE_CHECKING:
    from pydatalab.services.inventory.headings import Column
    from pydatalab.services.inventory.imports import Outcome

FILE = "the exported file: .xlsx, .xls, .ods or .csv"
DRY_RUN = "show each change as before → after, and change nothing"
SHEET = "the sheet of the workbook; the first that holds a table unless said"


@lab_task(filename=FILE, dry_run=DRY_RUN, sheet=SHEET)
def import_cheminventory(
    desk: Desk, filename: str, dry_run: bool = False, sheet: str = ""
) -> Report:
    """Import ChemInventory's Excel export into starting materials; later exports update them."""
    return _import(desk, filename, "cheminventory", sheet, dry_run)


@lab_task(filename=FILE, mapping="name of a saved mapping", dry_run=DRY_RUN, sheet=SHEET)
def import_inventory(
    desk: Desk, filename: str, mapping: str, dry_run: bool = False, sheet: str = ""
) -> Report:
    """Import any inventory by a saved mapping of its columns; later exports update it."""
    return _import(desk, filename, mapping, sheet, dry_run)


@lab_task(filename=FILE, sheet=SHEET)
def guess_mapping(desk: Desk, filename: str, sheet: str = "") -> Report:
    """Show which column of an inventory is likely which field; admin.save-mapping keeps it."""
    return _mapping_report(_guessed(filename, sheet))


@lab_task(
    name="what to call the mapping",
    filename=FILE,
    columns='what the guess should say instead: "Menge=size; Projekt=" (nothing: no field)',
    sheet=SHEET,
)
def save_mapping(
    desk: Desk, name: str, filename: str, columns: str = "", sheet: str = ""
) -> Report:
    """Save the mapping that is guessed for a file, corrected where needed, by name."""
    from pydatalab.services.inventory import mappings

    guessed = _guessed(filename, sheet)
    wanted = mappings.corrected(guessed, _corrections(columns))
    saved = mappings.save_mapping(desk.lab, name, wanted)
    lines = in_columns(
        [("column", "field"), *((one, field or "") for one, field in wanted.items())]
    )
    told = f"Import such files by: pydatalab admin.import-inventory FILENAME --mapping '{name}'"
    return Report({"name": name, "columns": saved["columns"]}, (*lines, "", told))


@lab_task()
def list_imports(desk: Desk) -> Report:
    """List the inventories that were imported, the newest first."""
    from pydatalab.services.inventory import records
    from pydatalab.services.inventory.wording import SUMMARY

    found = records.find_imports(desk.lab)
    head = ("import", "started (UTC)", "state", "inventory", "file", "what it did")
    rows = [
        (
            one["immutable_id"],
            one["started_at"][:16],
            one["state"],
            one["source"],
            one["file"]["file_name"],
            ", ".join(
                f"{one['counts'][name]} {said}"
                for name, said in (*zip(SUMMARY, SUMMARY, strict=True), ("faults", "to look at"))
                if one["counts"].get(name)
            ),
        )
        for one in found
    ]
    lines = in_columns([head, *rows]) if rows else ("Nothing was imported yet.",)
    return Report({"imports": found}, lines)


@lab_task(import_id="the import, as admin.list-imports names it")
def undo_import(desk: Desk, import_id: str) -> Report:
    """Put back all that an import did and nobody has changed since."""
    from pydatalab.services.inventory import wording
    from pydatalab.services.inventory.undoing import undo

    undone = undo(desk.lab, import_id, None, desk.progress)
    kept = tuple(
        f"{one['item_id']} ({one['refcode']}) stays"
        + (f" in {', '.join(one['fields'])}" if one["fields"] else "")
        + f": {one['why']}"
        for one in undone.kept
    )
    data = vars(undone) | {"counts": dict(undone.counts)}
    return Report(data, (*kept, wording.undone(undone)))


def _import(desk: Desk, filename: str, mapping: str, sheet: str, dry_run: bool) -> Report:
    from pydatalab.services.inventory import imports, mappings

    request = imports.Request(
        path=_file(filename),
        file_name=Path(filename).name,
        source=mapping,
        columns=mappings.columns_of(desk.lab, mapping),
        sheet=sheet or None,
    )
    work = imports.dry_run if dry_run else imports.run
    return _report(work(desk.lab, request, desk.progress), dry_run)


def _report(outcome: "Outcome", dry_run: bool) -> Report:
    from pydatalab.services.inventory import wording

    data: dict[str, Any] = {
        "import_id": outcome.import_id,
        "source": outcome.source,
        "dry_run": dry_run,
        "sheet": outcome.sheet,
        "columns": outcome.columns,
        "missing_columns": outcome.missing,
        "counts": dict(outcome.counts),
        "completes": outcome.completes,
        "faults": [
            {"row": one.row, "column": one.column, "cell": one.cell, "why": one.why}
            for one in outcome.faults
        ],
        "changes": [change.as_data() for change in outcome.changes or ()],
    }
    lines = list(wording.lines(outcome, every_change=dry_run))
    if outcome.completes:
        lines.append(
            "It completed an import that was interrupted, and is undone together with that:"
            f" {', '.join(outcome.completes)}."
        )
    if dry_run:
        lines.append("This was a dry run: nothing was changed.")
    elif outcome.completes or wording.does_something(outcome.counts):
        lines.append(f"To undo all of it: pydatalab admin.undo-import {outcome.import_id}")
    return Report(data, tuple(lines))


def _guessed(filename: str, sheet: str) -> "list[Column]":
    from itertools import islice

    from pydatalab.services.inventory.headings import guess, open_table

    with open_table(_file(filename), sheet or None) as table:
        return guess(list(islice(table.rows, 1_000)))[1]


def _mapping_report(guessed: "list[Column]") -> Report:
    rows = [
        (
            one.heading,
            one.field or "",
            f"{one.sureness:.0%}" if one.field else "",
            ", ".join(one.samples)[:60],
        )
        for one in guessed
    ]
    told = "Keep it by: pydatalab admin.save-mapping NAME FILENAME --columns 'COLUMN=FIELD; …'"
    columns = {one.heading: one.field for one in guessed}
    return Report(
        {"columns": columns, "guesses": [vars(one) for one in guessed]},
        (*in_columns([("column", "field", "sure", "samples"), *rows]), "", told),
    )


def _corrections(words: str) -> dict[str, str | None]:
    """``Menge=size; Projekt=`` as a mapping.

    Raises:
        Invalid: a part of it has no ``=``.
    """
    from pydatalab.errors import Invalid

    corrections: dict[str, str | None] = {}
    for part in filter(None, map(str.strip, words.split(";"))):
        heading, mark, field = part.rpartition("=")
        if not mark:
            raise Invalid(f"Write {part!r} as COLUMN=FIELD.")
        corrections[heading.strip()] = field.strip() or None
    return corrections


def _file(filename: str) -> Path:
    """A file that is there.

    Raises:
        NotFound: it is not.
    """
    from pydatalab.errors import NotFound

    path = path_in(filename)
    if not path.is_file():
        raise NotFound(f"There is no file {path.absolute()}.")
    return path
