"""Imports of ChemInventory's exports, over real files and a real store.

What the two exports hold, and what changed between them, is said beside them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rows_of_exports import bottle

from pydatalab.errors import Conflict, UnreadableFile
from pydatalab.jobs.leases import lease
from pydatalab.lab import Lab
from pydatalab.models.identifiers import PUBLIC_ID
from pydatalab.models.people import Person
from pydatalab.services import creation, items, versions
from pydatalab.services.inventory import records
from pydatalab.services.inventory.headings import open_table
from pydatalab.services.inventory.imports import Outcome
from pydatalab.store.query import EVERYTHING, Query

Bottles = Callable[[], dict[str, Any]]
Take = Callable[..., Outcome]
Export = Callable[..., Path]

ADA = Person(PUBLIC_ID[:-1] + "a", "Ada", "user", "active")

ALL = Query(limit=1_000)

FIRST, SECOND = "export-2025-03.xlsx", "export-2025-09.xlsx"


def test_an_export_becomes_starting_materials(shared_data: Path, take: Take, bottles: Bottles):
    outcome = take(shared_data / "cheminventory" / FIRST)
    assert outcome.counts == {"rows": 60, "new": 60, "faults": 0}
    first = bottles()["B258176"]
    expected = {
        "name": "Lithium carbonate",
        "barcode": "B258176",
        "CAS": "554-13-2",
        "chemform": "Li2CO3",
        "molar_mass": 73.89,
        "smiles": "[Li+].[Li+].[O-]C(=O)[O-]",
        "GHS_codes": "H302, H319",
        "location": "Store > Flammables",
        "supplier": "Gamma Fine Chemicals",
        "date": "2022-10-29T00:00:00.000000+00:00",
        "date_opened": None,
        "size": "5",
        "size_unit": "g",
        "full_percent": "100",
        "chemical_purity": "99%",
        "comment": "keep dry",
        "creator_ids": [],
        "version": 1,
    }
    assert {name: first[name] for name in expected} == expected
    polymers = [one for one in bottles().values() if one["CAS"] == "24937-79-9"]
    assert [one["chemform"] for one in polymers] == [None, None, None]


def test_the_same_file_twice_changes_nothing(
    shared_data: Path, take: Take, bottles: Bottles, lab: Lab
):
    take(shared_data / "cheminventory" / FIRST)
    before, rows = bottles(), lab.store.inventory_rows.count(EVERYTHING)
    outcome = take(shared_data / "cheminventory" / FIRST)
    assert outcome.counts == {"rows": 60, "same": 60, "faults": 0}
    assert bottles() == before
    assert lab.store.inventory_rows.count(EVERYTHING) == rows == 60


def test_a_later_export_updates_what_it_changed_and_marks_what_is_gone(
    shared_data: Path, take: Take, bottles: Bottles
):
    take(shared_data / "cheminventory" / FIRST)
    before = bottles()
    looked = take(shared_data / "cheminventory" / SECOND, dry=True)
    assert bottles() == before
    outcome = take(shared_data / "cheminventory" / SECOND)
    assert outcome.counts == looked.counts == {
        "rows": 59, "changed": 6, "same": 51, "new": 2, "vanished": 3, "faults": 3,
    }  # fmt: skip
    changes = outcome.changes or []
    moved = [one for one in changes if one.what == "changed" and "location" in one.fields]
    assert len(moved) == 5
    assert {one.fields["location"][1] for one in moved} == {"Lab 360 > New cabinet"}
    assert {one.fields["full_percent"][1] for one in moved} == {"10"}
    assert bottles()["B504531"]["comment"] == "moved by the safety officer"
    assert {(fault.row, fault.column) for fault in outcome.faults} == {
        (60, "Substance CAS"), (60, "Molecular Weight"), (60, "Date Acquired"),
    }  # fmt: skip
    bad = bottles()["B999002"]
    assert (bad["name"], bad["CAS"], bad["molar_mass"], bad["date"]) == (
        "Nickel(II) oxide", None, None, None,
    )  # fmt: skip
    gone = {one.item_id for one in changes if one.what == "vanished"}
    assert gone == {"B711316", "B711685", "B258647"}
    assert {name: bottles()[name] for name in gone} == {name: before[name] for name in gone}
    assert take(shared_data / "cheminventory" / SECOND).counts == {
        "rows": 59,
        "same": 59,
        "faults": 3,
    }


def test_what_people_did_is_kept_where_the_export_did_not_change(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    take(export(bottle()))
    refcode = bottles()["B1"]["refcode"]
    items.change_item(
        lab, ADA, refcode, {"description": "<p>ours</p>", "supplier": "Beta", "location": "here"}
    )
    outcome = take(export(bottle(Location="Lab 2")))
    item = bottles()["B1"]
    assert (item["supplier"], item["description"]) == ("Beta", "<p>ours</p>")
    assert item["location"] == "Lab 2"
    change = (outcome.changes or [])[0]
    assert change.fields == {"location": ("here", "Lab 2")}
    assert change.overwritten == ["location"]
    assert item["refcode"] == refcode
    kept = [one["action"] for one in versions.versions(lab, item)]
    assert kept == ["agent_save", "auto_save", "created"]


def test_a_cell_that_was_emptied_clears_its_field_and_a_bad_one_leaves_it(
    take: Take, export: Export, bottles: Bottles
):
    take(export(bottle()))
    outcome = take(export(bottle(Supplier=" ", Full__="half")))
    assert bottles()["B1"]["supplier"] is None
    assert bottles()["B1"]["full_percent"] == "80"
    assert [(one.row, one.column) for one in outcome.faults] == [(2, "Full %")]


def test_a_column_that_is_missing_leaves_its_field(take: Take, export: Export, bottles: Bottles):
    take(export(bottle()))
    take(export({"Barcode": "B1", "Container Name": "Acetone"}))
    assert bottles()["B1"]["supplier"] == "Alpha"


def test_columns_in_another_order_extra_columns_and_empty_rows_change_nothing(
    take: Take, export: Export, bottles: Bottles, lab: Lab
):
    take(export(bottle(), bottle(Barcode="B2")))
    before = bottles()
    names = (*reversed(list(bottle())), "Project")
    outcome = take(export({}, bottle(Project="X"), {}, bottle(Barcode="B2"), headings=names))
    assert outcome.counts["same"] == 2
    assert bottles() == before
    rows = [one.get("extra") for one in lab.store.inventory_rows.find(ALL).documents]
    assert {"Project": "X"} in rows


def test_headings_are_known_with_other_blanks_marks_and_case(
    take: Take, export: Export, bottles: Bottles
):
    rows = [bottle(Molecular_Weight=58.08), bottle(Barcode="B2")]
    take(export(*rows))
    before = bottles()
    written = {
        "Container Name": "container_name", "Barcode": "Bar-Code", "Substance CAS": "SubstanceCAS",
        "Container Size": " container  size ", "Unit": "UNIT", "Full %": "%full", "Molecular Weight": "molecular_weight",
    }  # fmt: skip
    renamed = [{written.get(name, name): cell for name, cell in row.items()} for row in rows]
    outcome = take(export(*renamed, headings=list(renamed[0])))
    assert outcome.counts == {"rows": 2, "same": 2, "faults": 0}
    assert not set(written) & set(outcome.missing)
    assert bottles() == before


def test_of_several_sheets_that_with_the_containers_is_read(
    take: Take, bottles: Bottles, tmp_path: Path
):
    book = openpyxl.Workbook()
    cover = book.active
    assert cover
    for line in (("Exported by", "Ada"), ("Date", "2026-01-01"), ("Rows", 1)):
        cover.append(line)
    sheet = book.create_sheet("Containers")
    sheet.append(list(bottle()))
    sheet.append(list(bottle().values()))
    book.save(tmp_path / "several.xlsx")
    assert take(tmp_path / "several.xlsx").sheet == "Containers"
    assert list(bottles()) == ["B1"]
    with open_table(tmp_path / "several.xlsx") as guessed:
        assert guessed.name == "Containers"
    with pytest.raises(UnreadableFile, match="names a container"):
        take(tmp_path / "several.xlsx", sheet="Sheet")


def test_of_two_headings_that_are_alike_the_first_counts(
    take: Take, export: Export, bottles: Bottles
):
    row = bottle() | {"Bar code": "of another system"}
    outcome = take(export(row, headings=list(row)))
    assert outcome.columns["Barcode"] == "barcode"
    assert list(bottles()) == ["B1"]


def test_bottles_of_one_substance_without_barcodes_stay_apart_in_any_order(
    take: Take, export: Export, bottles: Bottles
):
    bare = [bottle(Barcode=None, Location=f"Shelf {n}", Full__=n) for n in range(5)]
    assert take(export(*bare)).counts["new"] == 5
    before = bottles()
    assert take(export(*reversed(bare))).counts == {"rows": 5, "same": 5, "faults": 0}
    moved = [bare[2] | {"Full %": 1}, bare[4], bare[0], bare[3]]
    outcome = take(export(*moved))
    assert outcome.counts == {"rows": 4, "changed": 1, "same": 3, "vanished": 1, "faults": 0}
    by_place = {one["location"]: one for one in bottles().values()}
    assert by_place["Shelf 2"]["full_percent"] == "1"
    assert {name: one["location"] for name, one in bottles().items()} == {
        name: one["location"] for name, one in before.items()
    }


def test_a_bottle_that_is_given_a_barcode_is_the_same_bottle(
    take: Take, export: Export, bottles: Bottles
):
    plain = bottle(Barcode=None, Date_Acquired="2024-03-01")
    take(export(plain))
    (name,) = bottles()
    outcome = take(export(plain | {"Barcode": "B77"}))
    assert outcome.counts == {"rows": 1, "changed": 1, "faults": 0}
    assert bottles()[name]["barcode"] == "B77"


def test_a_corrected_word_makes_no_second_bottle(take: Take, export: Export, bottles: Bottles):
    take(export(bottle(Barcode=None)))
    assert take(export(bottle(Barcode=None, Supplier="Alpha Ltd"))).counts["changed"] == 1
    assert len(bottles()) == 1


def test_items_that_were_there_before_are_found_by_barcode_or_id(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    old = {"type": "starting_materials", "item_id": "B1", "barcode": "B1", "name": "Acetone"}
    creation.create_item(lab, ADA, old | {"location": "old place", "comment": "dear"})
    outcome = take(export(bottle()))
    assert outcome.counts == {"rows": 1, "adopted": 1, "changed": 1, "faults": 0}
    item = bottles()["B1"]
    assert (item["location"], item["comment"]) == ("Lab 1 > Cabinet A", "dear")
    assert len(bottles()) == 1


def test_what_people_edited_in_an_item_that_is_adopted_is_kept_and_told(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    old = {"type": "starting_materials", "item_id": "B1", "name": "Acetone", "location": "Lab 1"}
    refcode = creation.create_item(lab, ADA, old)["refcode"]
    items.change_item(lab, ADA, refcode, {"supplier": "Mine"})
    (change,) = take(export(bottle())).changes or []
    assert change.kept == {"supplier": ("Mine", "Alpha")}
    assert bottles()["B1"]["supplier"] == "Mine"


def test_an_id_that_is_taken_or_cannot_be_one_is_told(
    lab: Lab, take: Take, export: Export, bottles: Bottles
):
    creation.create_item(lab, ADA, {"type": "samples", "item_id": "B1"})
    outcome = take(export(bottle(), bottle(Barcode="B 2/7")))
    assert sorted(one["barcode"] for one in bottles().values()) == ["B 2/7", "B1"]
    assert {"B1", "B 2/7"}.isdisjoint(bottles())
    notes = [one.note for one in outcome.changes or ()]
    assert "is in use as an id" in str(notes[0])
    assert "cannot be an id" in str(notes[1])


def test_what_people_deleted_stays_deleted(lab: Lab, take: Take, export: Export, bottles: Bottles):
    take(export(bottle()))
    boss = Person("b" * 24, "Boss", "admin", "active")
    items.delete_item(lab, boss, bottles()["B1"]["refcode"])
    outcome = take(export(bottle(Location="elsewhere")))
    assert outcome.counts == {"rows": 1, "deleted": 1, "faults": 0}
    assert bottles() == {}


def test_a_row_that_comes_back_is_marked_no_more(take: Take, export: Export, lab: Lab):
    both = (bottle(), bottle(Barcode="B2"))
    take(export(*both))
    assert take(export(both[0])).counts["vanished"] == 1
    assert take(export(both[0])).counts == {"rows": 1, "same": 1, "faults": 0}
    assert take(export(*both)).counts["returned"] == 1
    marks = [one["vanished_at"] for one in lab.store.inventory_rows.find(ALL).documents]
    assert marks == [None, None]


def test_a_barcode_that_stands_twice_is_told(take: Take, export: Export, bottles: Bottles):
    outcome = take(export(bottle(), bottle(), bottle(Container_Name="Ethanol")))
    assert [fault.row for fault in outcome.faults] == [3, 4]
    assert sorted(one["name"] for one in bottles().values()) == ["Acetone", "Ethanol"]
    assert take(export(bottle(), bottle(), bottle(Container_Name="Ethanol"))).counts["same"] == 2


def test_a_save_that_comes_in_between_is_not_lost(
    lab: Lab, take: Take, export: Export, bottles: Bottles, monkeypatch: pytest.MonkeyPatch
):
    take(export(bottle()))
    refcode = bottles()["B1"]["refcode"]
    keep = records.Record.keep

    def somebody_saves_first(self: records.Record, *said: Any) -> Any:
        items.change_item(lab, ADA, refcode, {"supplier": "Mine"})
        return keep(self, *said)

    monkeypatch.setattr(records.Record, "keep", somebody_saves_first)
    take(export(bottle(Location="Lab 2")))
    assert (bottles()["B1"]["supplier"], bottles()["B1"]["location"]) == ("Mine", "Lab 2")


def test_one_inventory_is_imported_by_one_at_a_time(lab: Lab, take: Take, export: Export):
    with lease(lab.store, "inventory cheminventory"), pytest.raises(Conflict, match="at this"):
        take(export(bottle()))


def test_a_file_of_other_things_is_refused_and_marks_nothing(
    take: Take, export: Export, tmp_path: Path, lab: Lab
):
    take(export(bottle()))
    with pytest.raises(UnreadableFile, match="names a container"):
        take(export({"Time": 1, "Voltage": 2}))
    with pytest.raises(UnreadableFile, match="no rows"):
        take(export({}, headings=tuple(bottle())))
    assert lab.store.inventory_rows.find(ALL).documents[0]["vanished_at"] is None
