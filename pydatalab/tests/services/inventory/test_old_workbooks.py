"""Inventories that LibreOffice and old Excel wrote, by a mapping of their columns."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from old_workbooks import Rows, write_ods, write_xls

from pydatalab.services.inventory.headings import guess
from pydatalab.services.inventory.imports import Outcome
from pydatalab.services.inventory.tables import open_sheet

ROWS: Rows = (
    ("Lager der Arbeitsgruppe",),
    (),
    ("Projekt", "Stoff", "Strichcode", "CAS-Nr.", "Menge", "Einheit", "Gekauft am", "Lagerort"),
    ("Alpha", "Natriumchlorid", "B1", "7647-14-5", 2.5, "kg", date(2024, 3, 1), "Regal 1 > Fach 2"),
    (None, "Wasser", 4012, "7732-18-6", "1,5", "L", "1.4.2024", "Regal 2"),
)
COLUMNS = {
    "Projekt": None, "Stoff": "name", "Strichcode": "barcode", "CAS-Nr.": "CAS", "Menge": "size",
    "Einheit": "size_unit", "Gekauft am": "date", "Lagerort": "location",
}  # fmt: skip


@pytest.mark.parametrize("write", [write_ods, write_xls])
def test_old_workbooks_become_starting_materials_by_a_mapping(
    tmp_path: Path,
    take: Callable[..., Outcome],
    bottles: Callable[[], dict[str, Any]],
    write: Callable[[Path, Rows], Path],
):
    path = write(tmp_path / f"lager.{write.__name__.removeprefix('write_')}", ROWS)
    outcome = take(path, source="lager", columns=COLUMNS)
    assert (outcome.counts["rows"], outcome.counts["new"]) == (2, 2)
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(5, "CAS-Nr.")]
    salt, water = bottles()["B1"], bottles()["4012"]
    named = ("name", "CAS", "size", "size_unit", "location", "date")
    assert [salt[name] for name in named] == [
        "Natriumchlorid", "7647-14-5", "2.5", "kg", "Regal 1 > Fach 2",
        "2024-03-01T00:00:00.000000+00:00",
    ]  # fmt: skip
    assert [water[name] for name in named] == [
        "Wasser", None, "1.5", "L", "Regal 2", "2024-04-01T00:00:00.000000+00:00",
    ]  # fmt: skip
    again = take(path, source="lager", columns=COLUMNS)
    assert again.counts["same"] == 2


def test_the_columns_of_an_old_workbook_are_guessed_from_its_headings(tmp_path: Path):
    with open_sheet(write_xls(tmp_path / "lager.xls", ROWS)) as sheet:
        _, columns = guess(list(sheet.rows))
    assert {one.heading: one.field for one in columns} == COLUMNS
